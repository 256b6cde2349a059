from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from tongxin.center.kit.ids import InboxId, QueueId, TemplateId, WorkspaceId
from tongxin.service.channels.ports import Arrival

# What processes tell each other: an inbox has calls to interpret, departures to carry out, news to fetch.
CALLS, DEPARTURES, NEWS = "tongxin_calls", "tongxin_departures", "tongxin_news"
TYPING = "tongxin_typing"  # one of us types in a conversation that its channel may show
POLL = "POLL"  # the method of a call that we fetched ourselves
MESSAGE = "message"  # what opens a window most often: that the person wrote
LONGEST_NAME = 200  # of an external id


class CallState(StrEnum):
    """How far a call is: to be interpreted, interpreted, or such that nobody could."""

    NEW = "new"
    DONE = "done"
    BROKEN = "broken"


class DepartureState(StrEnum):
    """How far a departure is: in the queue, taken by its channel, or given up."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True)
class InboxRow:
    """One connected channel. ``key`` is its public name in addresses.

    ``settings`` hold no secrets. ``reopen_days``: so long a message after the end goes on with the same
    conversation (0: never; null: always); later it begins a new one, linked to the old. ``queue_id``: where
    new conversations wait.
    """

    id: InboxId
    workspace_id: WorkspaceId
    key: str
    name: str
    channel: str
    settings: Mapping[str, Any]
    enabled: bool
    reopen_days: int | None = 7
    queue_id: QueueId = 0


@dataclass(frozen=True)
class TemplateRow:
    """A template that the vendor of an inbox has approved; ``{{name}}`` stands in ``text`` for each of ``holes``."""

    id: TemplateId
    inbox_id: InboxId
    key: str
    language: str
    name: str
    text: str
    holes: Sequence[str]


@dataclass(frozen=True)
class Filled:
    """A template with its holes filled: what people read, and what its channel carries."""

    text: str
    carried: Mapping[str, Any]


@dataclass(frozen=True)
class Heard:
    """An arrival, and where it came in."""

    inbox_id: int
    workspace_id: int
    channel: str
    arrival: Arrival


@dataclass(frozen=True)
class Rate:
    """So many within any so many seconds, however their service counts them.

    ``burst`` may go at once and ``per_second`` after them: together never more than ``count`` in the time.
    """

    count: int
    seconds: float = 1.0

    @property
    def burst(self) -> int:
        return max(1, self.count // 5)

    @property
    def per_second(self) -> float:
        return max(1, self.count - self.burst) / self.seconds


@dataclass(frozen=True)
class WindowRule:
    """After something of the person's one may write so many messages (0: any number) for so long.

    With ``only_if``, where this setting of the inbox is on; of several for the same, the last one counts.
    """

    after: str
    messages: int = 0
    hours: float = 0.0
    minutes: float = 0.0
    only_if: str = ""

    @property
    def lasts(self) -> timedelta:
        return timedelta(hours=self.hours, minutes=self.minutes)


@dataclass(frozen=True)
class Opened:
    """What opened a window, when, and how many messages went out by it."""

    after: str
    at: datetime
    used: int = 0


@dataclass(frozen=True)
class Window:
    """Until when and how often one may still write (null: no limit), and thanks to what.

    Closed where ``left`` is 0 or ``open_until`` has passed; then ``after`` says what would open it.
    """

    is_open: bool
    open_until: datetime | None = None
    left: int | None = None
    limit: int = 0
    after: str = ""


@dataclass(frozen=True)
class Mending:
    """For how long after it was said something can be changed for the person, and taken back; zero: never."""

    edit: timedelta
    recall: timedelta


@dataclass(frozen=True)
class Capabilities:
    """What a channel can, as the ``[can]`` of its manifest says; lengths in characters, sizes in MB.

    ``reaches`` are the kinds of addresses it writes to (itself, where the manifest names none).
    """

    live: bool = False
    attachments: bool = False
    by_address: bool = False  # files are fetched from us: only where the house has a public address
    typing: bool = False
    read: bool = False
    edit_minutes: int = 0  # for so long what was said can be changed for the person
    recall_minutes: int = 0
    longest_text: int = 4000
    largest_file_mb: float = 20
    largest_call_mb: float = 5
    file_types: tuple[str, ...] = ()  # MIME types of files that it takes; any, where it names none
    kinds: tuple[str, ...] = ("text",)
    formats: tuple[str, ...] = ("text",)
    templates: bool = False
    lists_templates: bool = False  # agents choose from those that the vendor has approved
    sends_first: bool = True
    # It rings a member, and then a person: only where the house has a public address.
    calls: bool = False
    writes_if: str = ""  # nothing is written unless this setting of the inbox is on
    listens: bool = False
    sets_up: bool = False
    ordered: bool = True
    acknowledge_seconds: float = 5.0
    by_mail: bool = False  # what is sent to the setting ``address`` comes in by the mail door
    threads: bool = False  # a message says itself what it answers; else it begins a conversation
    rate: Rate | None = None
    rate_of_one: Rate | None = None
    window: tuple[WindowRule, ...] = ()
    fallbacks: tuple[str, ...] = ()
    reaches: tuple[str, ...] = ()

    @property
    def is_rich(self) -> bool:
        """Whether what is bold here is bold there; else the words go alone."""
        return "html" in self.formats

    def writes(self, settings: Mapping[str, Any]) -> bool:
        """Whether messages can be written by an inbox with these settings."""
        return not self.writes_if or bool(settings.get(self.writes_if))

    def rules(self, settings: Mapping[str, Any]) -> tuple[WindowRule, ...]:
        """Return what opens a window of an inbox with these settings."""
        return tuple(r for r in self.window if not r.only_if or settings.get(r.only_if))
