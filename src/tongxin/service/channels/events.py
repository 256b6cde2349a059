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
