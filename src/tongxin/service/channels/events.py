from dataclasses import dataclass
from typing import ClassVar

from tongxin.center.timeline.values import Fact


@dataclass(frozen=True, kw_only=True)
class InboxCreated(Fact):
    """A channel was connected."""

    kind: ClassVar[str] = "inbox.created"
    inbox_id: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class InboxChanged(Fact):
    """Name, settings or on/off of an inbox changed."""

    kind: ClassVar[str] = "inbox.changed"
    inbox_id: int
    enabled: bool


@dataclass(frozen=True, kw_only=True)
class InboxReopeningChanged(Fact):
    """What is over goes on for so many days when the person writes again: 0 never, null always."""

    kind: ClassVar[str] = "inbox.reopening_changed"
    inbox_id: int
    days: int | None


@dataclass(frozen=True, kw_only=True)
class InboxKeyCreated(Fact):
    """The company's server may sign with a new key."""

    kind: ClassVar[str] = "inbox_key.created"
    inbox_id: int
    kid: str


@dataclass(frozen=True, kw_only=True)
class InboxKeyRetired(Fact):
    """A key opens nothing any more."""

    kind: ClassVar[str] = "inbox_key.retired"
    inbox_id: int
    kid: str


@dataclass(frozen=True, kw_only=True)
class CallReplayed(Fact):
    """What came in and could not be understood is tried once more."""

    kind: ClassVar[str] = "call.replayed"
    inbox_id: int


@dataclass(frozen=True, kw_only=True)
class CallDiscarded(Fact):
    """What came in and could not be understood was thrown away."""

    kind: ClassVar[str] = "call.discarded"
    inbox_id: int


@dataclass(frozen=True, kw_only=True)
class ChannelEvent(Fact):
    """Somebody did something at a channel that is no message: ``event`` as the channel calls it (subscribed,
    scanned a code, entered), ``source`` is how they found us. The person is named where we know them.
    """  # noqa: D205

    kind: ClassVar[str] = "channel.event"
    inbox_id: int
    event: str
    source: str
    external_id: str


@dataclass(frozen=True, kw_only=True)
class DepartureSent(Fact):
    """A channel took a message; ``external_id`` is its own name for it."""

    kind: ClassVar[str] = "departure.sent"
    inbox_id: int
    message_id: int
    external_id: str


@dataclass(frozen=True, kw_only=True)
class DepartureFailed(Fact):
    """A channel did not take a message, and it is not tried again by itself; ``failure`` says why."""

    kind: ClassVar[str] = "departure.failed"
    inbox_id: int
    message_id: int
    failure: str


@dataclass(frozen=True, kw_only=True)
class DepartureProgressed(Fact):
    """A message that its channel had taken was ``delivered`` or ``read``."""

    kind: ClassVar[str] = "departure.progressed"
    inbox_id: int
    message_id: int
    stage: str


@dataclass(frozen=True, kw_only=True)
class DepartureMended(Fact):
    """A channel changed a message that it had taken before, or took it back; ``mend_id`` names the change."""

    kind: ClassVar[str] = "departure.mended"
    inbox_id: int
    message_id: int
    mend_id: int


@dataclass(frozen=True, kw_only=True)
class DepartureMendFailed(Fact):
    """A channel did not change a message, or not take it back, and is not asked again by itself."""

    kind: ClassVar[str] = "departure.mend_failed"
    inbox_id: int
    message_id: int
    mend_id: int
    failure: str


@dataclass(frozen=True, kw_only=True)
class DepartureReplayed(Fact):
    """A message that was given up is tried once more, or a change of it (``mend_id``)."""

    kind: ClassVar[str] = "departure.replayed"
    inbox_id: int
    message_id: int
    mend_id: int = 0


@dataclass(frozen=True, kw_only=True)
class DepartureDiscarded(Fact):
    """A message that was given up is not tried again by anybody, or a change of it (``mend_id``)."""

    kind: ClassVar[str] = "departure.discarded"
    inbox_id: int
    message_id: int
    mend_id: int = 0


@dataclass(frozen=True, kw_only=True)
class InboxHeld(Fact):
    """Nothing goes out of an inbox until somebody mends it, or a while has passed: ``reason`` is a failure."""

    kind: ClassVar[str] = "inbox.held"
    inbox_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class InboxSetUp(Fact):
    """The service behind an inbox was told where to call us."""

    kind: ClassVar[str] = "inbox.set_up"
    inbox_id: int


@dataclass(frozen=True, kw_only=True)
class InboxTemplatesFetched(Fact):
    """The vendor behind an inbox was asked for its templates; ``count`` are approved."""

    kind: ClassVar[str] = "inbox.templates_fetched"
    inbox_id: int
    count: int
