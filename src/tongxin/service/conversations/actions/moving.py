"""What merging, splitting and undoing them write: where messages stand, how conversations stand."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.turns import take_turns
from tongxin.service.conversations.actions.opening import TURN
from tongxin.service.conversations.models import OPEN_THERE, Conversation
from tongxin.service.conversations.rules import Said, Standing, as_json
from tongxin.service.conversations.rules.standing import NAMES
from tongxin.service.conversations.values import Kind

# What a conversation has beside its messages: its key, and what of it can be there only once.
BELONGINGS: Mapping[str, tuple[str, str]] = {
    "conversations_tagging": ("id", "tag_id::text"),
    "conversations_draft": ("id", "member_id || ' ' || is_note"),
    "conversations_wrapup": ("conversation_id", "''"),
}
_THEIRS = "SELECT {key}, conversation_id, {once} FROM {table} WHERE conversation_id = ANY(%s::bigint[]) ORDER BY 1"
_GIVE = """
UPDATE {table} SET conversation_id = %(to)s
WHERE {key} = ANY(%(ids)s::bigint[]) AND conversation_id = ANY(%(of)s::bigint[])
"""
_GIVE_BACK = "UPDATE conversations_wrapup SET conversation_id = %s WHERE conversation_id = %s"
# Where it was said never changes: ``origin_id`` says it, unless it stands there.
_STAND = """
UPDATE conversations_message SET conversation_id = %(to)s,
    origin_id = NULLIF(COALESCE(origin_id, conversation_id), %(to)s)
WHERE conversation_id = ANY(%(of)s::bigint[])
"""
_PICKED = " AND (id = ANY(%(ids)s::bigint[]) OR COALESCE(origin_id, conversation_id) = ANY(%(origins)s::bigint[]))"
_SAID = """
SELECT id, kind, sent_at, left(text, 160), author, COALESCE(origin_id, conversation_id)
FROM conversations_message
WHERE conversation_id = %s AND id > %s AND kind IN ('in', 'out') ORDER BY id
"""
_LAST = """
SELECT conversation_id, max(id) FROM conversations_message
WHERE conversation_id = ANY(%s::bigint[]) GROUP BY conversation_id
"""
_WRITE = """
UPDATE conversations_conversation c SET status = w.status, label_id = w.label_id, topic_id = w.topic_id,
    assignee_id = w.assignee_id, is_snoozed = w.is_snoozed, snoozed_until = w.snoozed_until, woke = w.woke,
    wants_human = w.wants_human, waiting_since = w.waiting_since, unanswered = w.unanswered,
    first_reply_at = w.first_reply_at, resolved_at = w.resolved_at, last_message_id = w.last_message_id,
    last_at = w.last_at, last_text = w.last_text, last_kind = w.last_kind,
    member_seen_id = w.member_seen_id, answers_id = w.answers_id, attributes = w.attributes,
    merged_into_id = w.merged_into_id, is_side = w.is_side
FROM json_to_recordset(%s) AS w (id bigint, status text, label_id bigint, topic_id bigint,
    assignee_id bigint, is_snoozed bool, snoozed_until timestamptz, woke text, wants_human bool,
    waiting_since timestamptz, unanswered int, first_reply_at timestamptz, resolved_at timestamptz,
    last_message_id bigint, last_at timestamptz, last_text text, last_kind text, member_seen_id bigint,
    answers_id bigint, attributes jsonb, merged_into_id bigint, is_side bool)
WHERE c.id = w.id
"""


def standing(conversation: Conversation) -> Standing:
    return Standing(**{name: getattr(conversation, name) for name in NAMES})


def write(fresh: Sequence[tuple[Conversation, Standing]]) -> None:
    """Let conversations stand so, and where they were merged into and whether at the side, as they say."""
    rows(
        _WRITE,
        [
            table(
                {
                    "id": c.pk,
                    "merged_into_id": c.merged_into_id,
                    "is_side": c.is_side,
                    **as_json(now),
                }
                for c, now in fresh
            )
        ],
    )


def move_all(of: Collection[int], to: int) -> None:
    """Let every message of some conversations stand in another."""
    rows(_STAND, {"of": list(of), "to": to})


def move_some(
    of: int, to: int, message_ids: Collection[int], origins: Collection[int] = ()
) -> None:
    """Let some messages stand in another conversation: those named, and those said in ``origins``."""
    values = {"of": [of], "to": to, "ids": list(message_ids), "origins": list(origins)}
    rows(_STAND + _PICKED, values)


def said_since(conversation_id: int, message_id: int = 0) -> list[tuple[Said, int]]:
    """Return what went in and out after a message, and in which conversation each was said."""
    return [
        (Said(pk, kind, at, text, _member(author) if kind == Kind.OUT else None), origin_id)
        for pk, kind, at, text, author, origin_id in rows(_SAID, [conversation_id, message_id])
    ]


def take_along(sources: Sequence[int], target: int) -> dict[int, dict[str, list[int]]]:
    """Give a conversation what others have and it has not; return the rows by source and table."""
    moved: dict[int, dict[str, list[int]]] = {source: {} for source in sources}
    for name, (key, once) in BELONGINGS.items():
        statement = _THEIRS.format(table=name, key=key, once=once)
        theirs = rows(statement, [[target, *sources]])
        there = {what for _pk, owner, what in theirs if owner == target}
        for source in sources:
            mine = [
                (pk, what) for pk, owner, what in theirs if owner == source and what not in there
            ]
            there |= {what for _pk, what in mine}
            moved[source][name] = [pk for pk, _what in mine]
        ids = [pk for rows_of in moved.values() for pk in rows_of[name]]
        rows(_GIVE.format(table=name, key=key), {"to": target, "ids": ids, "of": list(sources)})
    return moved


def give_back(moved: Mapping[str, Any], source: int, target: int) -> None:
    """Give back what came along and is still there."""
    for name, (key, _once) in BELONGINGS.items():
        ids = moved.get(name, ())
        if key == "id":
            values = {"to": source, "ids": list(ids), "of": [target]}
            rows(_GIVE.format(table=name, key=key), values)
        elif ids:
            rows(_GIVE_BACK, [source, target])


def is_taken(conversation: Conversation, but: Collection[int] = ()) -> bool:
    """Whether another one is open where this one would go on; from here on nobody begins one there."""
    spot = (conversation.inbox_id, conversation.endpoint_id)
    take_turns(TURN, [spot])
    there = Conversation.objects.filter(OPEN_THERE, inbox_id=spot[0], endpoint_id=spot[1])
    return there.exclude(pk__in=[conversation.pk, *but]).exists()


def _member(author: str) -> int | None:
    kind, _, number = author.partition(":")
    return int(number) if kind == "member" else None


def last_messages(conversation_ids: Collection[int]) -> dict[int, int]:
    """Return the last message that there is in each of these."""
    return dict(rows(_LAST, [list(conversation_ids)]))
