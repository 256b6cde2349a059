from dataclasses import dataclass
from typing import ClassVar

from tongxin.center.timeline.values import Fact


@dataclass(frozen=True, kw_only=True)
class JobBegun(Fact):
    """Something is being done to many conversations."""

    kind: ClassVar[str] = "job.begun"
    job_id: int
    verb: str
    total: int


@dataclass(frozen=True, kw_only=True)
class JobEnded(Fact):
    """A job is done, or was cancelled; ``failed`` conversations could not be changed."""

    kind: ClassVar[str] = "job.ended"
    job_id: int
    state: str
    changed: int
    failed: int


@dataclass(frozen=True, kw_only=True)
class ConversationsExported(Fact):
    """Somebody took a copy of many conversations' data."""

    kind: ClassVar[str] = "conversation.exported"
    rows: int


@dataclass(frozen=True, kw_only=True)
class ViewCreated(Fact):
    """A member saved a view, for themselves or for everybody."""

    kind: ClassVar[str] = "view.created"
    view_id: int
    name: str
    is_shared: bool


@dataclass(frozen=True, kw_only=True)
class ViewChanged(Fact):
    """A view shows something else, has another name, or others see it."""

    kind: ClassVar[str] = "view.changed"
    view_id: int
    name: str
    is_shared: bool


@dataclass(frozen=True, kw_only=True)
class ViewRemoved(Fact):
    """A view was thrown away; its conversations stay."""

    kind: ClassVar[str] = "view.removed"
    view_id: int
    name: str
