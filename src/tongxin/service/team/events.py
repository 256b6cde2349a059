from collections.abc import Sequence
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
    away_for: str = ""


@dataclass(frozen=True, kw_only=True)
class SkillsChanged(Fact):
    """A member can do, or speak, something else from now on."""

    kind: ClassVar[str] = "skills.changed"
    member_id: int
    skills: Sequence[str]
    languages: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class RoutingChanged(Fact):
    """An inbox's conversations find somebody in another way from now on."""

    kind: ClassVar[str] = "routing.changed"
    inbox_id: int
    is_automatic: bool
    weight: int
    strategy: str
    skills: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class CapacityChanged(Fact):
    """A member holds more, or less, from now on."""

    kind: ClassVar[str] = "capacity.changed"
    member_id: int
    capacity: int


@dataclass(frozen=True, kw_only=True)
class PhoneChanged(Fact):
    """A member is rung at another number from now on, or at none."""

    kind: ClassVar[str] = "phone.changed"
    member_id: int
