from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypedDict

from tongxin.center.kit.headlines import headline_of


@dataclass(frozen=True, kw_only=True)
class Fact:
    """What a room announces. Subclass it in the room's events.py, one class per kind."""

    kind: ClassVar[str]

    workspace_id: int
    person_id: int | None
    subject: str
    actor: str
    happened_at: datetime


@dataclass(frozen=True)
class Delivered:
    """A recorded event, as its handlers hear of it."""

    id: int
    workspace_id: int
    person_id: int | None
    kind: str
    subject: str
    actor: str
    data: Mapping[str, Any]
    happened_at: datetime
    recorded_at: datetime
    born_in: int


class About(TypedDict):
    """The columns that every fact has."""

    workspace_id: int
    person_id: int | None
    subject: str
    actor: str
    happened_at: datetime


def about(
    workspace_id: int,
    actor: str,
    what: str,
    number: int,
    now: datetime,
    person_id: int | None = None,
) -> About:
    """Fill in a fact's common columns: ``Kind(**about(1, "member:2", "conversation", 12, now), ...)``."""
    return {
        "workspace_id": workspace_id,
        "person_id": person_id,
        "subject": f"{what}:{number}",
        "actor": actor,
        "happened_at": now,
    }


def told_kinds() -> Mapping[str, str]:
    """Return what every kind of fact says of itself, in English."""
    found: dict[str, str] = {}
    waiting: list[type[Fact]] = [Fact]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if name := getattr(kind, "kind", ""):
            found[name] = headline_of(kind.__doc__ or "")
    return dict(sorted(found.items()))
