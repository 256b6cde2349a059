"""Departures: put into their inbox's queue, claimed by whoever carries them out, tried again, given up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tongxin.center.kit.signals import tell
from tongxin.center.kit.sql import rows, table
from tongxin.service.channels.rules import Bucket, refilled
from tongxin.service.channels.values import DEPARTURES, Capabilities, Rate

LEASE = timedelta(minutes=5)  # longer than any channel may take for one batch
_PROBE = 3  # as many are tried after an inbox fell
_ENQUEUE = """
INSERT INTO channels_departure
    (inbox_id, workspace_id, message_id, mend_id, lane, payload, state, stage, due_at, attempts, alone, failure,
     detail, external_id, created_at)
SELECT going.inbox_id, going.workspace_id, going.message_id, going.mend_id, going.lane, going.payload, 'waiting', '',
    %(now)s, 0, false, '', '', '', %(now)s
FROM json_to_recordset(%(going)s) AS going (inbox_id bigint, workspace_id bigint, message_id bigint, mend_id bigint,
    lane bigint, payload jsonb)
ORDER BY going.message_id
ON CONFLICT (message_id, mend_id) DO NOTHING RETURNING inbox_id
"""
_WAITING = """
SELECT d.inbox_id FROM channels_departure d
JOIN channels_inbox i ON i.id = d.inbox_id AND i.enabled
LEFT JOIN channels_gate g ON g.inbox_id = d.inbox_id
WHERE d.state = 'waiting' AND d.due_at <= %(now)s AND (d.claimed_until IS NULL OR d.claimed_until <= %(now)s)
  AND (g.held_until IS NULL OR g.held_until <= %(now)s)
GROUP BY d.inbox_id ORDER BY min(d.due_at), d.inbox_id
"""
_GATE = """
SELECT tokens, refilled_at, held_until, falls FROM channels_gate WHERE inbox_id = %s FOR UPDATE SKIP LOCKED
"""
_MAKE_GATE = "INSERT INTO channels_gate (inbox_id) VALUES (%s) ON CONFLICT DO NOTHING"
# The oldest of each conversation that waits, and only where it is due: nothing of a lane overtakes.
_HEADS = """
SELECT d.id, d.alone FROM channels_departure d
WHERE d.inbox_id = %(inbox)s AND d.state = 'waiting' AND d.due_at <= %(now)s
  AND (d.claimed_until IS NULL OR d.claimed_until <= %(now)s)
  AND NOT EXISTS (SELECT FROM channels_departure e WHERE e.inbox_id = d.inbox_id AND e.lane = d.lane
      AND e.state = 'waiting' AND e.id < d.id)
  AND (%(of_one)s = 0 OR (SELECT count(*) FROM channels_departure t WHERE t.inbox_id = d.inbox_id
      AND t.lane = d.lane AND t.tried_at > %(since)s) < %(of_one)s)
ORDER BY d.due_at, d.id LIMIT %(most)s FOR UPDATE SKIP LOCKED
"""
_CLAIM = """
UPDATE channels_departure SET claimed_until = %s, tried_at = %s WHERE id = ANY(%s::bigint[])
RETURNING id, workspace_id, inbox_id, message_id, mend_id, lane, payload, attempts, created_at, parts
"""
_SPEND = "UPDATE channels_gate SET tokens = %s, refilled_at = %s WHERE inbox_id = %s"


@dataclass(frozen=True)
class Outgoing:
    """A message for an inbox's queue; ``lane`` keeps its order, ``payload`` is what is said, to whom.

    With a ``mend_id`` it changes, or takes back, the message that left before under the same ``message_id``.
    """

    workspace_id: int
    inbox_id: int
    message_id: int
    lane: int
    payload: Mapping[str, Any]
    mend_id: int = 0


@dataclass(frozen=True)
class Claimed:
    """A departure that is ours to carry out until its lease ends; ``taken`` are the parts that its channel has."""

    id: int
    workspace_id: int
    inbox_id: int
    message_id: int
    mend_id: int
    lane: int
    payload: Mapping[str, Any]
    attempts: int
    created_at: datetime
    taken: Sequence[str]

    @property
    def is_call(self) -> bool:
        """Whether it rings somebody: now, or not at all."""
        return bool(self.payload.get("ring"))


def enqueue(*, outgoing: Iterable[Outgoing], now: datetime) -> int:
    """Put messages into the queues of their inboxes; what is there already stays as it is. How many are new."""
    going = [one.__dict__ for one in outgoing]
    if not going:
        return 0
    made = rows(_ENQUEUE, {"going": table(going), "now": now})
    tell(DEPARTURES, [{"i": inbox_id} for (inbox_id,) in sorted(set(made))])
    return len(made)


def inboxes_with_departures(*, now: datetime) -> list[int]:
    """Return the inboxes from which something may go out now, the longest wait first."""
    return [inbox_id for (inbox_id,) in rows(_WAITING, {"now": now})]


@transaction.atomic
def claim(*, inbox_id: int, can: Capabilities, most: int, now: datetime) -> list[Claimed]:
    """Take what may go out of an inbox now: heads of conversations, as many as its rate allows.

    None where somebody else is at its gate, or it is held.
    """
    gate = _gate(inbox_id)
    if gate is None or (gate[2] is not None and gate[2] > now):
        return []
    tokens = refilled(Bucket(gate[0], gate[1]), can.rate, now)
    most = min(most, _PROBE) if gate[3] else most
    allowed = most if can.rate is None else min(most, int(tokens + 1e-9))
    if allowed < 1:
        return []
    heads = _heads(inbox_id, can.rate_of_one, allowed, now)
    claimed = rows(_CLAIM, [now + LEASE, now, heads]) if heads else []
    if claimed and can.rate is not None:
        rows(_SPEND, [tokens - len(claimed), now, inbox_id])
    return sorted((Claimed(*row) for row in claimed), key=lambda c: c.id)


def _heads(inbox_id: int, of_one: Rate | None, most: int, now: datetime) -> list[int]:
    """Return what may go now; what broke a batch, or was in one that broke, goes by itself."""
    values = {
        "inbox": inbox_id, "now": now, "most": most, "of_one": of_one.count if of_one else 0,
        "since": now - timedelta(seconds=of_one.seconds if of_one else 0),
    }  # fmt: skip
    found = rows(_HEADS, values)
    if found and found[0][1]:
        return [found[0][0]]
    return [pk for pk, alone in found if not alone]


def _gate(inbox_id: int) -> tuple[Any, ...] | None:
    if found := rows(_GATE, [inbox_id]):
        return found[0]
    rows(_MAKE_GATE, [inbox_id])
    return next(iter(rows(_GATE, [inbox_id])), None)
