from dataclasses import dataclass
from typing import ClassVar

from tongxin.center.timeline.values import Fact


@dataclass(frozen=True, kw_only=True)
class OutpostCreated(Fact):
    """A room of colleagues in another chat was connected."""

    kind: ClassVar[str] = "outpost.created"
    outpost_id: int
    plugin: str


@dataclass(frozen=True, kw_only=True)
class OutpostChanged(Fact):
    """Name, settings, on/off, or what is told to an outpost changed."""

    kind: ClassVar[str] = "outpost.changed"
    outpost_id: int
    enabled: bool


@dataclass(frozen=True, kw_only=True)
class OutpostRemoved(Fact):
    """An outpost is told nothing any more, and nobody is heard there."""

    kind: ClassVar[str] = "outpost.removed"
    outpost_id: int
