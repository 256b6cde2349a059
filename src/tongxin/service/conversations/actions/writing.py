"""Say something: to the person, or to colleagues only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit import files
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, FileId, MessageId
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.text import clean, clip
from tongxin.center.timeline.actions import record
from tongxin.service.channels.queries import carried_by_live, inboxes_by_id
from tongxin.service.conversations.actions.checks import check_can_go_on, check_filled
from tongxin.service.conversations.actions.locking import columns, held
from tongxin.service.conversations.actions.owning import check_fence
from tongxin.service.conversations.events import (
    ConversationAssigned,
    ConversationFact,
    ConversationReopened,
    MessageSent,
    NoteAdded,
)
from tongxin.service.conversations.models import Carried, Conversation
from tongxin.service.conversations.values import Kind, Status

LONGEST_TEXT = 20_000
_LONGEST_CLIENT_ID = 64
_PREVIEW = 160
_SAID_BEFORE = """
SELECT COALESCE(place.id, m.origin_id), m.id FROM conversations_message m
LEFT JOIN unnest(%(ids)s::bigint[]) AS place (id) ON place.id = m.conversation_id
WHERE (m.conversation_id = ANY(%(ids)s::bigint[]) OR m.origin_id = ANY(%(ids)s::bigint[]))
  AND m.client_id = %(client_id)s
"""
_ENDPOINTS = """
SELECT c.id, c.merged_into_id, c.inbox_id, c.person_id FROM conversations_conversation c
WHERE c.id = ANY(%s::bigint[])
"""
_SAY = """
INSERT INTO conversations_message
    (conversation_id, origin_id, workspace_id, inbox_id, kind, author, text, file_ids, client_id, state, error,
     sent_at)
SELECT c.id, said.origin_id, c.workspace_id, said.inbox_id, %(kind)s, %(author)s, said.text,
    %(file_ids)s::bigint[], %(client_id)s,
    CASE WHEN c.id = ANY(%(queued)s::bigint[]) THEN 'queued' ELSE 'sent' END, '', %(now)s
FROM json_to_recordset(%(said)s) AS said (id bigint, text text, origin_id bigint, inbox_id bigint)
JOIN conversations_conversation c USING (id) ORDER BY c.id
RETURNING conversation_id, id
"""
_FORGET_DRAFTS = """
DELETE FROM conversations_draft
WHERE conversation_id = ANY(%s::bigint[]) AND member_id = %s AND is_note = %s
"""
_ANSWERED = """
UPDATE conversations_conversation c SET
    status = CASE WHEN c.status = 'on_hold' THEN c.status ELSE 'waiting' END,
    label_id = CASE WHEN c.status IN ('waiting', 'on_hold') THEN c.label_id END,
    waiting_since = NULL, unanswered = 0, wants_human = false, resolved_at = NULL,
    last_message_id = answer.message_id, last_at = %s, last_text = answer.text, last_kind = 'out',
    assignee_id = COALESCE(c.assignee_id, %s::bigint), first_reply_at = COALESCE(c.first_reply_at, %s),
    woke = '', member_seen_id = answer.message_id
FROM json_to_recordset(%s) AS answer (id bigint, message_id bigint, text text) WHERE c.id = answer.id
"""


@dataclass(frozen=True)
class Words:
    """What is to be said, once it was checked; ``each`` where conversations are told different things.

    ``seen`` is the last message that whoever writes has seen: what came after it stops them, as does an
    owner since ``fence``. What ``rested`` before it was sent leaves alone the draft that was begun since.
    ``template`` is what the channel carries instead of the text, which says the same.
    """

    text: str
    file_ids: Sequence[int] = ()
    client_id: str | None = None
    seen: int | None = None
    fence: int | None = None
    each: Mapping[int, str] = field(default_factory=dict)
    rested: bool = False
    template: Mapping[str, Any] | None = None

    def to(self, conversation: Conversation) -> str:
        """Return what is said in one conversation."""
        return self.each.get(conversation.pk, self.text)

    @classmethod
    def checked(
        cls, actor: Actor, text: str, file_ids: Sequence[int] = (), client_id: str | None = None
    ) -> Self:
        """Return the words. Raises Refused: ``message.*``, ``file.unknown``."""
        if client_id is not None and len(client_id) > _LONGEST_CLIENT_ID:
            raise Refused("message.client_id", _("A client_id has at most 64 characters."))
        if not text.strip() and not file_ids:
            raise Refused("message.empty", _("There is nothing to send."))
        if len(text) > LONGEST_TEXT:
            raise Refused("message.too_long", _("A message has at most 20,000 characters."))
        if file_ids:
            files.belonging(workspace_id=actor.workspace_id, file_ids=file_ids)
        return cls(clean(text), tuple(file_ids), client_id)


@dataclass(frozen=True)
class Place:
    """Where words go: by which inbox, and at the endpoint of which merged conversation, if any."""

    inbox_id: int
    origin_id: int | None = None


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


def answer(
    actor: Actor, conversation_ids: Sequence[int], words: Words, now: datetime,
    before: Sequence[ConversationFact] = (),
) -> list[int]:  # fmt: skip
    """Say something to the people of these conversations; ``before`` it, other facts came."""
    conversations = held(actor, conversation_ids)
    said = said_before(conversations, words.client_id)
    answering = [c for c in conversations if c.pk not in said]
    check_filled(words.text)
    check_fence(actor, conversation_ids, answering, words.fence)
    check_can_go_on(answering, words.seen)
    ways = places_of(answering, conversation_ids)
    inboxes = inboxes_by_id(inbox_ids={way.inbox_id for way in ways.values()}) if ways else {}
    carried = {pk: carried_by_live(inbox.channel) for pk, inbox in inboxes.items()}
    queued = [c.pk for c, way in ways.items() if not carried[way.inbox_id]]
    sent = say(actor, Kind.OUT, ways, words, now, queued)
    if words.template is not None:
        Carried.objects.bulk_create(
            Carried(message_id=pk, template=words.template) for pk in sent.values()
        )
    _answered(actor, answering, sent, words, now)
    told = _told(actor, answering, now)
    sending = [
        MessageSent(
            **columns(actor, c, now), conversation_id=c.pk, message_id=sent[c.pk],
            inbox_id=way.inbox_id, carried=carried[way.inbox_id],
        )
        for c, way in ways.items()
    ]  # fmt: skip
    record([*before, *told, *sending])
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


def said_before(conversations: Sequence[Conversation], client_id: str | None) -> dict[int, int]:
    """Return what was said under this name already: messages by conversation."""
    if client_id is None:
        return {}
    values = {"ids": [c.pk for c in conversations], "client_id": client_id}
    return dict(rows(_SAID_BEFORE, values))


def say(
    actor: Actor, kind: Kind, ways: Mapping[Conversation, Place], words: Words, now: datetime,
    queued: Sequence[int] = (),
) -> dict[int, int]:  # fmt: skip
    """Write words into conversations, as ``kind``; return the messages by conversation."""
    if not ways:
        return {}
    values = {
        "kind": kind.value, "author": actor.label, "client_id": words.client_id,
        "file_ids": list(words.file_ids), "queued": list(queued), "now": now,
        "said": table(
            {"id": c.pk, "text": words.to(c), "origin_id": way.origin_id, "inbox_id": way.inbox_id}
            for c, way in ways.items()
        ),
    }  # fmt: skip
    return dict(rows(_SAY, values))


def _answered(
    actor: Actor, conversations: Sequence[Conversation], sent: Mapping[int, int], words: Words,
    now: datetime,
) -> None:  # fmt: skip
    """It is the person's turn now; who answers an unassigned conversation takes it."""
    if conversations:
        member_id = actor.id if actor.kind == "member" else None
        answers = [
            {"id": c.pk, "message_id": sent[c.pk], "text": clip(words.to(c), _PREVIEW)}
            for c in conversations
        ]
        rows(_ANSWERED, [now, member_id, now, table(answers)])
        if not words.rested:
            forget_drafts(actor, conversations, is_note=False)


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


def forget_drafts(actor: Actor, conversations: Sequence[Conversation], *, is_note: bool) -> None:
    """What was typed is said: the draft goes."""
    if actor.kind == "member":
        rows(_FORGET_DRAFTS, [[c.pk for c in conversations], actor.id, is_note])
