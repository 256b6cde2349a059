"""What we give along with a message to find its conversation again: number, hyphen, checksum."""

import base64
import hmac
import re

from django.utils.crypto import salted_hmac

_TOKEN = re.compile(r"(\d{1,9})-([a-z2-7]{10})", re.ASCII)
_SALT, _LENGTH = "tongxin.conversation", 10


def token_of(workspace_id: int, number: int) -> str:
    """Return the token of a conversation, by its workspace and its number there: 50 bits of checksum."""
    digest = salted_hmac(_SALT, f"{workspace_id}:{number}", algorithm="sha256").digest()
    return f"{number}-{base64.b32encode(digest).decode().lower()[:_LENGTH]}"


def number_in(workspace_id: int, token: str) -> int | None:
    """Return the number that a token of this workspace stands for; None where it is none of ours."""
    match = _TOKEN.fullmatch(token.lower())
    if match is None:
        return None
    number = int(match[1])
    is_ours = hmac.compare_digest(token_of(workspace_id, number), match[0])
    return number if is_ours else None
