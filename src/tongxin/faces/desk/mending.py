"""Other words for what was said, or none; and what it said before."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from tongxin.faces.desk.given import number
from tongxin.faces.desk.pages import file_url
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.pages import render
from tongxin.service.conversations import actions, queries

WRITE = "conversation.write"
DONE = 204


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
    return render(request, "desk/letter.html", {"whole": found})


@require_GET
@members_only("conversation.read")
def history(request: HttpRequest, message: str) -> HttpResponse:
    """Show what it said before."""
    found = queries.history(actor=seat_of(request).actor, message_id=number("msg", message))
    return render(request, "desk/history.html", {"revisions": found, "file_url": file_url})
