"""Other words for what was said, or none; and what it said before."""

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from tongxin.faces.desk import sheets
from tongxin.faces.desk.given import number
from tongxin.faces.desk.pages import file_url
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.pages import render
from tongxin.service.conversations import actions, queries

WRITE = "conversation.write"
DONE, _PICTURE = 204, "image/"


@require_POST
@members_only(WRITE)
def edit(request: HttpRequest, message: str) -> HttpResponse:
    """Say something else instead."""
    actions.edit(
        actor=seat_of(request).actor, message_id=number("msg", message),
        text=request.POST.get("text", ""), now=timezone.now(),
    )  # fmt: skip
    return HttpResponse(status=DONE)


@require_POST
@members_only(WRITE)
def recall(request: HttpRequest, message: str) -> HttpResponse:
    """Take it back."""
    actor, ids = seat_of(request).actor, [number("msg", message)]
    actions.recall(actor=actor, message_ids=ids, now=timezone.now())
    return HttpResponse(status=DONE)


@require_POST
@members_only("conversation.write")
def retry(request: HttpRequest, message: str) -> HttpResponse:
    """Send once more what could not be delivered."""
    actor, ids = seat_of(request).actor, [number("msg", message)]
    actions.retry(actor=actor, message_ids=ids, now=timezone.now())
    return HttpResponse(status=DONE)


@require_GET
@members_only("conversation.read")
def letter(request: HttpRequest, message: str) -> HttpResponse:
    """Show a mail with all that it said."""
    found = queries.whole(actor=seat_of(request).actor, message_id=number("msg", message))
    is_page = bool(found.html.strip()) and sheets.is_showable(found.html)
    shown = {
        "whole": found, "message": message, "file_url": file_url, "sandbox": sheets.SANDBOX,
        "is_page": is_page, "has_pictures": is_page and sheets.has_pictures(found.html),
    }  # fmt: skip
    return render(request, "desk/letter.html", shown)


@require_GET
@members_only("conversation.read")
def sheet(request: HttpRequest, message: str) -> HttpResponse:
    """Show a mail's own page, made harmless, to be framed by the one above."""
    found = queries.whole(actor=seat_of(request).actor, message_id=number("msg", message))
    pictures = "pictures" in request.GET
    html = found.html if sheets.is_showable(found.html) else ""
    files = request.build_absolute_uri("/files/")
    inside = {
        name: request.build_absolute_uri(f"{file_url(file.id)}/{quote(file.name, safe='')}")
        for name, file in found.inside.items()
        if file.content_type.startswith(_PICTURE)
    }
    page = sheets.sheet(html, pictures=pictures, inside=inside)
    told = sheets.headers(pictures=pictures, files=files if inside else "")
    return HttpResponse(page, headers=dict(told))


@require_GET
@members_only("conversation.read")
def copies(request: HttpRequest, conversation: str) -> HttpResponse:
    """Show who would get an answer by mail."""
    actor, pk = seat_of(request).actor, number("conv", conversation)
    queries.place_of(actor=actor, conversation_id=pk)  # else there is nothing here
    found = queries.copies(actor=actor, conversation_id=pk)
    return render(request, "desk/copies.html", {"copies": found})


@require_GET
@members_only("conversation.read")
def history(request: HttpRequest, message: str) -> HttpResponse:
    """Show what it said before."""
    found = queries.history(actor=seat_of(request).actor, message_id=number("msg", message))
    return render(request, "desk/history.html", {"revisions": found, "file_url": file_url})
