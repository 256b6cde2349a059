"""What happens to the words that conversations are described with."""

from dataclasses import dataclass
from typing import ClassVar

from tongxin.center.timeline.values import Fact


@dataclass(frozen=True, kw_only=True)
class StatusCreated(Fact):
    """A workspace has a status of its own."""

    kind: ClassVar[str] = "status.created"
    status_id: int
    category: str
    name: str


@dataclass(frozen=True, kw_only=True)
class StatusChanged(Fact):
    """A status has other words or another color, is offered or no longer, or is its category's usual one."""

    kind: ClassVar[str] = "status.changed"
    status_id: int
    name: str
    is_enabled: bool
    is_default: bool


@dataclass(frozen=True, kw_only=True)
class StatusMoved(Fact):
    """A status stands in another place of its category."""

    kind: ClassVar[str] = "status.moved"
    status_id: int
    place: int


@dataclass(frozen=True, kw_only=True)
class TopicCreated(Fact):
    """There is something more that conversations may be about."""

    kind: ClassVar[str] = "topic.created"
    topic_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class TopicChanged(Fact):
    """A topic has another name, or is offered or no longer."""

    kind: ClassVar[str] = "topic.changed"
    topic_id: int
    name: str
    is_enabled: bool


@dataclass(frozen=True, kw_only=True)
class WrapUpFormSet(Fact):
    """Something else is asked at the end of an inbox's conversations."""

    kind: ClassVar[str] = "inbox.wrap_up_set"
    inbox_id: int
    asks: str
    is_strict: bool
    keys: tuple[str, ...]
