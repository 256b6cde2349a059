"""The socket every channel plugs into: what a plugin is handed, and what it hands back.

In: the house keeps what came in as a ``Call``, raw, before anybody interprets it, answers its sender, and lets
``hear`` translate it later. Out: messages wait in a queue of their inbox; ``say`` carries out what its rate
allows, in the order of each conversation. A plugin keeps no state and asks no database.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from tongxin.center.people.values import Address
from tongxin.service.channels.ports.calls import EPOCH as EPOCH
from tongxin.service.channels.ports.calls import Answer as Answer
from tongxin.service.channels.ports.calls import Call as Call
from tongxin.service.channels.ports.calls import Translator as Translator
from tongxin.service.channels.ports.keepers import Keeper
from tongxin.service.channels.ports.lines import House
from tongxin.service.channels.ports.templates import Template as Template

EDITED, RECALLED = "edited", "recalled"  # the events of a person who changed what they said


class Kind(StrEnum):
    """What an arrival is. An event says in ``Arrival.event`` what happened; it becomes no message."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"
    LOCATION = "location"
    LINK = "link"
    CARD = "card"
    EVENT = "event"


class Failure(StrEnum):
    """Why a channel did not take a message. RATE and TRANSIENT are tried again by themselves."""

    WINDOW_CLOSED = "window_closed"
    QUOTA = "quota"
    BLOCKED = "blocked"
    INVALID_RECIPIENT = "invalid_recipient"
    MEDIA = "media"
    CONTENT = "content"
    AUTH = "auth"  # the whole inbox waits until somebody mends its settings
    RATE = "rate"  # the whole inbox waits, ``retry_after`` seconds where the channel said so
    TRANSIENT = "transient"
    FIXED = "fixed"  # what was said can no longer be changed, or taken back


class Stage(StrEnum):
    """How far a message of ours has come, in this order; failed ends it at any time."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True)
class Attachment:
    """A file of an arrival: its content, or a reference for ``fetch``; ``text`` is what is said in it.

    ``inside`` is what the arrival's HTML calls it by (``cid:``), where it stands in its midst.
    """

    name: str
    kind: str = ""  # its MIME type, as far as the channel says it
    content: bytes | None = None
    reference: str = ""
    text: str = ""
    inside: str = ""


@dataclass(frozen=True)
class Arrival:
    """A message or an event as a channel heard it. ``external_id`` is unique in its inbox.

    ``text`` is what one reads, ``whole`` the rest as well where a channel sends more (a mail with its quotes);
    ``html`` is not trusted. ``answers`` are external ids that this one answers, the nearest first; ``token`` is
    what we gave along to be found again. ``also`` are other addresses of the sender that the channel vouches
    for. ``is_automatic`` is never answered automatically. ``source`` is how they found us (a scanned code).
    An event that ``answers`` a message stands as a line in its conversation. ``waits``: whether the person
    waits for somebody from now on (null: as usual, after a message they do, an event changes nothing), and
    ``queue_id`` where, if they chose.
    An event ``edited`` or ``recalled`` that ``mends`` an earlier message of the same sender, by its external id,
    changes that: it says ``text`` from now on, or nothing.
    ``raw`` is kept beside the message, as it came, where people may want to have that (a mail).
    """

    external_id: str
    sender: Address
    text: str
    sent_at: datetime
    file_ids: tuple[int, ...] = ()
    kind: Kind = Kind.TEXT
    event: str = ""
    subject: str = ""
    html: str = ""
    whole: str = ""
    attachments: tuple[Attachment, ...] = ()
    answers: tuple[str, ...] = ()
    mends: str = ""
    token: str = ""
    also: tuple[Address, ...] = ()
    copied: tuple[Address, ...] = ()
    is_automatic: bool = False
    source: str = ""
    waits: bool | None = None
    queue_id: int | None = None
    raw: bytes = field(default=b"", repr=False)
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Progress:
    """What became of a message of ours later on, by the id the channel gave it."""

    external_id: str
    stage: Stage
    at: datetime
    failure: Failure | None = None
    detail: str = ""  # the channel's own words, for whoever looks after the inbox


@dataclass(frozen=True)
class Batch:
    """What a call meant. ``has_news``: nothing but that there is something to fetch by ``listen``."""

    arrivals: Sequence[Arrival] = ()
    progress: Sequence[Progress] = ()
    has_news: bool = False


@dataclass(frozen=True)
class Page:
    """What was fetched: bodies of calls for ``hear``, where to go on, and whether there is more at once."""

    bodies: Sequence[bytes]
    cursor: str
    has_more: bool = False


@dataclass(frozen=True)
class Enclosure:
    """A file that goes out. Services that fetch it are given an address that lasts so long.

    Whoever knows the address gets this file, and no other; it is "" where the house has no address of its own.
    """

    name: str
    kind: str
    size: int
    read: Callable[[], bytes] = field(compare=False)
    address: Callable[[timedelta], str] = field(default=lambda _lasts: "", compare=False)


@dataclass(frozen=True)
class Departure:
    """A message to be carried out. ``key`` is the same at every repetition, so that a channel may know it.

    ``answers`` is the external id of the person's message that this one follows, ``thread`` all earlier ones of
    the conversation, oldest first; ``token`` finds the conversation again where the channel can carry it.
    ``template`` is what ``fill`` made of one: it goes instead of the text, which says the same.
    ``ring`` is the number of a member who is rung first: this is a call, and the text only names it. ``door``
    is where the vendor reaches this inbox, "" where the house has no public address.

    ``mends`` are the channel's names for the messages that this one left as before, in their order: it says
    ``text`` from now on, or ``recalls`` them all. Without them it is said for the first time; ``taken`` are its
    names for the parts that it took before it stopped (a receipt's ``parts``): what is left goes on behind them.
    """

    message_id: int
    key: str
    recipient: Address
    text: str
    written_at: datetime = EPOCH
    html: str = ""
    subject: str = ""
    author: str = ""  # the agent's name, as people read it
    files: tuple[Enclosure, ...] = ()
    answers: str = ""
    thread: tuple[str, ...] = ()
    token: str = ""
    copied: tuple[Address, ...] = ()
    is_automatic: bool = False
    template: Mapping[str, Any] | None = None
    ring: str = ""
    member_id: int = 0  # who is rung
    door: str = ""
    mends: tuple[str, ...] = ()
    recalls: bool = False
    taken: tuple[str, ...] = ()


@dataclass(frozen=True)
class Receipt:
    """What became of a departure; ``error`` is a Failure, empty where it was taken.

    ``parts`` are the channel's names for all of its messages, where it took several; ``external_id`` is the last.
    With an ``error`` they are those that it took before.
    """

    message_id: int
    external_id: str = ""
    error: str = ""
    retry_after: float = 0.0  # seconds, with RATE
    detail: str = ""  # the channel's own words, for whoever looks after the inbox
    parts: tuple[str, ...] = ()


class Line:
    """A connection by which a channel fetches what has come in."""

    def next(self, cursor: str, seconds: float) -> Page:
        """Wait at most so long for something after the cursor ("" at the very first time)."""
        raise NotImplementedError


class Channel(Translator):
    """A translator between a service by which people reach us and the house.

    ``keeper`` is there while the service may be asked (``listen``, ``say``, ``try_out``): for secrets that it
    changes each time one uses them.
    """

    keeper: Keeper | None = None

    def renew(self, name: str, change: Callable[[str], str]) -> None:
        """Change a secret setting, as nobody else does at the same time. Raises Unreachable."""
        given = str(self.settings.get(name) or "")
        kept = self.keeper.renew(name, change) if self.keeper else change(given)
        self.settings = {**self.settings, name: kept}

    def acknowledge(self, call: Call) -> Answer:
        """Return what the vendor wants to read once the call is kept. Pure."""
        return Answer()

    def respond(self, call: Call, house: House) -> Answer:
        """Return what a person reads or hears at once, for whom the vendor holds the line; the call is kept.

        What it says must follow from the call and the house alone, and may be said twice.
        """
        return self.acknowledge(call)

    def hear(self, call: Call) -> Batch:
        """Translate a call; raise Refused (``hook.malformed``). Never raises anything else. Pure."""
        raise NotImplementedError

    def listen(self) -> AbstractContextManager[Line] | None:
        """Open a connection to fetch by, where the manifest says ``listens``. Raises Unreachable."""
        return None

    def introduce(self, sender: Address) -> tuple[Address, ...]:
        """Return what a newcomer is called (their own address, with a name) and other addresses of theirs.

        For those the service vouches. Whatever it raises, nobody waits for it.
        """
        return ()

    def fetch(self, reference: str) -> Attachment:
        """Fetch a file that an arrival referred to. Raises Unreachable, Refused (``file.missing``)."""
        raise NotImplementedError

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        """Carry messages out, many at a time, of different conversations; one receipt each."""
        raise NotImplementedError

    def typing(self, recipient: Address) -> None:
        """Show somebody for some seconds that one of us types. Whatever it raises, nobody tries it again."""

    def templates(self) -> Sequence[Template]:
        """Ask which templates are approved, where the manifest says ``lists_templates``; those we can fill.

        Raises Unreachable, Refused.
        """
        return ()

    def fill(self, template: Template, values: Mapping[str, str]) -> Mapping[str, Any]:
        """Return what a departure carries as its ``template``; there is a value for every hole. Pure."""
        raise NotImplementedError

    def set_up(self, address: str) -> None:
        """Tell the vendor where its calls shall go, where it has an interface for that. Raises Refused."""
