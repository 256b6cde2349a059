"""Who acts. The registry asks nothing else about a caller."""

from dataclasses import dataclass
from enum import StrEnum


class Reach(StrEnum):
    """Which conversations somebody sees: theirs, those and what nobody has yet, those and everything in
    their queues, or all.
    """  # noqa: D205

    OWN = "own"
    OPEN = "open"
    TEAM = "team"
    ALL = "all"


@dataclass(frozen=True)
class Actor:
    """A member, a person, an app, a rule, the assistant or the house itself, in one workspace."""

    workspace_id: int
    kind: str
    id: int
    permissions: frozenset[str]
    language: str = "en"
    reach: Reach = Reach.ALL
    stands_for: int = 0
    queues: tuple[int, ...] = ()

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    @property
    def member_id(self) -> int:
        """Whose conversations are "theirs": the member's own, or those of whom a token was made by."""
        return self.id if self.kind == "member" else self.stands_for

    @property
    def label(self) -> str:
        """How facts name this actor, as in ``member:3``."""
        return f"{self.kind}:{self.id}"


def house(workspace_id: int) -> Actor:
    """The product acting by itself: routing, waking, housekeeping."""
    return Actor(workspace_id, "house", 0, frozenset({HOUSE}))


HOUSE = "house"
