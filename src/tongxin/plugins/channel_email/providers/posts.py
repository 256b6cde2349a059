"""A call in the shape that anymail reads: what it uses of a request of Django's, without the web and its limits.

A mail may be larger than any form that people fill in, and its bytes must stay as they are: forms are taken apart here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_string
from email.message import Message
from email.utils import collapse_rfc2231_value
from io import BytesIO
from urllib.parse import parse_qsl

from tongxin.sdk import Call, malformed

_MOST_FIELDS, _LONGEST_HEAD = 1000, 10_000
_FORM, _PARTS = "application/x-www-form-urlencoded", "multipart/form-data"


class Form(dict[str, str]):
    """The fields of a form; of repeated ones the last."""

    encoding = "utf-8"

    def getlist(self, name: str, default: list[str] | None = None) -> list[str]:
        """Return what a field holds, as Django does."""
        return [self[name]] if name in self else (default or [])


class File(BytesIO):
    """A file of a form."""

    def __init__(self, content: bytes, name: str, content_type: str) -> None:
        super().__init__(content)
        self.name, self.content_type, self.charset = name, content_type, None


@dataclass(frozen=True)
class Post:
    """What a provider posted; names as Django calls them."""

    body: bytes
    content_type: str
    headers: Mapping[str, str]
    fields: Mapping[str, bytes] = field(default_factory=dict)
    POST: Form = field(default_factory=Form)
    FILES: Mapping[str, File] = field(default_factory=dict)
    url: str = ""

    @property
    def META(self) -> Mapping[str, str]:  # noqa: N802 - Django's name
        """What came along with it, as servers of the web call it."""
        named = {f"HTTP_{name.upper().replace('-', '_')}": v for name, v in self.headers.items()}
        return {**named, "CONTENT_TYPE": self.headers.get("content-type", "")}


def post_of(call: Call) -> Post:
    """Return a call as anymail reads it. Raises Refused (``hook.malformed``)."""
    head = _header(call.headers.get("content-type", ""))
    kind = head.get_content_type()
    if kind == _FORM:
        fields, files = _form(call.body), dict[str, File]()
    elif kind == _PARTS:
        fields, files = _parts(call.body, str(head.get_param("boundary") or ""))
    else:
        fields, files = {}, {}
    texts = Form({name: value.decode("utf-8", "replace") for name, value in fields.items()})
    return Post(call.body, kind, call.headers, fields, texts, files, call.url)


def _form(body: bytes) -> dict[str, bytes]:
    """Take a form apart; in Latin-1 every byte is a letter, and stays what it is."""
    said = body.decode("latin-1")
    try:
        pairs = parse_qsl(
            said, keep_blank_values=True, encoding="latin-1", max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        raise malformed() from None
    return {name: value.encode("latin-1") for name, value in pairs}


def _parts(body: bytes, boundary: str) -> tuple[dict[str, bytes], dict[str, File]]:
    """Take a form apart (RFC 7578), byte by byte, in linear time."""
    fields, files = dict[str, bytes](), dict[str, File]()
    for head, content in _pieces(body, boundary):
        name = _param(head, "name")
        filename = _param(head, "filename")
        if filename:
            files[name] = File(content, filename, head.get_content_type())
        else:
            fields[name] = content
    return fields, files


def _pieces(body: bytes, boundary: str) -> Iterator[tuple[Message, bytes]]:
    mark = b"\r\n--" + boundary.encode("utf-8", "replace")
    pieces = (b"\r\n" + body).split(mark, _MOST_FIELDS + 1)
    if not boundary or not 1 < len(pieces) <= _MOST_FIELDS + 1:
        raise malformed()
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            return
        head, found, content = piece.partition(b"\r\n\r\n")
        if not found or len(head) > _LONGEST_HEAD:
            raise malformed()
        yield message_from_string(head.decode("utf-8", "replace").lstrip() + "\r\n\r\n"), content


def _param(head: Message, name: str) -> str:
    value = head.get_param(name, "", header="content-disposition")
    return collapse_rfc2231_value(value).strip() if value else ""


def _header(kind: str) -> Message:
    line = " ".join(kind.split())
    return message_from_string(f"Content-Type: {line}\n\n")
