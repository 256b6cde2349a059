"""What was given up: tried once more, or thrown away for good."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import DepartureId
from tongxin.center.kit.registry import action
from tongxin.center.kit.signals import tell
from tongxin.center.kit.sql import rows
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.channels.events import DepartureDiscarded, DepartureReplayed
from tongxin.service.channels.values import DEPARTURES

_DEAD = """
SELECT id, inbox_id, message_id, mend_id FROM channels_departure
WHERE workspace_id = %s AND id = ANY(%s::bigint[]) AND state = 'dead' ORDER BY id FOR UPDATE
"""
_OF_MESSAGES = """
SELECT id FROM channels_departure
WHERE workspace_id = %s AND message_id = ANY(%s::bigint[]) AND state = 'dead' ORDER BY id
"""
# Of what stopped half-way only the rest goes; what left whole and came back goes whole.
_AGAIN = """
UPDATE channels_departure SET state = 'waiting', stage = '', attempts = 0, due_at = %s, claimed_until = NULL,
    external_id = '', parts = CASE WHEN sent_at IS NULL THEN parts ELSE '{}' END, created_at = %s, sent_at = NULL
WHERE id = ANY(%s::bigint[])
"""
_REMOVE = "DELETE FROM channels_departure WHERE id = ANY(%s::bigint[])"


@action("departure.replay", needs="inbox.write")
def replay_departures(*, actor: Actor, departure_ids: Sequence[DepartureId], now: datetime) -> int:
    """Try to carry out once more what was given up; returns how many there were."""
    return again(actor, departure_ids, now)


@action("departure.discard", needs="inbox.write")
def discard_departures(*, actor: Actor, departure_ids: Sequence[DepartureId], now: datetime) -> int:
    """Give up for good what could not be carried out; the messages stay, as not delivered. How many."""
    dead = rows(_DEAD, [actor.workspace_id, list(departure_ids)])
    rows(_REMOVE, [[pk for pk, *_ in dead]])
    return _told(DepartureDiscarded, actor, dead, now)


def again_by_message(actor: Actor, message_ids: Sequence[int], now: datetime) -> int:
    """Try once more to carry out these messages, where they were given up; returns how many."""
    dead = rows(_OF_MESSAGES, [actor.workspace_id, list(message_ids)])
    return again(actor, [pk for (pk,) in dead], now)


def again(actor: Actor, departure_ids: Sequence[int], now: datetime) -> int:
    """Put what was given up back into the queue; returns how many there were."""
    dead = rows(_DEAD, [actor.workspace_id, list(departure_ids)])
    rows(_AGAIN, [now, now, [pk for pk, *_ in dead]])
    tell(DEPARTURES, [{"i": inbox_id} for inbox_id in sorted({row[1] for row in dead})])
    return _told(DepartureReplayed, actor, dead, now)


def _told(
    fact: type[DepartureDiscarded | DepartureReplayed], actor: Actor, dead: Sequence[tuple[Any, ...]], now: datetime
) -> int:  # fmt: skip
    """Record what was done with departures; returns with how many."""
    record(
        fact(
            **about(actor.workspace_id, actor.label, "message", message_id, now),
            inbox_id=inbox_id, message_id=message_id, mend_id=mend_id,
        )
        for _pk, inbox_id, message_id, mend_id in dead
    )  # fmt: skip
    return len(dead)
