"""What carriers of text messages have in common, China's above all."""

import re
from datetime import datetime, timedelta, timezone

from tongxin.sdk import Address, Failure

_NUMBER = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_CHINA = timezone(timedelta(hours=8))
_REPORTS = {
    Failure.BLOCKED: re.compile(r"BLACK|UNSUBSCRIBE|TD:", re.IGNORECASE),
    Failure.INVALID_RECIPIENT: re.compile(
        r"EMPTY|HALT|NUMBER|UNDELIV|IS_CLOSED|NOTEXIST|POWEROFF", re.IGNORECASE
    ),
    Failure.CONTENT: re.compile(r"KEY|CONTENT|REJECT", re.IGNORECASE),
}


def address_of(number: str) -> Address:
    """Return a phone number; short codes and names of senders are none."""
    is_phone = _NUMBER.fullmatch(number)
    return Address("phone" if is_phone else "sms", number)


def international(number: str, country: str = "") -> str:
    """Return a number as the world writes it; one of China's mobiles without a country is China's."""
    digits = number.lstrip("+")
    if country.isdecimal() and not digits.startswith(country):
        return f"+{country}{digits}"
    is_mobile = re.fullmatch(r"1\d{10}", digits, re.ASCII)
    return f"+86{digits}" if is_mobile else f"+{digits}" if digits.isdigit() else number


def moment(said: str, came_at: datetime) -> datetime:
    """Return a time of China's clocks; the call's own where it is none."""
    try:
        return datetime.strptime(said, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_CHINA)
    except ValueError:
        return came_at


def failure_of(report: str) -> Failure:
    """Return why a text did not arrive, in the words of the carriers."""
    return next((why for why, words in _REPORTS.items() if words.search(report)), Failure.TRANSIENT)
