"""What happened in conversations that is no message: how a call went, told once, as lines between the messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tongxin.center.kit.actor import house
from tongxin.center.kit.sql import rows, table
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.channels.actions import untold
from tongxin.service.channels.ports import Arrival
from tongxin.service.channels.values import InboxRow
from tongxin.service.conversations.actions.locking import held
from tongxin.service.conversations.actions.queueing import move
from tongxin.service.conversations.events import ConversationEvent

_AFTER = """
SELECT m.external_id, m.id, c.id, c.person_id FROM conversations_message m
JOIN conversations_conversation c ON c.id = m.conversation_id
WHERE m.inbox_id = %s AND m.external_id = ANY(%s::text[])
"""
# Whom somebody spoke to waits no more, whatever is told late of the same call.
_SERVED = """
SELECT DISTINCT (data->>'message_id')::bigint FROM timeline_event
WHERE subject = ANY(%s::text[]) AND kind = 'conversation.event' AND data->>'waits' = 'false'
"""
_STAND = """
UPDATE conversations_conversation c SET
    waiting_since = CASE WHEN s.waits THEN COALESCE(c.waiting_since, s.at) END,
    status = CASE WHEN c.status IN ('new', 'open') AND s.waits THEN c.status ELSE 'open' END,
    label_id = CASE WHEN c.status IN ('new', 'open') THEN c.label_id END,
    unanswered = CASE WHEN s.waits THEN c.unanswered ELSE 0 END,
    wants_human = c.wants_human AND s.waits,
    first_reply_at = CASE WHEN s.waits THEN c.first_reply_at ELSE COALESCE(c.first_reply_at, s.at) END,
    is_snoozed = false, snoozed_until = NULL
FROM json_to_recordset(%s) AS s (id bigint, waits bool, at timestamptz)
WHERE c.id = s.id AND c.status <> 'resolved'
"""


@dataclass(frozen=True)
class _Line:
    """An event in its conversation, after the message it follows."""

    arrival: Arrival
    message_id: int
    conversation_id: int
    person_id: int


def happen(*, inbox: InboxRow, events: Sequence[Arrival], now: datetime) -> list[Arrival]:
    """Write down events that follow a message we have; return those that follow none."""
    lines = _lines(inbox, events)
    followed = {line.arrival.external_id for line in lines}
    names = [(inbox.id, line.arrival.external_id) for line in lines]
    fresh = untold(names=names, now=now)
    told = {name: line for name, line in zip(names, lines, strict=True) if name in fresh}
    if told:
        _write(inbox, list(told.values()), now)
    return [a for a in events if a.external_id not in followed]


def _lines(inbox: InboxRow, events: Sequence[Arrival]) -> list[_Line]:
    answered = {a.answers[0] for a in events if a.answers}
    found = rows(_AFTER, [inbox.id, sorted(answered)]) if answered else []
    after: Mapping[str, Sequence[int]] = {name: where for name, *where in found}
    return [_Line(a, *after[a.answers[0]]) for a in events if a.answers and a.answers[0] in after]


def _write(inbox: InboxRow, lines: Sequence[_Line], now: datetime) -> None:
    actor = house(inbox.workspace_id)
    held(actor, [line.conversation_id for line in lines])
    served = {pk for (pk,) in rows(_SERVED, [sorted({_subject(line) for line in lines})])}
    record(_fact(inbox, line) for line in lines)
    for line in lines:
        queue_id, at = line.arrival.queue_id, line.arrival.sent_at
        if queue_id is not None:  # one that is closed meanwhile counts as everyone's
            move(actor=actor, conversation_ids=[line.conversation_id], queue_id=queue_id, now=at)
    spoke, waiting = _standing(lines, served)
    for waits, since in ((False, spoke), (True, waiting)):
        if told := [{"id": pk, "waits": waits, "at": at} for pk, at in since.items()]:
            rows(_STAND, [table(told)])


def _standing(
    lines: Sequence[_Line], served: set[int]
) -> tuple[Mapping[int, datetime], Mapping[int, datetime]]:
    """Return which conversations somebody served, and where somebody waits afterwards, each since when."""
    spoke: dict[int, datetime] = {}
    waiting: dict[int, datetime] = {}
    for line in lines:
        waits, pk, at = line.arrival.waits, line.conversation_id, line.arrival.sent_at
        if waits is False:
            served = served | {line.message_id}
            spoke[pk] = at
            waiting.pop(pk, None)
        elif waits and line.message_id not in served:
            waiting.setdefault(pk, at)
    return spoke, waiting


def _subject(line: _Line) -> str:
    return f"conversation:{line.conversation_id}"


def _fact(inbox: InboxRow, line: _Line) -> ConversationEvent:
    a, by = line.arrival, f"person:{line.person_id}"
    where = about(
        inbox.workspace_id, by, "conversation", line.conversation_id, a.sent_at, line.person_id
    )
    return ConversationEvent(
        **where, conversation_id=line.conversation_id, inbox_id=inbox.id, message_id=line.message_id,
        event=a.event[:64], waits=a.waits, details=dict(a.details),
    )  # fmt: skip
