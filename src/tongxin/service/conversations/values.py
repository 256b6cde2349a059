from dataclasses import dataclass
from enum import StrEnum

from tongxin.center.kit.ids import ConversationId, MessageId, PersonId

# What canned replies may leave open; a text with one of these places still empty is not sent.
VARIABLES = (
    "person.name", "person.email", "person.phone", "agent.name", "conversation.number",
    "conversation.subject", "conversation.opened_at", "inbox.name", "workspace.name", "date.today",
)  # fmt: skip


class Status(StrEnum):
    """Whose turn it is. All logic reads this category."""

    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    ON_HOLD = "on_hold"
    RESOLVED = "resolved"


class Tint(StrEnum):
    """The colors of the house that a status may have."""

    PLAIN = "plain"
    JADE = "jade"
    AMBER = "amber"
    CINNABAR = "cinnabar"


class CameBy(StrEnum):
    """How a conversation came from an earlier one."""

    NONE = ""
    FOLLOW_UP = "follow_up"


class Order(StrEnum):
    """How a list is sorted: by the last message, by who waits, by when it wakes, by when it began."""

    NEWEST = "newest"
    OLDEST = "oldest"
    LONGEST = "longest"  # of those who wait
    WAITED = "waited"  # those who wait first, then the others
    SOONEST = "soonest"
    CREATED = "created"
    FIRST = "first"


class Kind(StrEnum):
    """Where a message goes: in from a person, out to a person, or to colleagues only."""

    IN = "in"
    OUT = "out"
    NOTE = "note"


class State(StrEnum):
    """How far a message out has come."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


class Changed(StrEnum):
    """Whether a message still says what it said at first."""

    NOT = ""
    EDITED = "edited"
    RECALLED = "recalled"


class Woke(StrEnum):
    """Why a snoozed conversation is back."""

    TIME = "time"
    REPLY = "reply"


@dataclass(frozen=True)
class Received:
    """Where an arrival went. ``is_fresh`` is false where it was heard before.

    From somebody who is blocked nothing is taken: there is neither message nor conversation.
    """

    message_id: MessageId
    conversation_id: ConversationId
    person_id: PersonId
    is_fresh: bool
    is_blocked: bool = False
