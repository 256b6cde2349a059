from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tongxin.center.kit.ids import ConversationId, InboxId


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


class Strategy(StrEnum):
    """To whom of those who can serve a conversation goes."""

    LEAST_BUSY = "least_busy"
    IN_TURN = "in_turn"


class Why(StrEnum):
    """Why nobody has a conversation that waits."""

    SOON = "soon"
    BY_HAND = "by_hand"
    NOBODY_ONLINE = "nobody_online"
    NOBODY_SKILLED = "nobody_skilled"
    NO_ROOM = "no_room"


@dataclass(frozen=True)
class Routing:
    """How an inbox's conversations find somebody. ``weight`` is in units of a member's capacity."""

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

    @property
    def room(self) -> int:
        return max(0, self.capacity - self.load)


@dataclass(frozen=True)
class Waiting:
    """A conversation that nobody has."""

    id: int
    routing: Routing
    language: str = ""


@dataclass(frozen=True)
class Stretch:
    """From when on a member was what."""

    at: datetime
    state: State
    away_for: AwayFor = AwayFor.UNSAID


@dataclass(frozen=True)
class WhyRow:
    """Why nobody has a conversation: of so many online, so many have the skills and so many room."""

    conversation_id: ConversationId
    why: Why
    online: int
    skilled: int
    free: int
