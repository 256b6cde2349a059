"""Which conversations a target means, and how many."""

from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.service.conversations.queries import BUILT_IN, Picked, by_ids, ids_of, tallies
from tongxin.service.views.queries.shelf import picked_by, saved_view
from tongxin.service.views.values import MOST, Target


def ids_in(actor: Actor, target: Target, most: int, now: datetime) -> list[int]:
    """Return the conversations of a target, up to ``most``. Raises Refused: ``view.missing``."""
    picked = _picked(actor, target, now)
    if picked is not None:
        return ids_of(actor=actor, picked=picked, most=most)
    return [row.id for row in by_ids(actor=actor, conversation_ids=target.conversation_ids)]


def total_of(*, actor: Actor, target: Target, now: datetime) -> int:
    """Return how many conversations a target means, up to one more than a job may have."""
    picked = _picked(actor, target, now)
    if picked is None:
        return len(target.conversation_ids)
    [total] = tallies(actor=actor, picks=[picked], most=MOST + 1)
    return total


def _picked(actor: Actor, target: Target, now: datetime) -> Picked | None:
    if target.view_id is not None:
        return picked_by(saved_view(actor=actor, view_id=target.view_id).plan, now)
    return BUILT_IN[target.view] if target.view is not None else None
