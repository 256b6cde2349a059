from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Whether a member takes new conversations."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


@dataclass(frozen=True)
class Desk:
    """A member who is online: how many conversations they hold, and how many they may."""

    member_id: int
    load: int
    capacity: int

    @property
    def room(self) -> int:
        return max(0, self.capacity - self.load)
