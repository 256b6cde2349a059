from dataclasses import dataclass
from typing import ClassVar

from tongxin.center.timeline.values import Fact


@dataclass(frozen=True, kw_only=True)
class PresenceChanged(Fact):
    """A member is online, away or offline from now on."""

    kind: ClassVar[str] = "presence.changed"
    member_id: int
    before: str
    state: str


@dataclass(frozen=True, kw_only=True)
class CapacityChanged(Fact):
    """A member holds more, or fewer, conversations from now on."""

    kind: ClassVar[str] = "capacity.changed"
    member_id: int
    capacity: int
