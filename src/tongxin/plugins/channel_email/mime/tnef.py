"""Outlook's winmail.dat: the files and the text inside (MS-OXTNEF), and nothing more of it."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from tongxin.plugins.channel_email.mime import charsets

SIGNATURE = struct.pack("<L", 0x223E9F78)
BODY, RENDERING, TITLE, DATA, CODEPAGE, MESSAGE_PROPERTIES, FILE_PROPERTIES = (
    0x800C, 0x9002, 0x8010, 0x800F, 0x9007, 0x9003, 0x9005,
)  # fmt: skip
LONG_NAME, SHORT_NAME, MIME_TYPE, CONTENT_ID, CONTENT, PLAIN, HTML = (
    0x3707,
    0x3704,
    0x370E,
    0x3712,
    0x3701,
    0x1000,
    0x1013,
)
FIXED = {
    0x0002: 4,
    0x0003: 4,
    0x0004: 4,
    0x000A: 4,
    0x000B: 4,
    0x0005: 8,
    0x0006: 8,
    0x0007: 8,
    0x0014: 8,
    0x0040: 8,
    0x0048: 16,
}
WIDE, NARROW, OBJECT, BINARY = 0x001F, 0x001E, 0x000D, 0x0102
MANY, NAMED, NAMED_BY_TEXT = 0x1000, 0x8000, 1
MOST = 1000
HEAD, FULL_HEAD = 6, struct.Struct("<BHHL")
OBJECT_ID = 16  # bytes before the content of an embedded object


@dataclass
class File:
    """A file in a winmail.dat."""

    name: str = ""
    type: str = ""
    content_id: str = ""
    content: bytes = b""


@dataclass
class Opened:
    """What a winmail.dat holds."""

    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)


class _Torn(Exception):
    """The data ends before it should, or is none of ours."""


def opened(data: bytes) -> Opened | None:
    """Return what is inside, as far as it can be read, or None where it is no TNEF."""
    if not data.startswith(SIGNATURE):
        return None
    found, charset = Opened(), "cp1252"
    for name, value in _attributes(data):
        if name == CODEPAGE:
            charset = f"cp{int.from_bytes(value[:4], 'little')}"
        elif name in (BODY, MESSAGE_PROPERTIES):
            _read_message(found, name, value, charset)
        else:
            _read_file(found.files, name, value, charset)
    found.files = [file for file in found.files if file.content or file.name]
    return found


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = HEAD
    while at + FULL_HEAD.size <= len(data):
        _level, name, _kind, length = FULL_HEAD.unpack_from(data, at)
        at += FULL_HEAD.size
        yield name, data[at : at + length]
        at += length + 2  # a checksum that many writers get wrong


def _read_message(found: Opened, attribute: int, value: bytes, charset: str) -> None:
    if attribute == BODY:
        found.text = _text(value, charset)
        return
    for name, content in _properties(value, charset):
        if name == PLAIN and isinstance(content, str):
            found.text = content or found.text
        elif name == HTML:
            found.html = content if isinstance(content, str) else charsets.decoded(content, charset)


def _read_file(files: list[File], attribute: int, value: bytes, charset: str) -> None:
    if attribute == RENDERING and len(files) < MOST:
        files.append(File())
    file = files[-1] if files else File()
    if attribute == TITLE:
        file.name = file.name or _text(value, charset)
    elif attribute == DATA:
        file.content = value
    elif attribute == FILE_PROPERTIES:
        for name, content in _properties(value, charset):
            _take(file, name, content)


def _take(file: File, name: int, content: str | bytes) -> None:
    if name == CONTENT and isinstance(content, bytes) and not file.content:
        file.content = content[OBJECT_ID:] if content[OBJECT_ID:].startswith(SIGNATURE) else content
    elif isinstance(content, str) and name in (LONG_NAME, SHORT_NAME):
        file.name = content if name == LONG_NAME or not file.name else file.name
    elif isinstance(content, str) and name == MIME_TYPE:
        file.type = content
    elif isinstance(content, str) and name == CONTENT_ID:
        file.content_id = content


def _properties(data: bytes, charset: str) -> Iterator[tuple[int, str | bytes]]:
    """Yield the properties that have a text or bytes; end quietly where they are torn."""
    reader = _Reader(data)
    try:
        for _ in range(min(reader.number(), MOST)):
            kind, name = reader.pair()
            if name & NAMED:
                reader.skip_name()
            yield from ((name, _value(kind, content, charset)) for content in reader.values(kind))
    except _Torn:
        return


def _value(kind: int, content: bytes, charset: str) -> str | bytes:
    if kind & ~MANY == WIDE:
        return content.decode("utf-16-le", "replace").rstrip("\0")
    return _text(content, charset) if kind & ~MANY == NARROW else content


def _text(value: bytes, charset: str) -> str:
    return charsets.decoded(value.rstrip(b"\0"), charset)


class _Reader:
    """Reads numbers and padded bytes one after another."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, length: int) -> bytes:
        if self.at + length > len(self.data):
            raise _Torn
        self.at += length
        return self.data[self.at - length : self.at]

    def number(self) -> int:
        return int.from_bytes(self.take(4), "little")

    def pair(self) -> tuple[int, int]:
        both = self.number()
        return both & 0xFFFF, both >> 16

    def padded(self) -> bytes:
        length = self.number()
        content = self.take(length)
        self.at += -length % 4
        return content

    def skip_name(self) -> None:
        self.take(16)
        if self.number() == NAMED_BY_TEXT:
            self.padded()
        else:
            self.number()

    def values(self, kind: int) -> Iterator[bytes]:
        plain = kind & ~MANY
        if plain in FIXED:
            for _ in range(min(self.number(), MOST) if kind & MANY else 1):
                self.take(FIXED[plain])
        elif plain in (WIDE, NARROW, OBJECT, BINARY):
            for _ in range(min(self.number(), MOST)):
                yield self.padded()
        else:
            raise _Torn
