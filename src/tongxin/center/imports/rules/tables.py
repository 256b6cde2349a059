"""Bytes become rows of cells."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tongxin.center.imports.values import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS
from tongxin.center.kit.text import clean

DELIMITERS = ",;\t"
_PACKED = (
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"%PDF",
    b"\xd0\xcf\x11\xe0",
    b"Rar!",
    b"7z\xbc\xaf",
    b"BZh",
    b"\xfd7zXZ",
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_STRANGE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff]")
_LOOKED_AT = 20_000
_FEW = 0.02  # of all signs, where a text is still a text
_FORMULAS = (
    "'=",
    "'+",
    "'-",
    "'@",
    "'\t",
    "'\r",
)  # how spreadsheets' formulas are tamed in files of ours

csv.field_size_limit(32 * 1024 * 1024)  # the file's own limit is the limit


class Unreadable(ValueError):
    """Not a table; the message is the code of why."""


@dataclass(frozen=True)
class Table:
    """A table as it was read: each row with the line it begins in."""

    encoding: str
    delimiter: str
    rows: Sequence[tuple[int, Sequence[str]]]


def read(content: bytes) -> Table:
    """Read a table. Raises Unreadable."""
    text, encoding = decoded(content)
    delimiter = delimiter_of(text)
    found: list[tuple[int, Sequence[str]]] = []
    for line, cells in _records(text, delimiter):
        if len(cells) > MOST_COLUMNS:
            raise Unreadable("import.columns")
        found.append((line, cells))
        if len(found) > MOST_ROWS + 1:
            raise Unreadable("import.rows")
    if not found:
        raise Unreadable("import.empty")
    return Table(encoding, delimiter, found)


def decoded(content: bytes) -> tuple[str, str]:
    """Return a text and its encoding: by its mark, else UTF-8, UTF-16 by its zeros, GB18030. Raises Unreadable."""
    if content.startswith(_PACKED):
        raise Unreadable("import.not_text")
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        head = text[:_LOOKED_AT]
        if len(_STRANGE.findall(head)) > len(head) * _FEW:
            raise Unreadable("import.not_text")
        return clean(text), encoding.removesuffix("-sig")
    raise Unreadable("import.encoding")


def delimiter_of(text: str) -> str:
    """Return what parts the cells: what parts the first lines into the same number of them."""
    lines = [line for line in text[:_LOOKED_AT].splitlines() if line.strip()][:10]

    def agreement(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        first = widths[0] if widths else 0
        return (sum(width == first for width in widths) if first > 1 else 0, first)

    return max(DELIMITERS, key=agreement)


def _encodings(content: bytes) -> list[str]:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return [encoding]
    head = content[:2000]
    if head.count(0) * 4 > len(head):  # ASCII in UTF-16 is every other byte zero
        return ["utf-16-be" if head[:1] == b"\0" else "utf-16-le"]
    return ["utf-8", "gb18030"]


def _records(text: str, delimiter: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield rows with the line each begins in, without empty ones; cells no longer than can be said."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, [_cell(cell) for cell in cells]
            line = reader.line_num + 1
    except csv.Error:
        raise Unreadable("import.unreadable") from None


def _cell(text: str) -> str:
    cell = text[: LONGEST_CELL + 1].strip()
    return cell[1:] if cell.startswith(_FORMULAS) else cell
