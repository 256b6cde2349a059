from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tongxin.center.attributes.values import Attributes

EXTERNAL = "external"  # the person's account in the company's own system
EMAIL = "email"
PHONE = "phone"
POSTAL = "postal"
WEBCHAT = "webchat"
UNREADABLE = (WEBCHAT,)  # kinds of addresses that nobody would look for
RETIRED = "retired"  # told to every process: an address opens nothing any more
LONGEST_KIND = 32
LONGEST_VALUE = 254  # every e-mail address fits (kit.emails)


@dataclass(frozen=True)
class Address:
    """Where a person can be reached, and what they call themselves there."""

    kind: str
    value: str
    name: str = ""


@dataclass(frozen=True)
class Recognized:
    """The person behind an address."""

    person_id: int
    identity_id: int
    is_new: bool
    is_blocked: bool = False


@dataclass(frozen=True, order=True)
class TagName:
    """A tag of people, in its group (which may be none)."""

    group: str
    name: str

    def __str__(self) -> str:
        return f"{self.group}:{self.name}" if self.group else self.name


class Way(StrEnum):
    """A way to reach somebody; any, where it is said of all."""

    ANY = "any"
    CHAT = "chat"
    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"
    WECHAT = "wechat"
    POST = "post"


class Purpose(StrEnum):
    """What for one would be written to."""

    SERVICE = "service"
    MARKETING = "marketing"
    RESEARCH = "research"


@dataclass(frozen=True)
class Word:
    """What a person allows, or does not, and how we know."""

    way: Way
    purpose: Purpose
    granted: bool
    proof: str


@dataclass(frozen=True)
class Entry:
    """What somebody wrote down of one person, all at once; what is empty says nothing.

    ``addresses`` are (kind, value) as they are kept; ``attributes`` are checked already.
    """

    person_id: int | None = None
    name: str = ""
    language: str = ""
    addresses: Sequence[tuple[str, str]] = ()
    organization: str = ""
    tags: Sequence[str] = ()
    attributes: Attributes = field(default_factory=dict)
    words: Sequence[Word] = ()


@dataclass(frozen=True)
class Entered:
    """What an entry made new, so that it can be taken back: ``changed`` holds by field what was and what is."""

    person_id: int
    is_new: bool
    changed: Mapping[str, Sequence[Any]]
    identity_ids: Sequence[int] = ()
    organization_id: int | None = None
    tags: Sequence[str] = ()
    consent_ids: Sequence[int] = ()

    @property
    def is_something(self) -> bool:
        """Whether it said anything that was not known."""
        return bool(
            self.is_new or self.changed or self.identity_ids or self.organization_id or self.tags
            or self.consent_ids
        )  # fmt: skip


CONTACT = "contact.read"  # without it, these are masked
MASKED = frozenset({EMAIL, PHONE, POSTAL})
