"""Who acts. The registry asks nothing else about a caller."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """A member, a person, an app, a rule, the assistant or the house itself, in one workspace."""

    workspace_id: int
    kind: str
    id: int
    permissions: frozenset[str]
    language: str = "en"

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    @property
    def label(self) -> str:
        """How facts name this actor, as in ``member:3``."""
        return f"{self.kind}:{self.id}"


def house(workspace_id: int) -> Actor:
    """The product acting by itself: routing, waking, housekeeping."""
    return Actor(workspace_id, "house", 0, frozenset({HOUSE}))


HOUSE = "house"
