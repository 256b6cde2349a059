from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

AttributeValue = str | int | float | bool | None
Attributes = Mapping[str, AttributeValue]


class Thing(StrEnum):
    """What an attribute is of."""

    PERSON = "person"
    ORGANIZATION = "organization"
    CONVERSATION = "conversation"


class AttributeType(StrEnum):
    """What a value may be."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    CHOICE = "choice"
    LINK = "link"


@dataclass(frozen=True)
class Shape:
    """What the rules need to know of a definition."""

    key: str
    type: AttributeType
    options: Sequence[str] = ()


@dataclass(frozen=True)
class Condition:
    """A question about one attribute: ``operator`` is "known", "unknown" or a comparison."""

    key: str
    operator: str
    text: str = ""


@dataclass(frozen=True)
class Written:
    """What changed of one thing: the new values by key, null where one was taken away."""

    id: int
    attributes: Attributes
