"""Which queues there are, who is in them, and how they go."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.service.hours.queries import before
from tongxin.service.hours.values import Hours
from tongxin.service.queues.values import (
    EVERYONES,
    Fallback,
    QueueName,
    QueuePlan,
    QueueRow,
    Sharing,
    Strategy,
)

_HOURS = TypeAdapter(Hours)
# Everyone's comes first, also where no row is kept of it; every member is in it.
_QUEUES = """
SELECT found.id, found.name, found.id = 0, q.strategy, q.fallback, q.fallback_to_id, q.fallback_minutes,
    q.idle_minutes, q.returns_absent, q.calendar_id,
    ARRAY(SELECT m.id FROM accounts_member m
          WHERE m.workspace_id = %(workspace)s AND m.removed_at IS NULL
            AND (found.id = 0 OR found.id = ANY(m.queue_ids)) ORDER BY m.id),
    ARRAY(SELECT i.id FROM channels_inbox i
          WHERE i.workspace_id = %(workspace)s AND i.queue_id = found.id ORDER BY i.id)
FROM (
    SELECT 0::bigint AS id, '' AS name,
        (SELECT id FROM queues_queue WHERE workspace_id = %(workspace)s AND is_everyones) AS kept
    UNION ALL
    SELECT id, name, id FROM queues_queue
    WHERE workspace_id = %(workspace)s AND NOT is_everyones AND closed_at IS NULL
) found LEFT JOIN queues_queue q ON q.id = found.kept ORDER BY found.id
"""
_SHARINGS = """
SELECT CASE WHEN q.is_everyones THEN 0 ELSE q.id END, q.name, q.strategy, q.fallback, q.fallback_to_id,
    q.fallback_minutes, c.hours
FROM queues_queue q LEFT JOIN hours_calendar c ON c.id = q.calendar_id
WHERE q.workspace_id = %s AND q.closed_at IS NULL
"""
_NAMES = """
SELECT id, name, closed_at IS NULL FROM queues_queue
WHERE workspace_id = %s AND NOT is_everyones ORDER BY name, id
"""
_EXISTS = """
SELECT EXISTS (SELECT FROM queues_queue
WHERE workspace_id = %s AND id = %s AND NOT is_everyones AND closed_at IS NULL)
"""
_HOURS_OF = """
SELECT c.hours FROM channels_inbox i
JOIN queues_queue q ON q.workspace_id = i.workspace_id AND q.closed_at IS NULL
    AND (q.id = i.queue_id OR (q.is_everyones AND i.queue_id = 0))
JOIN hours_calendar c ON c.id = q.calendar_id WHERE i.id = %s
"""


@query("queue.list", needs="team.read")
def queues(*, actor: Actor) -> Sequence[QueueRow]:
    """Return the queues, everyone's first: how each goes, who is in it and which inboxes feed it."""
    return [_row(row) for row in rows(_QUEUES, {"workspace": actor.workspace_id})]


def queue(*, actor: Actor, queue_id: int) -> QueueRow:
    """Return one queue. Raises Refused: ``queue.missing``."""
    found = next((row for row in queues(actor=actor) if row.id == queue_id), None)
    if found is None:
        raise missing()
    return found


def queue_names(*, workspace_id: int) -> Sequence[QueueName]:
    """Return what the workspace's own queues are called, closed ones too, by name."""
    return [QueueName(*row) for row in rows(_NAMES, [workspace_id])]


def sharings(*, workspace_id: int, now: datetime) -> Mapping[int, Sharing]:
    """Return how each open queue shares out; everyone's is always there. One statement."""
    found = (_sharing(row, now) for row in rows(_SHARINGS, [workspace_id]))
    return {EVERYONES: _USUAL} | {sharing.queue_id: sharing for sharing in found}


def hours_of_inbox(*, inbox_id: int) -> Hours | None:
    """Return when somebody is there for an inbox's people; None where nothing says so."""
    found = rows(_HOURS_OF, [inbox_id])
    return _HOURS.validate_python(found[0][0]) if found else None


def check_queue(workspace_id: int, queue_id: int) -> None:
    """Raise Refused where there is no such queue: ``queue.missing``."""
    if queue_id != EVERYONES and not rows(_EXISTS, [workspace_id, queue_id])[0][0]:
        raise missing()


def missing() -> Refused:
    """Return the refusal of a queue that is none."""
    return Refused("queue.missing", _("There is no such queue."), Reason.MISSING)


_USUAL = Sharing(EVERYONES, "", None, Fallback.STAY, EVERYONES, 0, None, None)


def _row(row: tuple[Any, ...]) -> QueueRow:
    pk, name, is_everyones, strategy, *plan, members, inboxes = row
    if strategy is None:
        return QueueRow(pk, name, is_everyones, QueuePlan(), members, inboxes)
    fallback, *rest = plan
    return QueueRow(
        pk,
        name,
        is_everyones,
        QueuePlan(Strategy(strategy), Fallback(fallback), *rest),
        members,
        inboxes,
    )


def _sharing(row: tuple[Any, ...], now: datetime) -> Sharing:
    pk, name, strategy, fallback, fallback_id, minutes, kept = row
    hours = _HOURS.validate_python(kept) if kept else None
    if pk == EVERYONES:
        return replace(_USUAL, hours=hours)
    kind = Fallback(fallback)
    late = None if kind is Fallback.STAY else before(hours, now, timedelta(minutes=minutes))
    return Sharing(
        pk, name, Strategy(strategy), kind, fallback_id or EVERYONES, minutes, late, hours
    )
