from dataclasses import dataclass
from typing import ClassVar

from tongxin.center.timeline.values import Fact


@dataclass(frozen=True, kw_only=True)
class AttributeFact(Fact):
    """Something about a definition."""

    attribute_id: int


@dataclass(frozen=True, kw_only=True)
class AttributeDefined(AttributeFact):
    """There is something more to know of a thing from now on."""

    kind: ClassVar[str] = "attribute.defined"
    thing: str
    key: str
    name: str
    type: str


@dataclass(frozen=True, kw_only=True)
class AttributeChanged(AttributeFact):
    """The name or the options of an attribute changed."""

    kind: ClassVar[str] = "attribute.changed"
    name: str
    options: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AttributeArchived(AttributeFact):
    """An attribute is no longer shown nor asked for; its values stay."""

    kind: ClassVar[str] = "attribute.archived"


@dataclass(frozen=True, kw_only=True)
class AttributeRestored(AttributeFact):
    """An archived attribute is back, with its values."""

    kind: ClassVar[str] = "attribute.restored"
