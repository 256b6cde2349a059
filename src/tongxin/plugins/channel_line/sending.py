"""What we say, in LINE's forms. Files are fetched from our address, and shown by it for as long as it lasts."""

import struct
from datetime import timedelta
from typing import Any

from tongxin.sdk import Departure, Enclosure, address_of_file, house_picture

AT_ONCE = 5  # messages of one push
_LASTS = timedelta(days=30)
_LARGEST_PREVIEW = 1024 * 1024
_PICTURES = frozenset({"image/jpeg", "image/png"})
_BOXES = (b"moov", b"mvhd")


def messages_of(departure: Departure) -> list[dict[str, Any]]:
    """Return a departure's files, and then its text. Raises Undelivered where files have no address."""
    messages = [_file(file) for file in departure.files]
    if departure.text or not messages:
        messages.append({"type": "text", "text": departure.text})
    return messages


def _file(file: Enclosure) -> dict[str, Any]:
    """A picture, a video or a voice; anything else, and what LINE would not show, as a link.

    LINE shows nothing that does not come by https.
    """
    address = address_of_file(file, _LASTS)
    return _shown(file, address) or {"type": "text", "text": f"{file.name}\n{address}"}


def _shown(file: Enclosure, address: str) -> dict[str, Any] | None:
    if not address.startswith("https://"):
        return None
    if file.kind in _PICTURES and file.size <= _LARGEST_PREVIEW:
        return {"type": "image", "originalContentUrl": address, "previewImageUrl": address}
    if file.kind == "video/mp4":
        return {"type": "video", "originalContentUrl": address, "previewImageUrl": house_picture()}
    if file.kind == "audio/mp4" and (lasts := duration(file.read())):
        return {"type": "audio", "originalContentUrl": address, "duration": lasts}
    return None


def duration(content: bytes) -> int:
    """Return how many milliseconds an MPEG-4 file plays; 0 where it does not say so rightly."""
    for name in _BOXES:
        content = _box(content, name)
    try:
        if content[:1] == b"\x01":
            scale, length = struct.unpack(">IQ", content[20:32])
        else:
            scale, length = struct.unpack(">II", content[12:20])
    except struct.error:
        return 0
    return int(length * 1000 // scale) if scale else 0


def _box(content: bytes, name: bytes) -> bytes:
    at = 0
    while at + 8 <= len(content):
        size, kind = struct.unpack(">I4s", content[at : at + 8])
        if kind == name:
            return content[at + 8 : at + size]
        if size < 8:  # noqa: PLR2004 - a box holds at least its own head: anything else never ends
            break
        at += size
    return b""
