from dataclasses import dataclass
from typing import ClassVar

from tongxin.center.timeline.values import Fact


@dataclass(frozen=True, kw_only=True)
class AuditExported(Fact):
    """Somebody took a copy of the log with them."""

    kind: ClassVar[str] = "audit.exported"
    rows: int


@dataclass(frozen=True, kw_only=True)
class RetentionChanged(Fact):
    """Facts are kept for so many days from now on, or for ever."""

    kind: ClassVar[str] = "audit.retention_changed"
    days: int | None


@dataclass(frozen=True, kw_only=True)
class FactsForgotten(Fact):
    """Facts older than the workspace keeps them were removed; their links in the chain stay."""

    kind: ClassVar[str] = "audit.forgotten"
    facts: int


@dataclass(frozen=True, kw_only=True)
class EventReleased(Fact):
    """A set-aside event was retried with success, or dropped."""

    kind: ClassVar[str] = "event.released"
    handler: str
    outcome: str
