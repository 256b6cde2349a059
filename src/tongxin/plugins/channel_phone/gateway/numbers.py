"""Addresses of SIP, and the numbers that are in them."""

import re
from dataclasses import dataclass

_ADDRESS = re.compile(
    r"(?P<scheme>sips?):(?P<user>[\w.!~*'()&=+$,%-]{1,64})@(?P<host>[\w.-]{1,120})(?::(?P<port>\d{1,5}))?",
    re.ASCII | re.IGNORECASE,
)
_WRITTEN = re.compile(r"[\s().-]")
_NUMBER = re.compile(r"\+?\d{3,15}", re.ASCII)
_WHOLE = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)


@dataclass(frozen=True)
class Address:
    """A telephone at a server: sip:801@pbx.example."""

    scheme: str
    user: str
    host: str
    port: str = ""

    def __str__(self) -> str:
        return f"{self.scheme}:{self.user}@{self.host}" + (f":{self.port}" if self.port else "")


def address_in(text: str) -> Address | None:
    """Return an address of SIP without what may follow it; None where it is none."""
    found = _ADDRESS.match(text.strip().strip("<>"))
    if found is None:
        return None
    return Address(
        found["scheme"].lower(), found["user"], found["host"].lower(), found["port"] or ""
    )


def caller_in(text: str, country: str = "") -> str:
    """Return who calls: +86..., or their address; empty where they hide it.

    ``country``: the code of the country whose numbers come without one, if they do.
    """
    address = address_in(text)
    if address is None or address.user.lower() in {"anonymous", "unknown", "unavailable"}:
        return ""
    return _whole(address.user, country) or str(address)


def telephone(target: str, dials: str) -> str:
    """Return the address at which somebody is rung; empty where there is none.

    ``dials``: where numbers are rung, with {number} in it.
    """
    number = _WRITTEN.sub("", target)
    if _NUMBER.fullmatch(number):
        return dials.replace("{number}", number)
    return str(address_in(target) or "")


def _whole(user: str, country: str) -> str:
    number = _WRITTEN.sub("", user)
    if not _NUMBER.fullmatch(number):
        return ""
    if number.startswith("00"):
        number = f"+{number[2:]}"
    elif country and not number.startswith("+"):
        number = f"+{country}{number.removeprefix('0')}"
    return number if _WHOLE.fullmatch(number) else ""
