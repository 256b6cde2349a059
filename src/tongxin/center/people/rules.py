"""How domains, tags and addresses are written, and what a merge makes of two people. Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, MutableMapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from tongxin.center.kit.emails import is_email
from tongxin.center.kit.text import clean
from tongxin.center.people.values import EMAIL, LONGEST_VALUE, PHONE, TagName

Fields = dict[str, Any]
Changes = Mapping[str, Sequence[Any]]  # by field: what it was, what it is since

_LABEL = re.compile(r"[^\W_]([\w-]{0,61}[^\W_])?")
_LONGEST, _LONGEST_TAG = 253, 40


def domain_of(text: str) -> str:
    """Return a domain as it is compared: from ``@Example.COM`` or an address. Raises ValueError."""
    domain = text.strip().lower().removeprefix("https://").removeprefix("http://")
    domain = domain.split("/", 1)[0].rpartition("@")[2].removeprefix("www.").rstrip(".")
    labels = domain.split(".")
    if not len(labels) >= 2 or len(domain) > _LONGEST or not all(map(_LABEL.fullmatch, labels)):  # noqa: PLR2004
        raise ValueError(text)
    return domain


def tag_of(text: str) -> TagName:
    """Return a tag as it is kept: ``level:gold`` has a group, ``gold`` has none. Raises ValueError."""
    group, colon, name = " ".join(text.split()).replace("：", ":").rpartition(":")
    tag = TagName(group.strip(), name.strip())
    longest = max(len(tag.group), len(tag.name))
    if not tag.name or ":" in tag.group or longest > _LONGEST_TAG or (colon and not tag.group):
        raise ValueError(text)
    return tag


_PHONE = re.compile(r"\+?\d{5,15}", re.ASCII)
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_OWN = (
    "name", "language", "preferred_way", "quiet_from", "quiet_until", "blocked_at", "block_reason",
)  # fmt: skip
_NOTHING = ("", None, "any")


class Described(Protocol):
    """What a person's own row says of them."""

    blocked_at: Any
    attributes: Any


def address_of(kind: str, text: str) -> str:
    """Return an e-mail, phone or postal address as it is kept and compared. Raises ValueError."""
    value = " ".join(unicodedata.normalize("NFKC", clean(text)).split())
    if kind == EMAIL:
        value = value.lower()
    if kind == PHONE:
        value = _phone_of(value)
    if not 0 < len(value) <= LONGEST_VALUE or (kind == EMAIL and not is_email(value)):
        raise ValueError(text)
    return value


def _phone_of(text: str) -> str:
    number = re.sub(r"[\s().\-/]", "", text)
    if number.startswith("00"):
        number = f"+{number[2:]}"
    if _MOBILE.fullmatch(number):
        number = f"+86{number}"
    if not _PHONE.fullmatch(number):
        raise ValueError(text)
    return number


def fields_of(person: Described) -> Fields:
    """Return what a person's own row says, as merges speak of it: columns, and attributes by key."""
    own = {name: getattr(person, name) for name in _OWN}
    if isinstance(own["blocked_at"], datetime):
        own["blocked_at"] = own["blocked_at"].isoformat()
    return own | {f"attribute.{key}": value for key, value in person.attributes.items()}


def after_merge(stays: Fields, leaves: Fields, keep: Collection[str]) -> Changes:
    """Return what changes for the one who stays: gaps are filled, and what to ``keep`` is taken over."""
    return {
        name: (stays.get(name), value)
        for name, value in leaves.items()
        if not _is_nothing(value)
        and stays.get(name) != value
        and (_is_nothing(stays.get(name)) or name in keep)
    }


def before_merge(
    fields: Fields, changed: Changes, later: Sequence[MutableMapping[str, Any]]
) -> None:
    """Give back what a merge changed, where nobody has changed it since.

    Where a later merge built on it, that one remembers the older value from now on.
    """
    for name, (before, after) in changed.items():
        for other in later:
            if name in other:
                other[name] = (before, other[name][1])
                break
        else:
            if fields.get(name) == after:
                fields[name] = before


def differences(
    stays: Mapping[str, Any], leaves: Mapping[str, Any]
) -> Iterator[tuple[str, Any, Any, bool]]:
    """Yield each field of which either says something: what both say, and whether they contradict."""
    for name in dict.fromkeys([*stays, *leaves]):
        mine, theirs = stays.get(name), leaves.get(name)
        if not (_is_nothing(mine) and _is_nothing(theirs)):
            conflict = not _is_nothing(mine) and not _is_nothing(theirs) and mine != theirs
            yield name, mine, theirs, conflict


def _is_nothing(value: object) -> bool:
    return value is None or (isinstance(value, str) and value in _NOTHING)


def masked(kind: str, value: str) -> str:
    """Return an address with just enough left to tell it from another."""
    if kind == EMAIL:
        name, _at, place = value.partition("@")
        return f"{name[:1]}•••@{place[:1]}•••{place[place.rfind('.') :] if '.' in place else ''}"
    if kind == PHONE:
        return f"•••{value[-2:]}"
    return f"{value[:2]}•••"
