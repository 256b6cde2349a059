"""Words, where they go, and how they are written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit import files
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.text import typed
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.rules import preview
from tongxin.service.conversations.values import Kind

LONGEST_TEXT = 20_000
_LONGEST_CLIENT_ID = 64
_SAID_BEFORE = """
SELECT COALESCE(place.id, m.origin_id), m.id FROM conversations_message m
LEFT JOIN unnest(%(ids)s::bigint[]) AS place (id) ON place.id = m.conversation_id
WHERE (m.conversation_id = ANY(%(ids)s::bigint[]) OR m.origin_id = ANY(%(ids)s::bigint[]))
  AND m.client_id = %(client_id)s
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
WHERE conversation_id = ANY(%(ids)s::bigint[]) AND member_id = %(writer)s AND is_note = %(is_note)s
"""
# It is the person's turn then; who answers an unassigned conversation takes it.
_ANSWER = f"""
WITH said AS ({_SAY}), answered AS (
    UPDATE conversations_conversation c SET
        status = CASE WHEN c.status = 'on_hold' THEN c.status ELSE 'waiting' END,
        label_id = CASE WHEN c.status IN ('waiting', 'on_hold') THEN c.label_id END,
        waiting_since = NULL, unanswered = 0, wants_human = false, resolved_at = NULL,
        last_message_id = said.id, last_at = %(now)s, last_text = asked.preview, last_kind = 'out',
        assignee_id = COALESCE(c.assignee_id, %(taker)s::bigint),
        first_reply_at = COALESCE(c.first_reply_at, %(now)s), woke = '', member_seen_id = said.id
    FROM said JOIN json_to_recordset(%(said)s) AS asked (id bigint, preview text)
        ON asked.id = said.conversation_id
    WHERE c.id = said.conversation_id
), forgotten AS ({_FORGET_DRAFTS})
SELECT conversation_id, id FROM said
"""  # noqa: S608 - constants


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
        return cls(typed(text), tuple(file_ids), client_id)


@dataclass(frozen=True)
class Place:
    """Where words go: by which inbox, and at the endpoint of which merged conversation, if any."""

    inbox_id: int
    origin_id: int | None = None


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
    return dict(
        rows(_SAY, _saying(actor, ways, words, now) | {"kind": kind.value, "queued": list(queued)})
    )


def say_answer(
    actor: Actor, ways: Mapping[Conversation, Place], words: Words, now: datetime,
    queued: Sequence[int],
) -> dict[int, int]:  # fmt: skip
    """Write an answer into conversations; return the messages by conversation."""
    if not ways:
        return {}
    member_id = actor.id if actor.kind == "member" else None
    values = _saying(actor, ways, words, now) | {
        "kind": Kind.OUT.value, "queued": queued, "ids": [c.pk for c in ways], "taker": member_id,
        "writer": None if words.rested else member_id, "is_note": False,
    }  # fmt: skip
    return dict(rows(_ANSWER, values))


def _saying(
    actor: Actor, ways: Mapping[Conversation, Place], words: Words, now: datetime
) -> dict[str, Any]:
    """Return what the statements want to know of words and places."""
    said = table(
        {
            "id": c.pk, "text": words.to(c), "preview": preview(words.to(c), Kind.OUT),
            "origin_id": way.origin_id, "inbox_id": way.inbox_id,
        }
        for c, way in ways.items()
    )  # fmt: skip
    return {
        "author": actor.label, "client_id": words.client_id, "file_ids": list(words.file_ids),
        "now": now, "said": said,
    }  # fmt: skip


def forget_drafts(actor: Actor, conversations: Sequence[Conversation], *, is_note: bool) -> None:
    """What was typed is said: the draft goes."""
    if actor.kind == "member":
        ids = [c.pk for c in conversations]
        rows(_FORGET_DRAFTS, {"ids": ids, "writer": actor.id, "is_note": is_note})
