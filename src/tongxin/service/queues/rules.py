"""Pure decisions about queues."""

from tongxin.service.queues.values import EVERYONES, Fallback, QueuePlan

LONGEST_NAME, MOST = 60, 200


def named(given: str) -> str:
    """Return a queue's name as it is kept; empty where it cannot be."""
    name = " ".join(given.split())
    return name if len(name) <= LONGEST_NAME else ""


def makes_sense(plan: QueuePlan, queue_id: int) -> bool:
    """Whether a queue can go so: another queue is named where it falls back to one, and only there."""
    if queue_id == EVERYONES and plan.fallback is not Fallback.STAY:
        return False
    if plan.fallback is not Fallback.QUEUE:
        return plan.fallback_id is None
    return plan.fallback_id not in {None, EVERYONES, queue_id}
