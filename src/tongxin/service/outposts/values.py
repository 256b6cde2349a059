from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tongxin.center.kit.ids import OutpostId


class Want(StrEnum):
    """What an outpost may be told of; all but the first are reasons for which members are called."""

    WAITING = "waiting"
    MENTION = "mention"
    REVIEW = "review"
    HANDED = "handed_over"


MOST_MINUTES = 24 * 60


@dataclass(frozen=True)
class OutpostRow:
    """One connected room of colleagues. ``trouble`` is why the last thing could not be told there."""

    id: OutpostId
    key: str
    name: str
    plugin: str
    settings: Mapping[str, Any] = field(hash=False)
    wants: tuple[str, ...]
    minutes: int
    enabled: bool
    trouble: str
