from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongxin.center.kit.ids import InboxId, WorkspaceId
from tongxin.service.channels.ports import Arrival


@dataclass(frozen=True)
class InboxRow:
    """One connected channel. ``key`` is its public name in addresses."""

    id: InboxId
    workspace_id: WorkspaceId
    key: str
    name: str
    channel: str
    settings: Mapping[str, Any]
    enabled: bool


@dataclass(frozen=True)
class Heard:
    """An arrival, and where it came in."""

    inbox_id: int
    workspace_id: int
    channel: str
    arrival: Arrival
