"""Files people give us: checked, stored under a name nobody can guess, served by signed address."""

import mimetypes
import struct
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from urllib.parse import quote

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.ids import FileId
from tongxin.center.kit.models import StoredFile
from tongxin.center.kit.refusals import Reason, Refused

LARGEST = 20 * 1024 * 1024
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
TYPES = {
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif",
    "webp": "image/webp", "heic": "image/heic", "pdf": "application/pdf", "txt": "text/plain",
    "csv": "text/csv", "md": "text/markdown", "json": "application/json", "log": "text/plain",
    "doc": "application/msword", "xls": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint", "zip": "application/zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg", "wav": "audio/wav",
    "mp4": "video/mp4", "webm": "video/webm", "mov": "video/quicktime",
}  # fmt: skip
_LONGEST_NAME = 120
_SALT = "tongxin.file"
_KEPT = timedelta(days=2)


@dataclass(frozen=True)
class FileRow:
    """A file as screens and doors show it. Sizes in bytes, width and height in pixels."""

    id: FileId
    name: str
    content_type: str
    size: int
    width: int | None
    height: int | None

    @property
    def is_picture(self) -> bool:
        return self.content_type in PICTURES

    @property
    def is_sound(self) -> bool:
        return self.content_type.startswith("audio/")


def store(
    *, workspace_id: int, uploader: str, name: str, content: "File[bytes]", now: datetime
) -> FileRow:
    """Check and keep a file. Raises Refused: ``file.empty``, ``file.too_large``, ``file.type``."""
    size = content.size
    _check_size(size)
    name = safe_name(name)
    extension = name.rpartition(".")[2].lower()
    head = content.read(65536)
    content.seek(0)
    content_type = _type_of(extension, head)
    width, height = dimensions(content_type, head)
    key = default_storage.save(
        f"{workspace_id}/{now:%Y%m}/{token_urlsafe(18)}.{extension}", content
    )
    row = StoredFile.objects.create(
        workspace_id=workspace_id, key=key, name=name, content_type=content_type, size=size,
        width=width, height=height, uploader=uploader, uploaded_at=now,
    )  # fmt: skip
    return row_of(row)


def set_aside(
    *, workspace_id: int, uploader: str, name: str, contents: Sequence[bytes], now: datetime
) -> list[FileId]:
    """Keep contents as they came, whatever they are; the same once more is the same file."""
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    keys = [_key_of(workspace_id, uploader, content) for content in contents]
    by_key = dict(zip(keys, contents, strict=True))
    for key, content in by_key.items():
        if not default_storage.exists(key):
            default_storage.save(key, ContentFile(content))
    StoredFile.objects.bulk_create(
        (
            StoredFile(
                workspace_id=workspace_id, key=key, name=name, content_type=kind, size=len(content),
                uploader=uploader, uploaded_at=now,
            )
            for key, content in by_key.items()
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    ids = dict(StoredFile.objects.filter(key__in=by_key).values_list("key", "pk"))
    return [ids[key] for key in keys]


def row_of(file: StoredFile) -> FileRow:
    return FileRow(file.pk, file.name, file.content_type, file.size, file.width, file.height)


def belonging(*, workspace_id: int, file_ids: Collection[int], uploader: str = "") -> list[FileRow]:
    """Return these files in the order asked; raise Refused (``file.unknown``) for any not there.

    With ``uploader`` only files that this one gave us count.
    """
    found = StoredFile.objects.filter(workspace_id=workspace_id, pk__in=file_ids)
    if uploader:
        found = found.filter(uploader=uploader)
    by_id = {file.pk: row_of(file) for file in found}
    if missing := [i for i in file_ids if i not in by_id]:
        raise Refused("file.unknown", _("There is no such file."), Reason.MISSING) from KeyError(
            missing
        )
    return [by_id[i] for i in file_ids]


def content_of(*, file_id: int) -> bytes:
    """Return a file's bytes. Raises Refused: ``file.unknown``."""
    if (file := StoredFile.objects.filter(pk=file_id).first()) is None:
        raise Refused("file.unknown", _("There is no such file."), Reason.MISSING)
    with default_storage.open(file.key) as stored:
        return bytes(stored.read())


def take_out(*, workspace_id: int, file_id: int, uploader: str) -> tuple[str, bytes]:
    """Return a file's name and bytes, and keep neither once the transaction ends.

    Raises Refused (``file.unknown``) unless this uploader gave it to us.
    """
    mine = StoredFile.objects.filter(workspace_id=workspace_id, pk=file_id, uploader=uploader)
    if (file := mine.select_for_update().first()) is None:
        raise Refused("file.unknown", _("There is no such file."), Reason.MISSING)
    with default_storage.open(file.key) as stored:
        content = bytes(stored.read())
    file.delete()
    key = file.key
    transaction.on_commit(lambda: default_storage.delete(key))
    return file.name, content


def ticket(file_id: int, *, now: datetime, kept: timedelta = _KEPT) -> str:
    """Return the signed part of a file's address; the same all day, good for so long, or a day less."""
    until = (now.date() + kept).toordinal()
    return Signer(salt=_SALT).sign(f"{file_id}-{until}").replace(":", ".")


def public_address(file: FileRow, *, now: datetime, kept: timedelta = _KEPT) -> str:
    """Return the whole address by which anybody gets a file; "" where the house has none of its own."""
    if not settings.ADDRESS:
        return ""
    name = quote(file.name, safe="")
    return f"{settings.ADDRESS}/files/{ticket(file.id, now=now, kept=kept)}/{name}"


def by_ticket(text: str, *, now: datetime) -> StoredFile:
    """Return the file behind a signed address; raise Refused (``file.address``)."""
    try:
        value = Signer(salt=_SALT).unsign(text.replace(".", ":", 1))
        file_id, _dash, until = value.partition("-")
        if int(until) >= now.date().toordinal():
            return StoredFile.objects.get(pk=int(file_id))
    except (BadSignature, ValueError, StoredFile.DoesNotExist):
        pass
    raise Refused("file.address", _("This address is not valid any more."), Reason.MISSING)


def safe_name(name: str) -> str:
    """Return the last part of a file name, without control characters, at most 120 characters long."""
    name = name.replace("\\", "/").rpartition("/")[2]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot:
        stem, extension = name, ""
    return f"{(stem or 'file')[: _LONGEST_NAME - 10]}{dot}{extension[:9]}"


def dimensions(content_type: str, head: bytes) -> tuple[int | None, int | None]:
    """Return a picture's width and height from its first bytes, where they are easily told."""
    try:
        if content_type == "image/png":
            width, height = struct.unpack(">II", head[16:24])
            return width, height
        if content_type == "image/gif":
            width, height = struct.unpack("<HH", head[6:10])
            return width, height
    except struct.error:
        pass
    return None, None


def _key_of(workspace_id: int, uploader: str, content: bytes) -> str:
    digest = sha256(uploader.encode() + b"\0" + content).hexdigest()
    return f"{workspace_id}/as-it-came/{digest[:2]}/{digest}"


def _check_size(size: int) -> None:
    if size == 0:
        raise Refused("file.empty", _("This file is empty."))
    if size > LARGEST:
        raise Refused("file.too_large", _("Files may have at most 20 MB."), Reason.TOO_LARGE)


def _type_of(extension: str, head: bytes) -> str:
    """A picture must look like one from the inside; any other type is taken by its known ending."""
    content_type = TYPES.get(extension)
    looks = _picture_type(head)
    if content_type is None or (content_type in PICTURES and looks is None):
        raise Refused("file.type", _("Files of this type are not accepted."))
    return looks or content_type


def _picture_type(head: bytes) -> str | None:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "image/gif"
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else None
