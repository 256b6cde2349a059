"""How queues stand now, as a supervisor sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import QueueId
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.service.conversations.values import reached, reaching
from tongxin.service.hours.queries import next_opening
from tongxin.service.queues.queries import sharings
from tongxin.service.queues.values import EVERYONES
from tongxin.service.team.queries.presence import desks, routings

_WAITING = """
SELECT c.queue_id, count(*), min(c.waiting_since) FROM conversations_conversation c
WHERE c.workspace_id = %(workspace)s AND c.waiting_since IS NOT NULL AND NOT c.is_snoozed
  AND c.assignee_id IS NULL AND NOT c.with_assistant AND {reached} GROUP BY 1
"""


@dataclass(frozen=True)
class QueueNow:
    """A queue at this moment: how many wait without an owner, since when the first of them; how many of
    its members are online, and how much more they could hold. ``opens_at``: when it opens, if it is
    closed now. The name of everyone's is empty.
    """  # noqa: D205

    queue_id: QueueId
    name: str
    waiting: int
    longest: datetime | None
    online: int
    room: int
    is_open: bool
    opens_at: datetime | None


@query("queue.now", needs="team.read")
def queues_now(*, actor: Actor, now: datetime) -> Sequence[QueueNow]:
    """Return how each queue stands now, everyone's first, the others by name."""
    known = routings(workspace_id=actor.workspace_id)
    here = desks(workspace_id=actor.workspace_id, known=known, now=now)
    shared = sharings(workspace_id=actor.workspace_id, now=now)
    waiting: dict[int, tuple[int, datetime | None]] = {}
    for queue_id, many, since in rows(_WAITING.format(reached=reached(actor)), reaching(actor)):
        place = queue_id if queue_id in shared else EVERYONES
        before, longest = waiting.get(place, (0, since))
        waiting[place] = (before + many, min(filter(None, [longest, since])))
    found = []
    for one in sorted(shared.values(), key=lambda one: (one.name, one.queue_id)):
        members = [desk for desk in here if desk.is_in(one.queue_id)]
        opens = next_opening(one.hours, now)
        found.append(
            QueueNow(
                one.queue_id, one.name, *waiting.get(one.queue_id, (0, None)), len(members),
                sum(desk.room for desk in members), opens == now, None if opens == now else opens,
            )
        )  # fmt: skip
    return found
