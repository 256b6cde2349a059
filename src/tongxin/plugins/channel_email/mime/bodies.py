"""Which parts are the text, which the HTML, and which came along as files (RFC 8621, section 4.1.4)."""

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass, field

from tongxin.plugins.channel_email.mime import charsets
from tongxin.plugins.channel_email.mime.parts import Part, cut
from tongxin.plugins.channel_email.mime.values import Attachment

READABLE = ("text/plain", "text/html")
NESTED = ("message/rfc822", "message/global")
CONTROLS = dict.fromkeys(
    (*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)
LONGEST_NAME, HEADER = 255, 100_000
ENDINGS = {
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/plain": ".txt",
    "image/jpeg": ".jpg",
}


@dataclass
class Bodies:
    """The parts of a mail, sorted by what they are for."""

    text: list[Part] = field(default_factory=list)
    html: list[Part] = field(default_factory=list)
    files: list[Part] = field(default_factory=list)


@dataclass(frozen=True)
class _Place:
    """Where a part stands: the multipart around it, and what an alternative still lacks."""

    around: str
    in_alternative: bool
    wants_text: bool
    wants_html: bool


def sorted_out(top: Part) -> Bodies:
    bodies = Bodies()
    _sort([top], _Place("mixed", False, True, True), bodies)
    return bodies


def _sort(parts: list[Part], place: _Place, bodies: Bodies) -> None:
    texts, htmls = len(bodies.text), len(bodies.html)
    for index, part in enumerate(parts):
        kind = part.type
        if part.parts:
            _sort(part.parts, _inside(part, place), bodies)
        elif not _is_shown(part, place, index):
            bodies.files.append(part)
        elif place.around == "alternative":
            _choose(part, kind, bodies)
        else:
            _add(part, kind, place, bodies)
    if place.around == "alternative":
        _fill(bodies, texts, htmls)


def _inside(part: Part, place: _Place) -> _Place:
    around = part.type.partition("/")[2]
    alternative = place.in_alternative or around == "alternative"
    return _Place(around, alternative, place.wants_text, place.wants_html)


def _is_shown(part: Part, place: _Place, index: int) -> bool:
    kind = part.type
    if part.is_attached or not (kind in READABLE or _is_textlike(part)):
        return False
    return index == 0 or (
        place.around != "related" and (kind in READABLE or not part.name) and not _is_file(part)
    )


def _is_textlike(part: Part) -> bool:
    """Tell whether a part is read as text for want of the parts it announced."""
    return part.type.startswith("multipart/")


def _is_file(part: Part) -> bool:
    return bool(part.name) and part.type in READABLE


def _choose(part: Part, kind: str, bodies: Bodies) -> None:
    if kind == "text/html":
        bodies.html.append(part)
    elif kind in ("text/plain", "multipart/alternative"):
        bodies.text.append(part)
    else:
        bodies.files.append(part)


def _add(part: Part, kind: str, place: _Place, bodies: Bodies) -> None:
    bodies.text.append(part)
    bodies.html.append(part)


def _fill(bodies: Bodies, texts: int, htmls: int) -> None:
    """Let an alternative with only one of both stand for the other as well."""
    new_texts, new_htmls = bodies.text[texts:], bodies.html[htmls:]
    if new_texts and not new_htmls:
        bodies.html += new_texts
    elif new_htmls and not new_texts:
        bodies.text += new_htmls


def plain_of(bodies: Bodies) -> str:
    """Return the plain text; nothing where HTML comes first, as below it stands no more than a list's footer."""
    if bodies.text[:1] and bodies.text[0].type == "text/html":
        return ""
    return "\n".join(read(part) for part in bodies.text if part.type != "text/html")


def html_of(bodies: Bodies) -> str:
    """Return the HTML; plain parts that stand between are left to the text."""
    return "\n".join(read(part) for part in bodies.html if part.type == "text/html")


def read(part: Part) -> str:
    """Return a part's text, its lines ended in one way."""
    text = charsets.decoded(part.content(), part.parameter("charset"))
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def attachments(files: list[Part]) -> Iterator[Attachment]:
    for number, part in enumerate(files, 1):
        content = part.content()
        content_id = part.text("content-id").strip("<> ")
        name = part.name or (_subject(content) if part.type in NESTED else "")
        yield Attachment(
            file_name(name, part.type, number), part.type, content, content_id, part.is_inline
        )


def file_name(name: str, kind: str, number: int) -> str:
    """Return a name for a file: its own, or one made of its place and type."""
    own = name.translate(CONTROLS).strip()[:LONGEST_NAME]
    return own or f"part-{number}{ENDINGS.get(kind) or mimetypes.guess_extension(kind) or '.bin'}"


def type_of(name: str) -> str:
    return mimetypes.guess_type(name[-LONGEST_NAME:])[0] or "application/octet-stream"


def _subject(content: bytes) -> str:
    subject = cut(content[:HEADER]).text("subject").translate(CONTROLS).replace("/", "-").strip()
    return f"{subject[:100]}.eml" if subject else ""
