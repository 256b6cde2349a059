"""One conversation as agents see it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongxin.center.attributes.values import Attributes
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.files import FileRow, row_of
from tongxin.center.kit.ids import ConversationId, Label, MessageId
from tongxin.center.kit.models import StoredFile
from tongxin.center.kit.paging import Limit
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.center.timeline.queries import EventRow, of_subjects
from tongxin.service.channels.queries import capabilities
from tongxin.service.conversations.models import (
    Message,
    Revision,
)
from tongxin.service.conversations.queries.letters import LetterRow, letters_of
from tongxin.service.conversations.queries.lists import ConversationRow, by_ids
from tongxin.service.conversations.queries.regroupings import OriginRow, origins
from tongxin.service.conversations.queries.statuses import LinkRow, links
from tongxin.service.conversations.queries.within import within
from tongxin.service.conversations.values import Changed, Kind, Mend, State, reached, reaching

SHOWN_FACTS = (
    "conversation.opened", "conversation.assigned", "conversation.moved", "conversation.handed_over",
    "conversation.snoozed", "conversation.woke", "conversation.resolved", "conversation.reopened",
    "conversation.rated", "conversation.tagged",
    "conversation.human_requested", "conversation.status_changed", "conversation.wrapped_up",
    "conversation.merged", "conversation.unmerged", "conversation.split", "conversation.unsplit",
    "conversation.switched", "conversation.mailed",
    "conversation.event",
)  # fmt: skip
_NEWEST = 2**62
_SELECT = """
SELECT id, conversation_id, kind, author, text, file_ids, client_id, external_id, state, error, sent_at, changed,
    origin_id, mend_state, mend_error
FROM conversations_message
"""
_LATEST = f"{_SELECT} WHERE conversation_id = %s AND id < %s ORDER BY id DESC LIMIT %s"
_BY_ID = f"{_SELECT} WHERE id = ANY(%s::bigint[]) ORDER BY id"


_HOLDS = """
WITH held AS MATERIALIZED (
    SELECT conversation_id FROM conversations_message
    WHERE file_ids <> '{{}}' AND file_ids @> ARRAY[%(file)s::bigint]
    UNION ALL
    SELECT m.conversation_id FROM conversations_letter l JOIN conversations_message m ON m.id = l.message_id
    WHERE l.raw_id = %(file)s
)
SELECT EXISTS (SELECT FROM held JOIN conversations_conversation c ON c.id = held.conversation_id
    WHERE c.workspace_id + 0 = %(workspace)s AND {reached})
"""
_ATTRIBUTES = """
SELECT attributes FROM conversations_conversation WHERE id = ANY(%s::bigint[])
"""
_DRAFTS = """
SELECT d.is_note, d.text FROM conversations_draft d JOIN conversations_conversation c ON c.id = d.conversation_id
WHERE d.conversation_id = %s AND d.member_id = %s AND c.workspace_id = %s
"""
_RATING = """
SELECT r.score, r.is_solved, r.comment, r.rated_at FROM conversations_rating r
JOIN conversations_conversation c ON c.id = r.conversation_id
WHERE c.id = %s OR c.merged_into_id = %s ORDER BY r.rated_at DESC LIMIT 1
"""


@dataclass(frozen=True)
class MessageRow:
    """One message. ``author`` is an actor's label, as in ``person:3`` or ``member:2``.

    ``origin_id``: the conversation in which it was said, where it was merged or split since. ``mend_state``:
    whether the person has what it says since it was edited or recalled, too; ``mend_error`` why not.
    """

    id: MessageId
    conversation_id: ConversationId
    kind: Kind
    author: Label
    text: str
    files: Sequence[FileRow]
    client_id: str | None
    state: State
    error: str
    sent_at: datetime
    changed: Changed
    origin_id: ConversationId | None = None
    mend_state: Mend = Mend.NONE
    mend_error: str = ""


@dataclass(frozen=True)
class RevisionRow:
    """What a message said before, until when, and who changed it."""

    text: str
    files: Sequence[FileRow]
    author: Label
    replaced_at: datetime


@dataclass(frozen=True)
class RatingRow:
    """What the person said of it: 1 to 5, solved or not."""

    score: int
    solved: bool
    comment: str
    rated_at: datetime


@dataclass(frozen=True)
class Thread:
    """A conversation with its latest messages (oldest first) and what happened around them.

    ``origins``: what was merged into it, and what else its messages were said in. ``letters``: what those of
    them that were mails brought beside their words.
    """

    conversation: ConversationRow
    messages: Sequence[MessageRow]
    has_earlier: bool
    facts: Sequence[EventRow]
    rating: RatingRow | None
    attributes: Attributes
    links: Sequence[LinkRow]
    origins: Sequence[OriginRow]
    letters: Sequence[LetterRow]


@query("conversation.get", needs="conversation.read")
def thread(
    *,
    actor: Actor,
    conversation_id: ConversationId,
    before: MessageId | None = None,
    limit: Limit = 50,
) -> Thread:
    """Return a conversation with at most ``limit`` messages, the latest or those ``before`` one.

    What was merged away leads to the one it was merged into.

    Raises Refused: ``conversation.missing``.
    """
    found = by_ids(actor=actor, conversation_ids=[conversation_id])
    if not found:
        raise Refused("conversation.missing", _("There is no such conversation."), Reason.MISSING)
    conversation_id = found[0].id  # where it leads to
    latest = rows(_LATEST, [conversation_id, _NEWEST if before is None else before, limit + 1])
    shown = message_rows(latest[:limit][::-1])
    facts = of_subjects(
        actor=actor, subjects=[f"conversation:{conversation_id}"], kinds=SHOWN_FACTS, limit=200
    )
    rating, attributes = _rating(conversation_id), _attributes([conversation_id])
    linked = links(actor=actor, conversation_id=conversation_id)
    said_in = origins(
        conversation_id=conversation_id, named=[m.origin_id for m in shown if m.origin_id]
    )
    channels = {found[0].channel, *(row.channel for row in said_in)}
    threaded = any(capabilities(channel).threads for channel in channels)
    letters = letters_of(actor=actor, message_ids=[m.id for m in shown]) if threaded else []
    return Thread(
        found[0], shown, len(latest) > limit, facts, rating, attributes, linked, said_in, letters
    )


@query("message.history", needs="conversation.read")
def history(*, actor: Actor, message_id: MessageId) -> Sequence[RevisionRow]:
    """Return what a message said before it was edited or recalled, newest first."""
    said = Message.objects.filter(pk=message_id, workspace_id=actor.workspace_id)
    places = list(said.values_list("conversation_id", flat=True))
    if not by_ids(actor=actor, conversation_ids=places):
        return []
    found = Revision.objects.filter(message=message_id)
    columns = ("text", "file_ids", "author", "replaced_at")
    revisions = list(found.order_by("-pk").values_list(*columns))
    wanted = {file_id for _text, file_ids, *_more in revisions for file_id in file_ids}
    files = {f.pk: row_of(f) for f in StoredFile.objects.filter(pk__in=wanted)} if wanted else {}
    return [
        RevisionRow(text, [files[i] for i in file_ids if i in files], author, replaced_at)
        for text, file_ids, author, replaced_at in revisions
    ]


def messages_by_id(*, message_ids: Sequence[int]) -> Sequence[MessageRow]:
    """Return messages, oldest first (for the wire, which has checked whose they are)."""
    return message_rows(rows(_BY_ID, [list(message_ids)]))


def attributes_of(*, actor: Actor, conversation_id: int) -> Attributes:
    """Return a conversation's custom attributes by key; none where there is no such conversation."""
    return _attributes(within(actor, [conversation_id]))


def holds_file(*, actor: Actor, file_id: int) -> bool:
    """Whether a conversation within the actor's reach holds this file."""
    values = {**reaching(actor), "file": file_id}
    [(found,)] = rows(_HOLDS.format(reached=reached(actor)), values)
    return bool(found)


def drafts(*, actor: Actor, conversation_id: int) -> dict[bool, str]:
    """Return what this member has typed: their draft note (True) and draft reply (False)."""
    return dict(rows(_DRAFTS, [conversation_id, actor.id, actor.workspace_id]))


def message_rows(found: Iterable[tuple[Any, ...]]) -> list[MessageRow]:
    """Turn rows of _COLUMNS into messages with their files: one more statement if there are any."""
    found = list(found)
    wanted = {file_id for row in found for file_id in row[5]}
    files = {f.pk: row_of(f) for f in StoredFile.objects.filter(pk__in=wanted)} if wanted else {}
    return [
        MessageRow(
            pk,
            conversation_id,
            Kind(kind),
            author,
            text,
            [files[i] for i in file_ids if i in files],
            client_id or _client_id(external_id),
            State(state),
            error,
            sent_at,
            Changed(changed),
            origin_id,
            Mend(mend_state),
            mend_error,
        )
        for (
            pk, conversation_id, kind, author, text, file_ids, client_id, external_id, state, error,
            sent_at, changed, origin_id, mend_state, mend_error,
        ) in found
    ]  # fmt: skip


def _client_id(external_id: str | None) -> str | None:
    """A web visitor's message is named by their address and the id that their widget gave it."""
    return external_id.rpartition(":")[2] if external_id else None


def _attributes(conversation_ids: Sequence[int]) -> Attributes:
    found = rows(_ATTRIBUTES, [list(conversation_ids)])
    return found[0][0] if found else {}


def _rating(conversation_id: int) -> RatingRow | None:
    found = rows(_RATING, [conversation_id, conversation_id])
    return RatingRow(*found[0]) if found else None
