"""A mail put together again from what a provider took apart."""

import hashlib
from email.encoders import encode_base64
from typing import Any


def rebuilt(message: Any, known_by: bytes) -> bytes:  # noqa: ANN401 - anymail has no types
    """Return a mail that says the same; where nobody named it, by the same name each time."""
    if not message["Message-ID"]:
        message["Message-ID"] = f"<{hashlib.sha256(known_by).hexdigest()}@rebuilt.invalid>"
    for part in message.walk():
        if not part.is_multipart() and "Content-Transfer-Encoding" not in part:
            encode_base64(part)  # lines of a file are no lines of a mail
    return bytes(message.as_bytes())
