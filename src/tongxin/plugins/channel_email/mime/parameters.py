"""Parameters of Content-Type and Content-Disposition (RFC 2045, 2231), and what is made of them."""

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from tongxin.plugins.channel_email.mime import charsets, words

PART = re.compile(r'"((?:[^"\\]|\\.)*+)("?)|([^";]+)|;', re.DOTALL)
SECTION = re.compile(r"(.{1,80}?)(?:\*(\d{1,3}))?(\*)?", re.DOTALL)
QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
MOST = 200


def parsed(value: bytes, hint: str = "") -> tuple[str, dict[str, str]]:
    """Return a header's first word in lower case, and its parameters by name, decoded."""
    first, *rest = list(_fields(words.raw_text(value[: words.LONGEST], hint)))[:MOST]
    head, *forgotten = first.split(None, 1) or [""]  # a semicolon, now and then
    gathered: dict[str, list[tuple[int, bool, str]]] = {}
    for field in [*forgotten, *rest] if "=" not in head else [first, *rest]:
        name, equals, content = field.partition("=")
        found = SECTION.fullmatch(name.strip().lower())
        if equals and found:
            piece = (int(found[2] or 0), bool(found[3]), content.strip())
            gathered.setdefault(found[1].strip(), []).append(piece)
    return head.lower(), {name: _whole(pieces) for name, pieces in gathered.items()}


def _fields(text: str) -> Iterator[str]:
    """Cut at semicolons that stand outside of quotes, and take the quotes off."""
    field = ""
    for found in PART.finditer(text):
        if found[0] == ";":
            yield field
            field = ""
        elif found[3]:
            field += found[3]
        elif found[2]:
            field += QUOTED_PAIR.sub(r"\1", found[1])
        else:  # a quote that is never closed
            first, *rest = found[1].split(";")
            yield field + first
            yield from rest
            return
    yield field


def _whole(pieces: list[tuple[int, bool, str]]) -> str:
    if not any(encoded for _, encoded, _ in pieces):
        ordered = sorted(pieces, key=lambda piece: piece[0])
        numbered = ordered if len({number for number, *_ in pieces}) == len(pieces) else pieces[:1]
        return words.decoded("".join(text for *_, text in numbered)).strip()
    ordered = sorted(pieces, key=lambda piece: piece[0])
    charset, first = _charset_first(ordered[0][2])
    texts = [first, *(text for *_, text in ordered[1:])]
    whole = b"".join(
        unquote_to_bytes(text) if encoded else text.encode("utf-8", "surrogateescape")
        for (_, encoded, _), text in zip(ordered, texts, strict=True)
    )
    return charsets.decoded(whole, charset).strip()


def _charset_first(text: str) -> tuple[str, str]:
    charset, mark, rest = text.partition("'")
    _language, another, content = rest.partition("'")
    return (charset, content) if mark and another else ("", text)
