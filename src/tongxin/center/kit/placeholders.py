"""Places in a text that are filled in later: ``{{person.name|fallback:"friend"}}``. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

Value = str | datetime
FILTERS = frozenset({"fallback", "date"})
DATE = "YYYY-MM-DD"
_FILTER = r'\|\s*[a-z_]+\s*:\s*"[^"{}]*"\s*'
_PLACE = re.compile(rf"\{{\{{\s*([a-z_]+\.[a-z_]+)\s*((?:{_FILTER})*)\}}\}}")
_ONE_FILTER = re.compile(r'\|\s*([a-z_]+)\s*:\s*"([^"{}]*)"')
_DATE_PART = re.compile("YYYY|MM|M|DD|D|HH|mm")


@dataclass(frozen=True)
class Place:
    """One place: what belongs there, and how; ``text`` is how it was written."""

    name: str
    filters: Mapping[str, str]
    text: str


@dataclass(frozen=True)
class Filled:
    """A text with its places filled in. What had no value stays as it was written, and is named."""

    text: str
    empty: tuple[str, ...]


def places(text: str) -> Iterator[Place]:
    """Return the places of a text, in their order."""
    return (_place(found) for found in _PLACE.finditer(text))


def fill(text: str, values: Mapping[str, Value]) -> Filled:
    """Put values into their places. A value is never looked through for further places."""
    empty: dict[str, None] = {}

    def filled(found: re.Match[str]) -> str:
        place = _place(found)
        value = _said(values.get(place.name, ""), place.filters.get("date", DATE))
        value = value or place.filters.get("fallback", "")
        if not value.strip():
            empty[place.name] = None
            return place.text
        return value

    return Filled(_PLACE.sub(filled, text), tuple(empty))


def unfilled(text: str, names: Collection[str]) -> list[str]:
    """Return which of these names still have an empty place in a text."""
    if "{{" not in text:  # nearly every text ends here
        return []
    return [name for name in dict.fromkeys(p.name for p in places(text)) if name in names]


def _place(found: re.Match[str]) -> Place:
    return Place(found[1], dict(_ONE_FILTER.findall(found[2])), found[0])


def _said(value: Value, pattern: str) -> str:
    if isinstance(value, str):
        return value
    parts = {
        "YYYY": f"{value:%Y}", "MM": f"{value:%m}", "M": str(value.month), "DD": f"{value:%d}",
        "D": str(value.day), "HH": f"{value:%H}", "mm": f"{value:%M}",
    }  # fmt: skip
    return _DATE_PART.sub(lambda part: parts[part[0]], pattern)
