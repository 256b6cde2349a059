"""What counts as a value of a type, and what a condition asks."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from urllib.parse import urlsplit

from tongxin.center.attributes.values import AttributeType, AttributeValue, Condition, Shape
from tongxin.center.kit.text import clean

LONGEST_TEXT = 2000
LARGEST_NUMBER = 10**15
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CONDITION = re.compile(r"(!?)\s*([a-z][a-z0-9_]{0,39})\s*(?:(!=|<=|>=|=|<|>|~)(.*))?", re.DOTALL)
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,16}(\.\d{1,16})?", re.ASCII)
_YES, _NO = {"true", "yes", "on", "1", "是"}, {"false", "no", "off", "0", "否"}
_ORDERED = {AttributeType.NUMBER, AttributeType.DATE}
_WORDED = {AttributeType.TEXT, AttributeType.LINK, AttributeType.CHOICE}
_COMPARES = {"<", "<=", ">", ">="}


def is_key(text: str) -> bool:
    """Whether a text can be an attribute's key."""
    return _KEY.fullmatch(text) is not None


def value_of(shape: Shape, given: AttributeValue) -> AttributeValue:
    """Return a value as it is kept; null where there is none. Raises ValueError.

    Texts are read as forms and files write them: "1,200" is no number, "2026/3/1" is a day, "是" is true.
    """
    if isinstance(given, str):
        given = clean(given).strip()
    if given is None or given == "":
        return None
    return _READ[shape.type](shape, given)


def condition_of(text: str) -> Condition:
    """Read a condition. Raises ValueError."""
    found = _CONDITION.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    lacks, key, operator, wanted = found.groups()
    if operator is None:
        return Condition(key, "unknown" if lacks else "known")
    if lacks or not wanted.strip():
        raise ValueError(text)
    return Condition(key, operator, wanted.strip())


def fits(shape: Shape, condition: Condition) -> bool:
    """Whether such a question makes sense for this type."""
    if condition.operator in _COMPARES:
        return shape.type in _ORDERED
    return condition.operator != "~" or shape.type in _WORDED


def _text(_shape: Shape, given: AttributeValue) -> str:
    if not isinstance(given, str) or len(given) > LONGEST_TEXT:
        raise ValueError(given)
    return given


def _number(_shape: Shape, given: AttributeValue) -> int | float:
    if isinstance(given, str):
        if not _NUMBER.fullmatch(given):
            raise ValueError(given)
        given = float(given) if "." in given else int(given)
    if not isinstance(given, int | float) or isinstance(given, bool):
        raise ValueError(given)  # noqa: TRY004 - as any other value that does not fit
    if not math.isfinite(given) or abs(given) > LARGEST_NUMBER:
        raise ValueError(given)
    return int(given) if given == int(given) else given


def _boolean(_shape: Shape, given: AttributeValue) -> bool:
    if isinstance(given, bool):
        return given
    word = str(given).lower()
    if word not in _YES | _NO:
        raise ValueError(given)
    return word in _YES


def _date(_shape: Shape, given: AttributeValue) -> str:
    found = _DATE.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        raise ValueError(given)
    year, month, day = found.groups()
    return date(int(year), int(month), int(day)).isoformat()


def _choice(shape: Shape, given: AttributeValue) -> str:
    if not isinstance(given, str) or given not in shape.options:
        raise ValueError(given)
    return given


def _link(shape: Shape, given: AttributeValue) -> str:
    address = _text(shape, given)
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", address):
        raise ValueError(given)
    return address


_READ: Mapping[AttributeType, Callable[[Shape, AttributeValue], AttributeValue]] = {
    AttributeType.TEXT: _text,
    AttributeType.NUMBER: _number,
    AttributeType.BOOLEAN: _boolean,
    AttributeType.DATE: _date,
    AttributeType.CHOICE: _choice,
    AttributeType.LINK: _link,
}
