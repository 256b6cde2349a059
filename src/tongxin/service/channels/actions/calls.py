"""Calls: kept as they come, handed to whoever interprets them, and what became of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import CallId
from tongxin.center.kit.registry import action
from tongxin.center.kit.signals import tell
from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.text import clean, clip
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.channels.events import CallDiscarded, CallReplayed
from tongxin.service.channels.ports import Call
from tongxin.service.channels.values import CALLS, InboxRow

DONE_KEPT = timedelta(days=14)
_LONGEST_DETAIL = 2000
_KEEP = """
INSERT INTO channels_call
    (inbox_id, workspace_id, method, url, headers, body, came_at, state, attempts, due_at, code, detail)
VALUES (%s, %s, %s, %s, %s::jsonb, %s, %s, 'new', 0, %s, '', '') RETURNING id
"""
_WAITING = """
SELECT DISTINCT inbox_id FROM channels_call WHERE state = 'new' AND due_at <= %s ORDER BY inbox_id
"""
_NEXT = """
SELECT id, inbox_id, workspace_id, attempts, came_at, method, url, headers, body FROM channels_call
WHERE inbox_id = %s AND state = 'new' AND due_at <= %s ORDER BY id LIMIT %s
"""
_OURS = """
SELECT id FROM channels_call WHERE id = ANY(%s::bigint[]) AND state = 'new' ORDER BY id FOR UPDATE
"""
_SETTLE = """
UPDATE channels_call c SET state = s.state, code = s.code, detail = s.detail, attempts = c.attempts + 1,
    due_at = COALESCE(s.due_at, c.due_at)
FROM json_to_recordset(%s) AS s (id bigint, state text, code text, detail text, due_at timestamptz)
WHERE c.id = s.id
"""
_HEARD = """
INSERT INTO channels_gate (inbox_id, last_heard_at) VALUES (%s, %s)
ON CONFLICT (inbox_id) DO UPDATE SET last_heard_at = EXCLUDED.last_heard_at
"""
_BROKEN = """
SELECT id, inbox_id FROM channels_call
WHERE workspace_id = %s AND id = ANY(%s::bigint[]) AND state = 'broken' ORDER BY id FOR UPDATE
"""
_AGAIN = """
UPDATE channels_call SET state = 'new', attempts = 0, due_at = %s WHERE id = ANY(%s::bigint[])
"""
_REMOVE = "DELETE FROM channels_call WHERE id = ANY(%s::bigint[])"
_FORGET = """
DELETE FROM channels_call WHERE id IN (
    SELECT id FROM channels_call WHERE state = 'done' AND came_at < %s ORDER BY came_at LIMIT 5000)
"""
_FORGET_EVENTS = "DELETE FROM channels_heardevent WHERE heard_at < %s"


@dataclass(frozen=True)
class KeptCall:
    """A call that waits to be interpreted."""

    id: int
    inbox_id: int
    workspace_id: int
    attempts: int
    came_at: datetime
    call: Call


@dataclass(frozen=True)
class Outcome:
    """What became of a call: ``new`` with the time of the next attempt, ``done``, or ``broken`` and why."""

    call_id: int
    state: str
    code: str = ""
    detail: str = ""
    due_at: datetime | None = None


def keep_calls(*, inbox: InboxRow, calls: Sequence[Call], now: datetime) -> list[int]:
    """Keep calls as they came, and wake whoever interprets them; one statement each."""
    made = [rows(_KEEP, _columns(inbox, call, now))[0][0] for call in calls]
    tell(CALLS, [{"i": inbox.id}] if made else [])
    return made


def inboxes_with_calls(*, now: datetime) -> list[int]:
    """Return the inboxes at which something waits to be interpreted."""
    return [pk for (pk,) in rows(_WAITING, [now])]


def next_calls(*, inbox_id: int, limit: int, now: datetime) -> list[KeptCall]:
    """Return what came in at an inbox and is due, oldest first."""
    return [
        KeptCall(
            pk,
            inbox,
            workspace_id,
            attempts,
            came_at,
            Call(method, url, headers, bytes(body), came_at),
        )
        for pk, inbox, workspace_id, attempts, came_at, method, url, headers, body in rows(
            _NEXT, [inbox_id, now, limit]
        )
    ]


def hold_calls(*, call_ids: Sequence[int]) -> set[int]:
    """Return which of these calls still wait; they are ours until the transaction ends."""
    return {pk for (pk,) in rows(_OURS, [list(call_ids)])}


def settle_calls(*, outcomes: Iterable[Outcome]) -> None:
    """Note what became of calls, in the transaction of their consequences."""
    settled = [
        {
            "id": one.call_id, "state": one.state, "code": one.code[:64],
            "detail": clip(clean(one.detail), _LONGEST_DETAIL), "due_at": one.due_at,
        }
        for one in outcomes
    ]  # fmt: skip
    if settled:
        rows(_SETTLE, [table(settled)])


def note_heard(*, inbox_id: int, at: datetime) -> None:
    """Note that an inbox was called by its service."""
    rows(_HEARD, [inbox_id, at])


@action("call.replay", needs="inbox.write")
def replay_calls(*, actor: Actor, call_ids: Sequence[CallId], now: datetime) -> int:
    """Have broken calls interpreted once more; returns how many there were."""
    broken = _broken(actor, call_ids)
    rows(_AGAIN, [now, list(broken)])
    tell(CALLS, [{"i": inbox_id} for inbox_id in sorted(set(broken.values()))])
    record(
        CallReplayed(**about(actor.workspace_id, actor.label, "call", pk, now), inbox_id=inbox_id)
        for pk, inbox_id in broken.items()
    )
    return len(broken)


@action("call.discard", needs="inbox.write")
def discard_calls(*, actor: Actor, call_ids: Sequence[CallId], now: datetime) -> int:
    """Throw broken calls away, with what they said; returns how many there were."""
    broken = _broken(actor, call_ids)
    rows(_REMOVE, [list(broken)])
    record(
        CallDiscarded(**about(actor.workspace_id, actor.label, "call", pk, now), inbox_id=inbox_id)
        for pk, inbox_id in broken.items()
    )
    return len(broken)


def forget_calls(*, kept: timedelta = DONE_KEPT, now: datetime) -> int:
    """Remove what was interpreted long ago; broken calls stay. Returns how many went, at most 5,000."""
    rows(_FORGET_EVENTS, [now - kept])
    before = now - kept
    return len(rows(f"{_FORGET} RETURNING id", [before]))


def _broken(actor: Actor, call_ids: Sequence[int]) -> Mapping[int, int]:
    return dict(rows(_BROKEN, [actor.workspace_id, list(call_ids)]))


def _columns(inbox: InboxRow, call: Call, now: datetime) -> list[object]:
    headers = {clean(name): clean(value) for name, value in call.headers.items()}
    return [
        inbox.id, inbox.workspace_id, call.method[:8], clean(call.url), orjson.dumps(headers).decode(),
        call.body, now, now,
    ]  # fmt: skip
