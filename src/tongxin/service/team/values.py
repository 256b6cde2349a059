from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tongxin.center.kit.ids import ConversationId, InboxId, QueueId
from tongxin.service.queues.values import EVERYONES, Fallback, Sharing, Strategy

UNANSWERED = "unanswered"  # what a channel calls it that an agent was rung and did not pick up


class State(StrEnum):
    """Whether a member takes new conversations."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


class AwayFor(StrEnum):
    """What a member who is away is away for."""

    UNSAID = ""
    BREAK = "break"
    MEAL = "meal"
    MEETING = "meeting"
    TRAINING = "training"


class Why(StrEnum):
    """Why nobody has a conversation that waits."""

    SOON = "soon"
    BY_HAND = "by_hand"
    NO_MEMBERS = "no_members"
    NOBODY_ONLINE = "nobody_online"
    NOBODY_SKILLED = "nobody_skilled"
    NO_ROOM = "no_room"


@dataclass(frozen=True)
class Routing:
    """How an inbox's conversations find somebody. ``weight`` is in units of a member's capacity;
    ``strategy`` counts in everyone's queue, others have their own.
    """  # noqa: D205

    inbox_id: InboxId
    is_automatic: bool
    weight: int
    strategy: Strategy
    skills: Sequence[str]


@dataclass(frozen=True)
class Desk:
    """A member who is online: how much they hold, how much they may, and what they can do."""

    member_id: int
    load: int
    capacity: int
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    given_at: datetime | None = None
    queues: frozenset[int] = frozenset()

    @property
    def room(self) -> int:
        return max(0, self.capacity - self.load)

    def is_in(self, queue_id: int) -> bool:
        return queue_id == EVERYONES or queue_id in self.queues


@dataclass(frozen=True)
class Waiting:
    """A conversation that nobody has: what its inbox and its queue ask for, who let it lie, if anybody."""

    id: int
    routing: Routing
    sharing: Sharing
    language: str = ""
    is_late: bool = False
    returned_by: int = 0

    @property
    def strategy(self) -> Strategy:
        return self.sharing.strategy or self.routing.strategy

    def is_for(self, desk: Desk) -> bool:
        """Whether a desk is offered it: a member's of its queue; late also another's."""
        return desk.is_in(self.sharing.queue_id) or (self.is_late and self.falls_to(desk))

    def falls_to(self, desk: Desk) -> bool:
        if self.sharing.fallback is Fallback.QUEUE:
            return desk.is_in(self.sharing.fallback_id)
        return self.sharing.fallback is Fallback.ANYONE


@dataclass(frozen=True)
class Stretch:
    """From when on a member was what."""

    at: datetime
    state: State
    away_for: AwayFor = AwayFor.UNSAID


@dataclass(frozen=True)
class WhyRow:
    """Why nobody has a conversation: of so many online for its queue, so many have the skills and so many
    room. ``queue_name`` is empty for everyone's; ``offered_at``: when others are offered it, too (null:
    never, or they are already: ``is_late``); ``opens_at``: when the queue opens, if it is closed now.
    """  # noqa: D205

    conversation_id: ConversationId
    why: Why
    online: int
    skilled: int
    free: int
    queue_id: QueueId = EVERYONES
    queue_name: str = ""
    is_late: bool = False
    offered_at: datetime | None = None
    opens_at: datetime | None = None
