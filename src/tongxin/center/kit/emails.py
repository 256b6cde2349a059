"""What counts as an e-mail address."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

LONGEST = 254  # RFC 5321, and what our columns hold


def is_email(text: str) -> bool:
    """Whether a text is an e-mail address that can be kept."""
    if len(text) > LONGEST:
        return False
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def without_mark(address: str) -> str:
    """Return an address in small letters, without what stands behind a plus sign: where its mailbox is."""
    local, at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"
