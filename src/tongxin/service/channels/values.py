from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tongxin.center.kit.ids import InboxId, QueueId, WorkspaceId
from tongxin.service.channels.ports import Arrival


@dataclass(frozen=True)
class InboxRow:
    """One connected channel. ``key`` is its public name in addresses.

    ``reopen_days``: so long a message after the end goes on with the same conversation (0: never; null:
    always); later it begins a new one, linked to the old. ``queue_id``: where new conversations wait.
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
class Heard:
    """An arrival, and where it came in."""

    inbox_id: int
    workspace_id: int
    channel: str
    arrival: Arrival
