"""Files: a visitor hands one over, anybody with its signed address gets it."""

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO
from urllib.parse import quote, unquote

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tongxin.center.kit import files, limits
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.faces.doors.pages import pid
from tongxin.faces.portal.cors import from_anywhere
from tongxin.faces.portal.widget import chat_inbox
from tongxin.service.channels import visitors

_CHUNK = 256 * 1024
_BURST = 30
_PER_SECOND = 0.5
_DAY = 24 * 3600


@from_anywhere("POST", "Authorization", "Content-Type", "X-File-Name")
def upload(request: HttpRequest, key: str) -> HttpResponse:
    """Keep the body as a file of this visitor."""
    now = timezone.now()
    inbox = chat_inbox(key)
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    visitor = visitors.read(token, inbox, now=now)
    if visitors.is_retired(visitor, inbox):
        raise visitors.not_valid()
    taken = limits.take(
        name=f"upload:{visitor.label}"[:200], size=_BURST, per_second=_PER_SECOND, cost=1, now=now
    )
    if not taken.granted:
        raise Refused("file.too_many", _("Too many files at once; wait a moment."), Reason.LIMITED)
    name = unquote(request.headers.get("X-File-Name", ""))
    with TemporaryFile() as kept:
        content = File(_copied(request, kept), name)
        row = files.store(
            workspace_id=inbox.workspace_id,
            uploader=visitor.label,
            name=name,
            content=content,
            now=now,
        )
    return JsonResponse({"file": shown(row, address(row))}, status=201)


@require_safe
def download(_request: HttpRequest, ticket: str, name: str) -> HttpResponseBase:
    """Serve a file to whoever has its address; only pictures open in the browser.

    The name in the address is for people; the file has its own.
    """
    now = timezone.now()
    file = files.by_ticket(ticket, now=now)
    try:
        content = default_storage.open(file.key)
    except FileNotFoundError:
        raise Refused(
            "file.missing", _("This file is not there any more."), Reason.MISSING
        ) from None
    is_picture = file.content_type in files.PICTURES
    response = FileResponse(
        content, as_attachment=not is_picture, filename=file.name, content_type=file.content_type
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = f"private, max-age={_DAY}, immutable"
    return response


def address(row: files.FileRow) -> str:
    ticket = files.ticket(row.id, now=timezone.now())
    return f"/files/{ticket}/{quote(row.name, safe='')}"


def shown(row: files.FileRow, url: str) -> dict[str, object]:
    """Return a file as the wire shows it."""
    return {
        "id": pid("file", row.id), "name": row.name, "type": row.content_type, "size": row.size,
        "url": url, "width": row.width, "height": row.height,
    }  # fmt: skip


def _copied(request: HttpRequest, to: IO[bytes]) -> IO[bytes]:
    """Copy the body, but never more than a byte over what is allowed."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > files.LARGEST:
        raise Refused("file.too_large", _("Files may have at most 20 MB."), Reason.TOO_LARGE)
    for chunk in _chunks(request):
        to.write(chunk)
    to.seek(0)
    return to


def _chunks(request: HttpRequest) -> Iterator[bytes]:
    left = files.LARGEST + 1
    while left > 0 and (chunk := request.read(min(_CHUNK, left))):
        left -= len(chunk)
        yield chunk
