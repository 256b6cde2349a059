"""Say something: to the person, or to colleagues only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, FileId, MessageId
from tongxin.center.kit.registry import action
from tongxin.center.kit.sql import rows
from tongxin.center.timeline.actions import record
from tongxin.service.channels.queries import carried_by_live, inboxes_by_id
from tongxin.service.channels.values import InboxRow
from tongxin.service.conversations.actions.checks import check_can_go_on, check_filled
from tongxin.service.conversations.actions.locking import columns, held
from tongxin.service.conversations.actions.owning import check_fence
from tongxin.service.conversations.actions.saying import (
    Place,
    Words,
    forget_drafts,
    said_before,
    say,
    say_answer,
)
from tongxin.service.conversations.events import (
    ConversationAssigned,
    ConversationFact,
    ConversationReopened,
    MessageSent,
    NoteAdded,
)
from tongxin.service.conversations.models import Carried, Conversation
from tongxin.service.conversations.values import Kind, Status

_ENDPOINTS = """
SELECT c.id, c.merged_into_id, c.inbox_id, c.person_id FROM conversations_conversation c
WHERE c.id = ANY(%s::bigint[])
"""


@dataclass(frozen=True)
class Lead:
    """What leads to an answer: which conversations were asked for, inboxes known by now, and facts before it."""

    asked: Sequence[int]
    inboxes: Mapping[int, InboxRow] = field(default_factory=dict)
    facts: Sequence[ConversationFact] = ()


@action("conversation.reply", needs="conversation.write")
def reply(  # noqa: PLR0913 - what a caller may say of one answer
    *, actor: Actor, conversation_ids: Sequence[ConversationId], text: str,
    file_ids: Sequence[FileId] = (), client_id: str | None = None,
    last_seen_message_id: MessageId | None = None, fence: int | None = None, now: datetime,
) -> list[MessageId]:  # fmt: skip
    """Answer the people of these conversations; returns the messages in the order of conversations.

    A ``client_id`` (at most 64 characters) makes repetitions return the first answer's messages. A
    member who answers an unassigned conversation takes it; a settled one goes on. What was merged into
    another is answered there, and its own person reads it. Whoever names the last message they saw is
    stopped by what came in after it; whoever names the conversation's ``fence``, by another owner. Raises
    Refused: ``message.empty``, ``message.too_long``, ``message.unfilled``, ``message.client_id``,
    ``file.unknown``, ``conversation.has_newer``, ``conversation.stale``, ``conversation.moved_on``.
    """
    words = Words.checked(actor, text, file_ids, client_id)
    words = replace(words, seen=last_seen_message_id, fence=fence)
    return answer(actor, conversation_ids, words, now)


@action("conversation.note", needs="note.write")
def note(
    *, actor: Actor, conversation_ids: Sequence[ConversationId], text: str,
    file_ids: Sequence[FileId] = (), client_id: str | None = None, now: datetime,
) -> list[MessageId]:  # fmt: skip
    """Leave a note that only colleagues see. Raises Refused like ``conversation.reply``."""
    words = Words.checked(actor, text, file_ids, client_id)
    conversations = held(actor, conversation_ids)
    said = said_before(conversations, client_id)
    noting = [c for c in conversations if c.pk not in said]
    noted = say(actor, Kind.NOTE, {c: Place(c.inbox_id) for c in noting}, words, now)
    forget_drafts(actor, noting, is_note=True)
    record(
        NoteAdded(**columns(actor, c, now), conversation_id=c.pk, message_id=noted[c.pk])
        for c in noting
    )
    said |= noted
    return [said[c.pk] for c in conversations]


def answer(actor: Actor, conversation_ids: Sequence[int], words: Words, now: datetime) -> list[int]:
    """Say something to the people of these conversations."""
    return answer_in(held(actor, conversation_ids), actor, words, now, Lead(conversation_ids))


def answer_in(
    conversations: Sequence[Conversation], actor: Actor, words: Words, now: datetime, lead: Lead
) -> list[int]:
    """Say something to the people of these conversations, which the caller holds."""
    said = said_before(conversations, words.client_id)
    answering = [c for c in conversations if c.pk not in said]
    check_filled(words.text)
    check_fence(actor, lead.asked, answering, words.fence)
    check_can_go_on(answering, words.seen)
    ways = places_of(answering, lead.asked)
    unread = {way.inbox_id for way in ways.values()} - lead.inboxes.keys()
    inboxes = {**lead.inboxes, **(inboxes_by_id(inbox_ids=unread) if unread else {})}
    carried = {pk: carried_by_live(inbox.channel) for pk, inbox in inboxes.items()}
    queued = [c.pk for c, way in ways.items() if not carried[way.inbox_id]]
    sent = say_answer(actor, ways, words, now, queued)
    if words.template is not None:
        Carried.objects.bulk_create(
            Carried(message_id=pk, template=words.template) for pk in sent.values()
        )
    told = _told(actor, answering, now)
    sending = [
        MessageSent(
            **columns(actor, c, now), conversation_id=c.pk, message_id=sent[c.pk],
            inbox_id=way.inbox_id, carried=carried[way.inbox_id],
        )
        for c, way in ways.items()
    ]  # fmt: skip
    record([*lead.facts, *told, *sending])
    said |= sent
    return [said[c.pk] for c in conversations]


def places_of(answering: Sequence[Conversation], asked: Sequence[int]) -> dict[Conversation, Place]:
    """Return where each answer goes: at its own endpoint, or at that of what was merged into it.

    That is the one that was asked for; else where its person wrote last, but nobody else's.
    """
    ways = {c: Place(c.inbox_id) for c in answering}
    merged = set(asked) - {c.pk for c in answering}
    wanted = merged | {c.answers_id for c in answering if c.answers_id is not None}
    found = rows(_ENDPOINTS, [list(wanted)]) if wanted else []
    others = {pk: (place, inbox_id, person_id) for pk, place, inbox_id, person_id in found}
    for c in answering:
        if c.pk in asked:
            to = c.answers_id
            is_theirs = to in others and others[to][2] == c.person_id
        else:
            to = next((pk for pk in asked if pk in merged and others[pk][0] == c.pk), None)
            is_theirs = to is not None
        if to is not None and is_theirs:
            ways[c] = Place(others[to][1], to)
    return ways


def _told(
    actor: Actor, conversations: Sequence[Conversation], now: datetime
) -> Iterator[ConversationFact]:
    """Say what an answer changed beside: who is back, and whose it is now."""
    for c in conversations:
        where = columns(actor, c, now)
        if c.status == Status.RESOLVED:
            yield ConversationReopened(**where, conversation_id=c.pk)
        if c.assignee_id is None and actor.kind == "member":
            yield ConversationAssigned(
                **where, conversation_id=c.pk, member_id=actor.id, before=None, automatic=False,
                queue_id=c.queue_id,
            )  # fmt: skip
