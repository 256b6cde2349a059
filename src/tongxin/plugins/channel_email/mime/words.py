"""Texts in headers: encoded words (RFC 2047), as they should be and as they come."""

import binascii
import re
from dataclasses import dataclass
from itertools import groupby

from tongxin.plugins.channel_email.mime import charsets

HEAD = re.compile(r"=\?([^?\s]{1,75})\?([bBqQ])\?")
SPLIT = re.compile(r"[ \t\r\n]+")
NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/]")
ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})")
LONGEST = 262_144  # of a header's value; what is longer is no header


@dataclass(frozen=True)
class _Word:
    charset: str
    encoding: str
    content: str

    def raw(self) -> bytes:
        if self.encoding == "b":
            return unbase64(self.content)
        plain = self.content.replace("_", " ").encode("utf-8", "surrogateescape")
        return ESCAPE.sub(lambda m: bytes.fromhex(m[1].decode()), plain)


def unbase64(text: str) -> bytes:
    """Decode base64 that may be cut short, unpadded, or have anything in between."""
    clean = NOT_BASE64.sub("", text)
    if len(clean) % 4 == 1:
        clean = clean[:-1]
    return binascii.a2b_base64(clean + "=" * (-len(clean) % 4))


def unfolded(value: bytes) -> bytes:
    return value.replace(b"\r\n", b"\n").replace(b"\n", b"")


def text_of(value: bytes, hint: str = "") -> str:
    """Return what a header's value says: raw bytes guessed, encoded words decoded, one line."""
    return decoded(raw_text(value[:LONGEST], hint)).strip()


def raw_text(value: bytes, hint: str = "") -> str:
    """Return a header's value with its encoded words as they are; a hint is the body's charset."""
    plain = unfolded(value).replace(b"\0", b"")
    if plain.isascii() and b"\x1b" not in plain:
        return plain.decode("ascii")
    return charsets.guessed(plain, hint)


def decoded(text: str) -> str:
    """Decode all encoded words in a text; those that belong together are joined first."""
    if "=?" not in text:
        return text
    pieces = _pieces(text)
    between = zip(pieces, pieces[1:], pieces[2:], strict=False)
    gaps = {i for i, three in enumerate(between, 1) if _is_gap(*three)}
    kept = [piece for i, piece in enumerate(pieces) if i not in gaps]
    return "".join(
        _joined([word for word in group if isinstance(word, _Word)])
        if charset
        else "".join(map(str, group))
        for charset, group in groupby(kept, key=_charset)
    )


def _is_gap(before: "_Word | str", blank: "_Word | str", after: "_Word | str") -> bool:
    words_around = isinstance(before, _Word) and isinstance(after, _Word)
    return words_around and isinstance(blank, str) and not blank.strip()


def _charset(piece: "_Word | str") -> str:
    return piece.charset.lower() if isinstance(piece, _Word) else ""


def _pieces(text: str) -> list["_Word | str"]:
    """Cut a text at its encoded words, each end looked for only once."""
    pieces: list[_Word | str] = []
    at, end = 0, -1
    while head := HEAD.search(text, at):
        if end < head.end():
            end = text.find("?=", head.end())
        if end < 0:
            break
        if head.start() > at:
            pieces.append(text[at : head.start()])
        charset = head[1].partition("*")[0]
        pieces.append(_Word(charset, head[2].lower(), text[head.end() : end]))
        at = end + 2
    return [*pieces, text[at:]] if at < len(text) else pieces


def _joined(words: list[_Word]) -> str:
    """Decode words of one charset as one: senders cut in the middle of a character."""
    if all(word.encoding == "b" and not word.content.endswith("=") for word in words[:-1]):
        whole = "".join(word.content for word in words)
        if words[-1].encoding == "b":
            return charsets.decoded(unbase64(whole), words[0].charset)
    return charsets.decoded(b"".join(word.raw() for word in words), words[0].charset)
