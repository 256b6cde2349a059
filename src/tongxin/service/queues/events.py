from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from tongxin.center.timeline.values import Fact


@dataclass(frozen=True, kw_only=True)
class QueueFact(Fact):
    """Something about a queue."""

    queue_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class QueueCreated(QueueFact):
    """Conversations can wait in one more queue."""

    kind: ClassVar[str] = "queue.created"


@dataclass(frozen=True, kw_only=True)
class QueueChanged(QueueFact):
    """A queue has another name, shares out otherwise, or goes by other hours."""

    kind: ClassVar[str] = "queue.changed"


@dataclass(frozen=True, kw_only=True)
class QueueStaffed(Fact):
    """Others are members of a queue from now on."""

    kind: ClassVar[str] = "queue.staffed"
    queue_id: int
    added: Sequence[int]
    removed: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class QueueClosed(QueueFact):
    """A queue is no more; what waited there waits in everyone's."""

    kind: ClassVar[str] = "queue.closed"


@dataclass(frozen=True, kw_only=True)
class QueueEndingSet(Fact):
    """For a queue's conversations something else goes at their end from now on."""

    kind: ClassVar[str] = "queue.ending_set"
    queue_id: int
    reopens: str
    days: int
    asks: str | None


@dataclass(frozen=True, kw_only=True)
class InboxQueueSet(Fact):
    """New conversations of an inbox wait in another queue from now on."""

    kind: ClassVar[str] = "inbox.queue_set"
    inbox_id: int
    queue_id: int
