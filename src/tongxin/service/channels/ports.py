"""The socket every channel plugs into."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from tongxin.center.people.values import Address


@dataclass(frozen=True)
class Arrival:
    """A message as a channel heard it. ``external_id`` is unique in its inbox."""

    external_id: str
    sender: Address
    text: str
    sent_at: datetime
    file_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Departure:
    """A message to be carried out. ``key`` is the same at every repetition."""

    message_id: int
    key: str
    recipient: Address
    text: str


@dataclass(frozen=True)
class Receipt:
    """What became of a departure; ``error`` is a stable code, empty where it was taken."""

    message_id: int
    external_id: str = ""
    error: str = ""


class Channel:
    """A translator between one outside service and the house. It keeps no state."""

    kind: ClassVar[str]

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Raise Refused (``hook.forged``) unless the caller is genuine. Pure."""
        raise NotImplementedError

    def hear(self, body: bytes) -> list[Arrival]:
        """Translate a delivery from the outside into arrivals; raise Refused (``hook.malformed``)."""
        raise NotImplementedError

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        """Carry messages out, many at a time; one receipt each."""
        raise NotImplementedError
