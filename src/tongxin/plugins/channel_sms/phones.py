"""What carriers of text messages have in common."""

import re

from tongxin.sdk import Address

_NUMBER = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)


def address_of(number: str) -> Address:
    """Return a phone number; short codes and names of senders are none."""
    is_phone = _NUMBER.fullmatch(number)
    return Address("phone" if is_phone else "sms", number)
