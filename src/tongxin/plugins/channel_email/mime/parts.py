"""A mail cut into its parts, once from top to end, whatever is wrong with it (RFC 2045, 2046).

Nothing is copied: a part knows from where to where it goes in the whole mail. Work is linear: each line that
begins with two dashes is looked up among the boundaries that are open.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from tongxin.plugins.channel_email.mime import parameters, transfer, words

DASHES = re.compile(rb"^--([^\r\n]*)\r?\n?", re.MULTILINE)
LINE = re.compile(rb"[^\n]*\n?")
FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*")
BLANK_LINE = re.compile(rb"[ \t]*\r?\n?")
MOST_PARTS, DEEPEST, MOST_FIELDS = 1000, 40, 5000


@dataclass
class Part:
    """A header and a body, or the parts that the body is made of."""

    fields: list[tuple[str, bytes]]
    raw: memoryview = field(repr=False)
    start: int = 0
    end: int = 0
    parts: list["Part"] = field(default_factory=list)
    default: str = "text/plain"

    def all(self, name: str) -> list[bytes]:
        return [value for field_name, value in self.fields if field_name == name]

    def first(self, name: str) -> bytes:
        return next((value for key, value in self.fields if key == name and value.strip()), b"")

    def text(self, name: str) -> str:
        return words.text_of(self.first(name))

    @cached_property
    def _content_type(self) -> tuple[str, dict[str, str]]:
        nearest = ([b"", *self.all("content-type")])[-1]  # of two, the one next to the body
        kind, told = parameters.parsed(nearest)
        if kind in ("text", "plain"):
            kind = "text/plain"
        return (kind if kind.count("/") == 1 else self.default, told)

    @cached_property
    def _disposition(self) -> tuple[str, dict[str, str]]:
        return parameters.parsed(self.first("content-disposition"))

    @property
    def type(self) -> str:
        return self._content_type[0]

    @property
    def is_attached(self) -> bool:
        """Whether it asks to be a file of its own: what is neither said nor known is, RFC 2183."""
        return self._disposition[0] not in ("", "inline")

    @property
    def is_inline(self) -> bool:
        return self._disposition[0] == "inline" or bool(self.first("content-id"))

    def parameter(self, name: str) -> str:
        return self._content_type[1].get(name, "")

    @cached_property
    def name(self) -> str:
        return self._disposition[1].get("filename") or self.parameter("name")

    def content(self) -> bytes:
        """Return the body, unpacked."""
        encoding = self.first("content-transfer-encoding").decode("latin-1").split(";")[0]
        return transfer.opened(bytes(self.raw[self.start : self.end]), encoding)

    def leaves(self) -> Iterator["Part"]:
        waiting = [self]
        while waiting:
            part = waiting.pop()
            if not part.parts:
                yield part
            waiting.extend(reversed(part.parts))


def cut(mail: bytes) -> Part:
    """Return a mail's parts."""
    if b"\n" not in mail[:100_000] and b"\r" in mail[:100_000]:
        mail = mail.replace(b"\r", b"\n")
    return _Cutting(mail).whole()


class _Cutting:
    """One walk through a mail."""

    def __init__(self, mail: bytes) -> None:
        self.mail, self.view = mail, memoryview(mail)
        self.open: list[tuple[bytes, Part]] = []
        self.known: set[bytes] = set()  # all marks ever opened; most lines with dashes are none
        self.count = self.at = 0

    def whole(self) -> Part:
        top = self._begin(_beginning(self.mail), "text/plain")
        for line in DASHES.finditer(self.mail, top.start):
            if not self.open:
                break
            if line.start() >= self.at:
                self._meet(line)
        self._close_to(0, len(self.mail))
        return top

    def _begin(self, at: int, default: str) -> Part:
        """Read a header at this place; what is open from here on is this part."""
        fields, body = header(self.mail, at, [b for b, _ in self.open])
        part = Part(fields, self.view, body, len(self.mail), default=default)
        self.at, self.count, self.current = body, self.count + 1, part
        boundary = part.parameter("boundary") if part.type.startswith("multipart/") else ""
        if boundary and len(self.open) < DEEPEST:
            mark = boundary.encode("utf-8", "replace").strip()
            self.open.append((mark, part))
            self.known |= {mark, mark + b"--"}
        return part

    def _meet(self, line: re.Match[bytes]) -> None:
        """Look whether a line is a boundary, the innermost first, and end and begin parts."""
        said = line[1].rstrip()
        if said not in self.known:
            return
        for depth in range(len(self.open) - 1, -1, -1):
            boundary, part = self.open[depth]
            if said == boundary:
                self._end_leaf(line.start())
                self._close_to(depth + 1, line.start())
                self._next_of(part, line.end())
                return
            if said == boundary + b"--":
                self._end_leaf(line.start())
                self._close_to(depth, line.start())
                return

    def _next_of(self, part: Part, at: int) -> None:
        if self.count >= MOST_PARTS:
            return
        default = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
        part.parts.append(self._begin(at, default))

    def _end_leaf(self, at: int) -> None:
        """End the part that is being read, without the line break that belongs to the boundary."""
        part = self.current
        if part.end == len(self.mail) and not part.parts:
            part.end = max(part.start, at - (2 if self.mail[at - 2 : at] == b"\r\n" else 1))

    def _close_to(self, depth: int, at: int) -> None:
        for _, part in self.open[depth:]:
            part.end = min(part.end, at)
        del self.open[depth:]


def header(mail: bytes, at: int, boundaries: list[bytes]) -> tuple[list[tuple[str, bytes]], int]:
    """Read header fields from a place on; return them and where the body begins.

    A line that is none is left out where a field follows it; else the body begins with it.
    """
    told: list[tuple[str, list[bytes]]] = []
    ends = {b"--" + boundary for boundary in boundaries}
    for line in LINE.finditer(mail, at):
        text = line[0]
        if BLANK_LINE.fullmatch(text):
            at = line.end()
            break
        at = line.start()
        if text[:1] in b" \t" and told:
            told[-1][1].append(text)
        elif found := FIELD.match(text):
            told.append((found[1].decode("ascii").lower(), [text[found.end() :]]))
        elif (
            text.rstrip().removesuffix(b"--") in ends or not told or not _goes_on(mail, line.end())
        ):
            break
        at = line.end()
    return [(name, b"".join(lines)) for name, lines in told[:MOST_FIELDS]], at


def _goes_on(mail: bytes, at: int) -> bool:
    line = LINE.match(mail, at)
    return bool(line and FIELD.match(line[0]) and not line[0].startswith((b"http", b"mailto")))


def _beginning(mail: bytes) -> int:
    """Return where the header begins: after a byte-order mark, blank lines and mbox's own line."""
    at = 3 if mail.startswith(b"\xef\xbb\xbf") else 0
    while line := LINE.match(mail, at):
        if not line[0] or (line[0].strip() and not _is_mbox(line[0])):
            break
        at = line.end()
    return at


def _is_mbox(line: bytes) -> bool:
    return line.startswith((b"From ", b">From ")) and not FIELD.match(line)
