from dataclasses import dataclass
from enum import StrEnum

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


CONTACT = "contact.read"  # without it, these are masked
MASKED = frozenset({EMAIL, PHONE, POSTAL})
