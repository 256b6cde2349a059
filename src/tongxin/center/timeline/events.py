from dataclasses import dataclass
from typing import ClassVar

from tongxin.center.timeline.values import Fact


@dataclass(frozen=True, kw_only=True)
class EventReleased(Fact):
    """A set-aside event was retried with success, or dropped."""

    kind: ClassVar[str] = "event.released"
    handler: str
    outcome: str
