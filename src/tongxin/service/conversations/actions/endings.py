"""What goes for a queue's conversations at their end. Which queues there are is known elsewhere."""

from typing import Any

from tongxin.center.kit.actor import Actor
from tongxin.service.conversations.actions.topics import checked_keys, in_turn
from tongxin.service.conversations.models import QueueEnding
from tongxin.service.conversations.values import Ending, Reopens


def set_ending(*, actor: Actor, queue_id: int, ending: Ending) -> bool:
    """Keep what a queue says of the end; return whether that is another than before.

    Raises Refused: ``attribute.unknown``, ``wrap_up.keys`` (at most 20).
    """
    wanted = {**_columns(ending), "keys": checked_keys(actor, ending.keys)}
    in_turn(actor)
    mine = QueueEnding.objects.filter(workspace_id=actor.workspace_id, queue_id=queue_id)
    kept = mine.first() or QueueEnding(workspace_id=actor.workspace_id, queue_id=queue_id)
    if all(getattr(kept, name) == value for name, value in wanted.items()):
        return False
    for name, value in wanted.items():
        setattr(kept, name, value)
    kept.save()
    return True


def _columns(ending: Ending) -> dict[str, Any]:
    return {
        "reopens": ending.reopens.value,
        "reopen_days": ending.days if ending.reopens is Reopens.WITHIN else None,
        "asks": ending.asks.value if ending.asks else None,
        "is_strict": ending.is_strict,
    }
