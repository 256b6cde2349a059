from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from tongxin.center.kit import jobs
from tongxin.center.kit.ids import (
    ConversationId,
    InboxId,
    MemberId,
    QueueId,
    StatusId,
    TopicId,
    ViewId,
)
from tongxin.center.kit.moments import Moment
from tongxin.center.kit.registry import MOST_AT_ONCE
from tongxin.service.conversations.queries import View
from tongxin.service.conversations.values import Status

JobState = jobs.JobState
MOST = 100_000  # conversations in one job


Tags = Annotated[
    tuple[Annotated[str, Field(min_length=1, max_length=40)], ...], Field(max_length=20)
]


Days = Annotated[int, Field(ge=1, le=3650)]


class Whose(StrEnum):
    """Who is responsible: anybody or nobody, oneself, nobody, or one of some members."""

    ANY = "any"
    ME = "me"
    NOBODY = "nobody"
    MEMBERS = "members"


@dataclass(frozen=True)
class Filter:
    """What a view shows: what meets all of it. What is empty or null asks for nothing.

    Times are half open: from (inclusive) to (exclusive). Days go on with the clock, each 24 hours: begun
    in the last so many, with a message in the last so many, without one for so many.
    """

    statuses: Annotated[tuple[Status, ...], Field(max_length=5)] = ()
    topic_ids: Annotated[tuple[TopicId, ...], Field(max_length=100)] = ()
    status_ids: Annotated[tuple[StatusId, ...], Field(max_length=100)] = ()
    whose: Whose = Whose.ANY
    member_ids: Annotated[tuple[MemberId, ...], Field(max_length=100)] = ()
    inbox_ids: Annotated[tuple[InboxId, ...], Field(max_length=100)] = ()
    queue_ids: Annotated[tuple[QueueId, ...], Field(max_length=200)] = ()
    tags_any: Tags = ()
    tags_all: Tags = ()
    tags_none: Tags = ()
    waiting_minutes: Annotated[int, Field(ge=1, le=525_600)] | None = None
    created_from: Moment | None = None
    created_to: Moment | None = None
    last_from: Moment | None = None
    last_to: Moment | None = None
    created_days: Days | None = None
    last_days: Days | None = None
    quiet_days: Days | None = None
    unanswered: bool | None = None
    wants_human: bool | None = None
    snoozed: bool | None = None
    subject: Annotated[str, Field(max_length=120)] = ""


class Sort(StrEnum):
    """By the last message, by who waits longest, by when it began."""

    NEWEST = "newest"
    OLDEST = "oldest"
    LONGEST = "longest"
    CREATED = "created"
    FIRST = "first"


class Group(StrEnum):
    """Under which headings the rows of a view stand."""

    NONE = "none"
    STATUS = "status"
    ASSIGNEE = "assignee"
    INBOX = "inbox"
    QUEUE = "queue"


class Layout(StrEnum):
    """How a view is laid out."""

    LIST = "list"
    TABLE = "table"
    BOARD = "board"


class Density(StrEnum):
    """How much room a row takes."""

    COMFORTABLE = "comfortable"
    COMPACT = "compact"


class Column(StrEnum):
    """What a table can show of a conversation."""

    NUMBER = "number"
    PERSON = "person"
    LAST = "last"
    SUBJECT = "subject"
    STATUS = "status"
    ASSIGNEE = "assignee"
    INBOX = "inbox"
    TAGS = "tags"
    WAITING = "waiting"
    UNANSWERED = "unanswered"
    ACTIVE = "active"
    CREATED = "created"


COLUMNS = (Column.PERSON, Column.LAST, Column.STATUS, Column.ASSIGNEE, Column.TAGS, Column.ACTIVE)


@dataclass(frozen=True)
class Plan:
    """What a view shows and how."""

    filter: Filter = Filter()
    sort: Sort = Sort.NEWEST
    group: Group = Group.NONE
    layout: Layout = Layout.LIST
    columns: Annotated[tuple[Column, ...], Field(min_length=1, max_length=12)] = COLUMNS


class Verb(StrEnum):
    """What can be done to many conversations at once."""

    RESOLVE = "resolve"
    REOPEN = "reopen"
    ASSIGN = "assign"
    SNOOZE = "snooze"
    TAG = "tag"
    STATUS = "status"
    MOVE = "move"


@dataclass(frozen=True)
class Deed:
    """A verb with what it needs: ``member_id`` to assign (null: nobody), ``until`` to snooze (null: until
    they reply), tags to ``add`` and ``remove``, a ``status`` or one of the workspace's own
    (``status_id``), a ``queue_id`` to move to.
    """  # noqa: D205

    verb: Verb
    member_id: MemberId | None = None
    until: Moment | None = None
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    status: Status | None = None
    status_id: StatusId | None = None
    queue_id: QueueId | None = None


@dataclass(frozen=True)
class Target:
    """These conversations, or all of a view as it is now."""

    conversation_ids: Annotated[tuple[ConversationId, ...], Field(max_length=MOST_AT_ONCE)] = ()
    view: View | None = None
    view_id: ViewId | None = None
