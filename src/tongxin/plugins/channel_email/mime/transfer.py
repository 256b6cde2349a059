"""Bodies as they were before they were encoded for the way (RFC 2045)."""

import binascii
import re

from tongxin.plugins.channel_email.mime.words import unbase64

SOFT = re.compile(rb"=[ \t]+(?=\r?\n|\Z)")
NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]")
UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,255})\r?\n", re.MULTILINE)
BLANK = b"\r\n\t "


def opened(body: bytes, encoding: str) -> bytes:
    """Return the content; what is not encoded as it says is returned as it is."""
    kind = encoding.strip().strip('"').lower()
    if kind == "base64":
        return _base64(body)
    if kind in ("quoted-printable", "quoted_printable"):
        return binascii.a2b_qp(SOFT.sub(b"=", body))
    if kind in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return uudecoded(body)
    return body


def _base64(body: bytes) -> bytes:
    """Decode; where a plain line follows the end (a list's footer), it is left out."""
    clean = body.translate(None, BLANK)
    try:
        return binascii.a2b_base64(clean, strict_mode=True)
    except (binascii.Error, ValueError):
        pass
    if len(NOT_BASE64.findall(body)) * 10 > len(clean):
        return body  # plain text that says it were base64
    whole = clean.split(b"=", 1)[0] if _ends_early(clean) else clean
    return unbase64(whole.decode("ascii", "ignore"))


def _ends_early(clean: bytes) -> bool:
    """Tell whether padding closes the content and only a little follows."""
    end = clean.find(b"=")
    padding = -end % 4
    return end > 0 and padding in (1, 2) and len(clean) - end < len(clean) // 2


def uudecoded(body: bytes) -> bytes:
    begin = UU_BEGIN.search(body)
    lines = body[begin.end() :].splitlines() if begin else body.splitlines()
    out = bytearray()
    for line in lines:
        if line.rstrip() in (b"end", b"`", b""):
            break
        out += _uu_line(line)
    return bytes(out)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        length = (((line[0] - 32) & 63) * 4 + 5) // 3  # as uu does: some encoders add a checksum
    try:
        return binascii.a2b_uu(line[:length])
    except binascii.Error:
        return b""
