"""Events that handlers could not take: try again, or give up on them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tongxin.center.timeline.actions import drop_set_aside, retry_set_aside
from tongxin.center.timeline.queries import set_aside
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import attempt, number
from tongxin.faces.doors.pages import render

NEEDS = "event.manage"


@require_safe
@members_only(NEEDS)
def page(request: HttpRequest) -> HttpResponse:
    """List what was set aside, with each handler's error."""
    events = set_aside(actor=seat_of(request).actor, cursor=request.GET.get("cursor"))
    return render(request, "studio/aside.html", {"events": events})


@require_POST
@members_only(NEEDS)
def retry(request: HttpRequest) -> HttpResponse:
    """Hand events to their handlers again."""
    ids = _asked(request)
    passed = retry_set_aside(actor=seat_of(request).actor, set_aside_ids=ids, now=timezone.now())
    if passed == len(ids):
        messages.success(request, _("It went through this time."))
    else:
        messages.error(request, _("It failed again: see the error."))
    return redirect("studio:aside")


@require_POST
@members_only(NEEDS)
def drop(request: HttpRequest) -> HttpResponse:
    """Give up on events."""
    actor, ids = seat_of(request).actor, _asked(request)
    attempt(
        request,
        lambda: drop_set_aside(actor=actor, set_aside_ids=ids, now=timezone.now()),
        _("The handler will not see it again."),
    )
    return redirect("studio:aside")


def _asked(request: HttpRequest) -> list[int]:
    return [number("aside", text) for text in request.POST.getlist("event")[:100]]
