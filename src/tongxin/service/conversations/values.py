from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.kit.ids import ConversationId, MessageId, PersonId

# What canned replies may leave open; a text with one of these places still empty is not sent.
VARIABLES = (
    "person.name", "person.email", "person.phone", "agent.name", "conversation.number",
    "conversation.subject", "conversation.opened_at", "inbox.name", "workspace.name", "date.today",
)  # fmt: skip
INSIDE = "inside"  # the detail of a letter that says which files stand in its HTML, by what it calls them


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


class Asks(StrEnum):
    """Whether whoever settles a conversation is asked what it was about."""

    NO = "no"
    MAY = "may"
    MUST = "must"


class Reopens(StrEnum):
    """Whether a message after the end goes on with the same conversation, in a queue."""

    AS_INBOX = "as_inbox"
    ALWAYS = "always"
    WITHIN = "within"


@dataclass(frozen=True)
class Ending:
    """What goes for a queue's conversations at their end and after it, in place of what their inboxes say.

    ``days`` belong to ``within`` (0: never). ``asks`` is null where the inbox says what is asked; else it is a
    topic and attributes by key, as for an inbox.
    """

    reopens: Reopens = Reopens.AS_INBOX
    days: Annotated[int, Field(ge=0, le=3650)] = 0
    asks: Asks | None = None
    is_strict: bool = False
    keys: tuple[str, ...] = ()


# Of a conversation ``c`` of an inbox ``i``: what its queue says of the end, before what its inbox says.
ENDING = "LEFT JOIN conversations_queueending e ON e.workspace_id = c.workspace_id AND e.queue_id = c.queue_id"
REOPEN_DAYS = (
    "CASE WHEN e.reopens IN ('always', 'within') THEN e.reopen_days ELSE i.reopen_days END"
)


class Owner(StrEnum):
    """Whose a conversation is: the assistant's, a queue's where it waits for somebody, or an agent's."""

    ASSISTANT = "assistant"
    QUEUE = "queue"
    AGENT = "agent"


class Back(StrEnum):
    """Why a conversation has another owner, or is back in its queue: somebody put it there, moved it to
    another, or handed it over; its owner left it unanswered, or was not there when the person wrote.
    """  # noqa: D205

    PUT = ""
    MOVED = "moved"
    IDLE = "idle"
    ABSENT = "absent"
    HANDED = "handed_over"


class CameBy(StrEnum):
    """How a conversation came from an earlier one."""

    NONE = ""
    FOLLOW_UP = "follow_up"
    SPLIT = "split"


class Attached(StrEnum):
    """By what a mail found the conversation it belongs to; nothing where it began one."""

    NONE = ""
    ADDRESS = "address"  # it came to the address that we gave for answers
    MARK = "mark"  # it answers a mail of ours
    ANSWER = "answer"  # it answers, or names, a mail that stands there
    SUBJECT = "subject"  # its subject holds the mark


class Regroup(StrEnum):
    """What was done to two conversations: one went into the other, or came out of it."""

    MERGE = "merge"
    SPLIT = "split"


class Caution(StrEnum):
    """What to think of before two conversations are merged: in what they differ."""

    PEOPLE = "people"
    INBOXES = "inboxes"
    OWNERS = "owners"
    RESOLVED = "resolved"
    WRAP_UPS = "wrap_ups"


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


class Mend(StrEnum):
    """Whether the person, too, has what a message says since it was changed: it is on its way there, or failed."""

    NONE = ""
    QUEUED = "queued"
    FAILED = "failed"


class Woke(StrEnum):
    """Why a snoozed conversation is back."""

    TIME = "time"
    REPLY = "reply"


@dataclass(frozen=True)
class Happening:
    """A fact of a conversation, as statistics see it: when, what (its kind), and what it says."""

    at: datetime
    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Statistics:
    """What a conversation took, in seconds, and when things happened; null: they did not.

    ``handling_time`` is how long somebody was responsible for it before it was settled;
    ``adjusted_handling_time`` leaves out what was put aside, on hold, or the person's turn. A response
    time runs from the person's first message since our last to our next.
    """

    time_to_assignment: int | None
    time_to_first_response: int | None
    median_response_time: int | None
    handling_time: int
    adjusted_handling_time: int
    count_assignments: int
    count_reopens: int
    count_parts: int
    first_assignment_at: datetime | None
    last_assignment_at: datetime | None
    first_contact_reply_at: datetime | None
    last_contact_reply_at: datetime | None
    first_admin_reply_at: datetime | None
    last_admin_reply_at: datetime | None
    first_close_at: datetime | None
    last_close_at: datetime | None


@dataclass(frozen=True)
class Received:
    """Where an arrival went. ``is_fresh`` is false where it was heard before.

    ``conversation_id`` is theirs; ``place_id`` where that goes on, itself unless it was merged away.
    From somebody who is blocked nothing is taken: there is neither message nor conversation.
    """

    message_id: MessageId
    conversation_id: ConversationId
    person_id: PersonId
    is_fresh: bool
    is_blocked: bool = False
    place_id: int = 0


# Which conversations (c) an actor reaches: every list, thread, search and change asks this first. What
# was merged away is reached by nobody; its id leads to where it went (``LED_TO``).
_REACHED = {
    Reach.ALL: "c.merged_into_id IS NULL",
    Reach.OPEN: "(c.assignee_id IS NULL OR c.assignee_id = %(reaching)s) AND c.merged_into_id IS NULL",
    Reach.OWN: "c.assignee_id = %(reaching)s AND c.merged_into_id IS NULL",
    Reach.TEAM: """(c.assignee_id = %(reaching)s OR c.queue_id = ANY(%(queues)s::bigint[]))
        AND c.merged_into_id IS NULL""",
}
# Lists of what was said last go by ``listed_at``, which is ``last_at`` in steps of ten seconds, and within a step
# by ``last_at`` itself: so their indexes stay as they are while people write on (docs/decisions/0028).
LISTED = "date_bin('10 s', %(expressions)s, '2001-01-01 00:00:00Z'::timestamptz)"
LATEST_FIRST = "c.listed_at DESC, c.last_at DESC, c.id DESC"
EARLIEST_FIRST = "c.listed_at, c.last_at, c.id"
# Conditions that these indexes answer; the value is named ``value``.
SAID_SINCE = "c.listed_at > %(value)s - interval '10 s' AND c.last_at >= %(value)s"
SAID_BEFORE = "c.listed_at < %(value)s AND c.last_at < %(value)s"
# The conversations that some ids lead to: found once, whatever the planner thinks of the table. Beside ids the
# workspace is asked for as ``workspace_id + 0``: of one that is new beside a large one PostgreSQL knows nothing, takes
# it for a single row and would read all of it for each id.
LED_TO = """ANY(ARRAY(SELECT COALESCE(asked.merged_into_id, asked.id) FROM conversations_conversation asked
WHERE asked.id = ANY(%(ids)s::bigint[])))"""


def reached(actor: Actor) -> str:
    """Return the condition on conversations (``c``) that an actor's reach sets; see ``reaching``."""
    return _REACHED[actor.reach]


def reaching(actor: Actor) -> dict[str, Any]:
    """Return the values that ``reached`` asks for."""
    return {
        "workspace": actor.workspace_id, "reaching": actor.member_id, "queues": list(actor.queues),
    }  # fmt: skip


def reaches(actor: Actor, assignee_id: int | None, queue_id: int) -> bool:
    """Whether an actor reaches a conversation of this queue that this member has (or nobody)."""
    if actor.reach is Reach.ALL or (actor.reach is Reach.TEAM and queue_id in actor.queues):
        return True
    return assignee_id == actor.member_id or (assignee_id is None and actor.reach is Reach.OPEN)
