from dataclasses import dataclass
from typing import ClassVar

from tongxin.center.timeline.values import Fact


@dataclass(frozen=True, kw_only=True)
class CalendarFact(Fact):
    """Something about a calendar."""

    calendar_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class CalendarCreated(CalendarFact):
    """The workspace has one more calendar of business hours."""

    kind: ClassVar[str] = "calendar.created"


@dataclass(frozen=True, kw_only=True)
class CalendarChanged(CalendarFact):
    """A calendar has another name, other hours or other special days."""

    kind: ClassVar[str] = "calendar.changed"


@dataclass(frozen=True, kw_only=True)
class CalendarRemoved(CalendarFact):
    """A calendar that nothing went by was thrown away."""

    kind: ClassVar[str] = "calendar.removed"
