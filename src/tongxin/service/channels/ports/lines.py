"""What a channel may ask the house while somebody holds the line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Turn:
    """How somebody waits: the first is 1; 0 where it is their turn. ``minutes``: about how long (null: who knows)."""

    place: int
    minutes: int | None = None


@dataclass(frozen=True)
class Reachable:
    """An agent who is there for somebody who waits, and the number at which they are rung ("": none)."""

    member_id: int
    number: str = ""


class House(Protocol):
    """What a channel may ask about its inbox while somebody waits for an answer."""

    def queues(self) -> Mapping[int, str]:
        """Return the names of the workspace's own queues, in their order."""

    def is_open(self, queue_id: int | None = None) -> bool:
        """Whether somebody is there for a queue by its hours (null: where the inbox's people wait)."""

    def turn(self, external_id: str) -> Turn | None:
        """Return how the person of a message waits; None where it is not understood yet."""

    def agent(self, external_id: str) -> Reachable | None:
        """Return who has the conversation of a message and is there; None where nobody does yet."""
