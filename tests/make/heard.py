"""What channels hear, before anybody has taken it in."""

from datetime import datetime
from itertools import count

from tests.make.world import NOON, World
from tongxin.center.people.values import Address
from tongxin.service.channels.ports import Arrival
from tongxin.service.channels.values import Heard

_numbers = count(1)


def heard(
    world: World, text: str = "你好", *, by: str = "小梅", name: str = "", at: datetime = NOON,
    inbox_id: int = 0,
) -> Heard:  # fmt: skip
    """Return one message of a visitor; ``name`` is what the channel calls the message."""
    inbox = inbox_id or world.inbox_id
    sender = Address("webchat", f"{by}-{world.workspace_id}", by)
    arrival = Arrival(name or f"message {next(_numbers)}", sender, text, at)
    return Heard(inbox, world.workspace_id, "webchat", arrival)
