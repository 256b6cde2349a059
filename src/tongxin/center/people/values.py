from dataclasses import dataclass

EXTERNAL = "external"  # the person's account in the company's own system
EMAIL = "email"
PHONE = "phone"
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
