"""Lists of addresses, read as people and programs write them (RFC 5322 and worse)."""

import re
from collections.abc import Iterable, Iterator

from tongxin.plugins.channel_email.mime import words
from tongxin.plugins.channel_email.mime.values import Address

TOKEN = re.compile(
    r"""
    (?P<word>=\?[^?\s]{1,75}\?[bBqQ]\?[^?\r\n]{0,1000}\?=)
  | "(?P<quoted>(?:[^"\\]|\\.)*+)(?P<closed>"?)
  | <(?P<angle>[^<>]*)>?
  | (?P<mark>[,;:()])
  | (?P<plain>[^\s"<,;:()=]+|=)
  | (?P<blank>\s+)
    """,
    re.VERBOSE | re.DOTALL,
)
QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
BLANKS = re.compile(r"\s+")
ADDRESS = re.compile(
    r"(?<![^\s<>,;:\"'()\[\]])[^\s<>,;:\"'()\[\]]{1,256}@(?:\[[^\s\]]{1,64}\]|[^\s<>,;:\"'()\[\]]{1,255})"
)
MOST = 2000


class _Reading:
    """One mailbox as it is being read."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.phrase: list[str] = []
        self.comment: list[str] = []
        self.angle: str | None = None

    def mailbox(self) -> Address | None:
        name = _clean(words.decoded("".join(self.phrase)))
        if self.angle is not None:
            return Address(name or _comment(self.comment), _inner(self.angle))
        found = ADDRESS.search(name)
        if found:
            around = _clean(name[: found.start()] + name[found.end() :]).strip("<>[]'\" ")
            return Address(around or _comment(self.comment), found[0].strip("."))
        return Address(name, "") if name else None


def parsed(value: bytes, hint: str = "") -> tuple[Address, ...]:
    """Return the mailboxes of an address header, in their order; groups give their members."""
    return tuple(_mailboxes(words.raw_text(value[: words.LONGEST], hint)))[:MOST]


def first(values: Iterable[bytes], hint: str = "") -> Address:
    """Return the first mailbox that has an address, else the first that has a name."""
    found = [box for value in values for box in parsed(value, hint)]
    return next((box for box in found if box.address), found[0] if found else Address())


def _mailboxes(text: str) -> Iterator[Address]:
    reading = _Reading()
    for kind, content in _uncommented(text, reading):
        if kind != "mark":
            _take(reading, kind, content)
        elif content != ":" or not _is_part(reading):
            box = _ended(reading, content)
            reading.clear()
            if box:
                yield box
    if box := reading.mailbox():
        yield box


def _uncommented(text: str, reading: "_Reading") -> Iterator[tuple[str, str]]:
    """Yield the tokens outside of parentheses; what stands in these is told to who reads."""
    depth = 0
    for kind, content in _tokens(text):
        if kind == "mark" and content in ("(", ")"):
            depth = max(0, depth + (1 if content == "(" else -1))
        elif depth:
            reading.comment.append(content)
        else:
            yield kind, content


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Yield what the text is made of; a quote that is never closed is taken for a blank."""
    for token in TOKEN.finditer(text):
        if token["quoted"] is not None and not token["closed"]:
            yield from _tokens(token["quoted"].replace('"', " "))
        elif token["quoted"] is not None:
            yield "quoted", token["quoted"]
        else:
            kind = token.lastgroup or ""
            yield kind, token[kind]


def _ended(reading: _Reading, mark: str) -> Address | None:
    """Return the mailbox that ends here; before a colon stands the name of a group, or ``mailto``."""
    return None if mark == ":" else reading.mailbox()


def _is_part(reading: _Reading) -> bool:
    return any("@" in piece for piece in reading.phrase)


def _take(reading: _Reading, kind: str, content: str) -> None:
    if kind == "angle" and (content.strip() or reading.angle is None):
        reading.angle = content
    elif kind == "quoted":
        reading.phrase.append(QUOTED_PAIR.sub(r"\1", content))
    else:
        reading.phrase.append(content)


def _inner(angle: str) -> str:
    """Return the address between angles: without a route, blanks, ``mailto:`` or quotes around."""
    text = words.decoded(angle).rpartition("mailto:")[2]
    if text.startswith("@") and ":" in text:
        text = text.partition(":")[2]
    found = ADDRESS.search(text)
    return found[0] if found and '"' not in text else BLANKS.sub("", text).strip("'")


def _comment(pieces: list[str]) -> str:
    return _clean(words.decoded("".join(pieces)))


def _clean(text: str) -> str:
    return BLANKS.sub(" ", text).strip().strip("'\"").strip()
