"""The mark that leads an answer back: in the address it goes to, in an id it names, in its subject.

The mark itself is the house's (``Departure.token``: number, hyphen, checksum) and opaque here.
"""

import re

_MARK = r"[0-9a-z]{1,20}-[0-9a-z]{6,32}"
_PLUS = re.compile(rf"[^@]*\+({_MARK})@", re.IGNORECASE)
_ID = re.compile(rf"({_MARK})\.[0-9a-z_.:-]+@", re.IGNORECASE)
_SUBJECT = re.compile(rf"\[#({_MARK})\]", re.IGNORECASE)
_LONGEST = 1000


def marked_address(address: str, token: str) -> str:
    """Return a mailbox's address with a mark behind a plus sign."""
    local, _at, domain = address.rpartition("@")
    return f"{local}+{token}@{domain}"


def message_id(token: str, key: str, domain: str) -> str:
    """Return the id of a mail of ours, without angles; the same at every repetition."""
    word = key.replace(":", ".")
    return f"{token}.{word}@{domain}" if token else f"tongxin.{word}@{domain}"


def marked_subject(subject: str, token: str) -> str:
    """Return a subject with a mark at its end, if it has not that one already."""
    return subject if f"[#{token}]" in subject else f"{subject} [#{token}]"


def unmarked(subject: str) -> str:
    """Return a subject without marks, as people read it."""
    return _SUBJECT.sub("", subject[:_LONGEST]).strip()


def of_address(address: str) -> str:
    """Return the mark in an address; empty where there is none."""
    return _found(_PLUS.match(address[:_LONGEST]))


def of_id(identifier: str) -> str:
    """Return the mark in the id of a mail of ours; empty where there is none."""
    return _found(_ID.match(identifier[:_LONGEST]))


def of_subject(subject: str) -> str:
    """Return the last mark in a subject; empty where there is none."""
    found = list(_SUBJECT.finditer(subject[:_LONGEST]))
    return _found(found[-1] if found else None)


def _found(match: re.Match[str] | None) -> str:
    return match[1].lower() if match else ""
