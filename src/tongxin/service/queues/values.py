from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from tongxin.center.accounts.values import EVERYONES
from tongxin.center.kit.ids import CalendarId, InboxId, MemberId, QueueId
from tongxin.service.hours.values import Hours

__all__ = ["EVERYONES", "Fallback", "QueueName", "QueuePlan", "QueueRow", "Sharing", "Strategy"]

Minutes = Annotated[int, Field(ge=0, le=10_080)]


class Strategy(StrEnum):
    """To whom of those who can serve a conversation goes."""

    LEAST_BUSY = "least_busy"
    IN_TURN = "in_turn"


class Fallback(StrEnum):
    """To whom else a conversation is offered when its queue's members do not take it."""

    STAY = "stay"
    QUEUE = "queue"
    ANYONE = "anyone"


@dataclass(frozen=True)
class QueuePlan:
    """How a queue goes. Minutes are business minutes by its calendar (null: always open).

    After ``fallback_minutes`` of waiting, ``fallback`` says to whom else it is offered: to nobody, to
    the members of ``fallback_id``, or to anyone online. Who leaves somebody without an answer for
    ``idle_minutes`` loses them to the queue (null: never); ``returns_absent``: at once, where they are
    not online when the person writes.
    """

    strategy: Strategy = Strategy.LEAST_BUSY
    fallback: Fallback = Fallback.STAY
    fallback_id: QueueId | None = None
    fallback_minutes: Minutes = 0
    idle_minutes: Annotated[int, Field(ge=1, le=10_080)] | None = None
    returns_absent: bool = False
    calendar_id: CalendarId | None = None


@dataclass(frozen=True)
class QueueName:
    """What a queue of the workspace's own is called, and whether conversations can wait there."""

    id: QueueId
    name: str
    is_open: bool


@dataclass(frozen=True)
class QueueRow:
    """A queue; ``is_everyones`` of the one that all members are in. ``name`` is empty there."""

    id: QueueId
    name: str
    is_everyones: bool
    plan: QueuePlan
    member_ids: Sequence[MemberId]
    inbox_ids: Sequence[InboxId]


@dataclass(frozen=True)
class Sharing:
    """What routing must know of a queue: ``late_before``: who has waited since then is offered to others."""

    queue_id: int
    name: str
    strategy: Strategy | None  # None: as each inbox says
    fallback: Fallback
    fallback_id: int
    fallback_minutes: int
    late_before: datetime | None
    hours: Hours | None

    def is_late(self, waiting_since: datetime) -> bool:
        """Whether somebody has waited so long that others are offered them, too."""
        return self.late_before is not None and waiting_since <= self.late_before
