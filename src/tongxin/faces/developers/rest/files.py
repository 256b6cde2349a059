"""Files in and out: the one thing that is not JSON."""

from urllib.parse import unquote

from django.core.exceptions import SuspiciousOperation
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from pydantic import TypeAdapter, ValidationError

from tongxin.center.kit import files
from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.kit.idempotency import Answer
from tongxin.center.kit.ids import FileId
from tongxin.center.kit.models import StoredFile
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import check
from tongxin.faces.developers.rest import problems, reading
from tongxin.faces.developers.rest.calls import Call, answered
from tongxin.faces.developers.rest.credentials import admit
from tongxin.faces.developers.rest.repeats import at_most_once
from tongxin.service.conversations.queries import holds_file

MAY_STORE, MAY_FETCH = "file.write", "conversation.read"
COST = 5
LARGEST = files.LARGEST + 64 * 1024  # what a multipart body has around its file
_ROW = TypeAdapter(files.FileRow)
_ID: TypeAdapter[int] = TypeAdapter(FileId)
_CREATED = 201


def store(call: Call, _given: str) -> HttpResponse:
    """Keep a file: the field ``file`` of a form, or the body itself with its name in ``X-File-Name``."""
    actor = admit(call, COST)
    check(actor, MAY_STORE)
    name, content = _sent(call)
    sent = name.encode() + b"\0" + content.read()
    content.seek(0)

    def run() -> Answer:
        row = files.store(
            workspace_id=actor.workspace_id,
            uploader=actor.label,
            name=name,
            content=content,
            now=call.now,
        )
        return Answer(_CREATED, _ROW.dump_json(row))

    return at_most_once(call, actor, sent, run)


def fetch(call: Call, given: str) -> HttpResponse:
    """Return the bytes of a file, to be saved, not shown."""
    actor = admit(call, COST)
    check(actor, MAY_FETCH)
    file = _stored(actor, given)
    response = answered(_bytes(file), content_type=file.content_type)
    response.headers["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=file.name
    )
    return response


def _sent(call: Call) -> "tuple[str, ContentFile[bytes]]":
    """Return the file's name and content. Raises Problem, and Refused where there is none."""
    if call.meta.get("CONTENT_TYPE", "").startswith("multipart/form-data"):
        return _from_form(call)
    name = unquote(call.meta.get("HTTP_X_FILE_NAME", ""))
    if not name or "\0" in name:
        raise Refused("file.name", _("Give the file's name in the header X-File-Name."))
    return name, ContentFile(reading.body_of(call.request, LARGEST))


def _from_form(call: Call) -> "tuple[str, ContentFile[bytes]]":
    length = call.meta.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST:
        raise problems.too_large()
    try:
        found = call.request.FILES.get("file")
    except (MultiPartParserError, SuspiciousOperation, ValueError):
        raise problems.unreadable() from None
    if not isinstance(found, File):
        raise Refused("file.missing", _("The form has no field “file”."))
    return found.name or "file", ContentFile(found.read())


def _stored(actor: Actor, given: str) -> StoredFile:
    try:
        wanted = _ID.validate_python(given)
    except ValidationError:
        wanted = -1
    file = StoredFile.objects.filter(workspace_id=actor.workspace_id, pk=wanted).first()
    if file is None or not _reaches(actor, file):
        raise Refused("file.unknown", _("There is no such file."), Reason.MISSING)
    return file


def _reaches(actor: Actor, file: StoredFile) -> bool:
    if actor.reach is Reach.ALL or file.uploader == actor.label:
        return True
    return holds_file(actor=actor, file_id=file.pk)


def _bytes(file: StoredFile) -> bytes:
    with default_storage.open(file.key) as content:
        return bytes(content.read())
