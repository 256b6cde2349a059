"""What could not be delivered or understood: look at it, try it again, throw it away."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import number
from tongxin.faces.doors.failures import said
from tongxin.faces.doors.pages import render
from tongxin.service.channels import actions, queries

NEEDS = "inbox.write"


@require_safe
@members_only(NEEDS)
def page(request: HttpRequest) -> HttpResponse:
    """List what failed, of all inboxes or of one, with how each inbox is."""
    actor, given = seat_of(request).actor, request.GET
    inbox_id = number("inb", given["inbox"]) if given.get("inbox") else None
    values = {
        "dead": queries.dead_departures(actor=actor, inbox_id=inbox_id, cursor=given.get("dead")),
        "broken": queries.broken_calls(actor=actor, inbox_id=inbox_id, cursor=given.get("broken")),
        "health": queries.health(actor=actor), "chosen": inbox_id, "failure_said": said,
        "names": {inbox.id: inbox.name for inbox in queries.inboxes(actor=actor)},
    }  # fmt: skip
    return render(request, "studio/deliveries.html", values)


@require_POST
@members_only(NEEDS)
def departures(request: HttpRequest, verb: str) -> HttpResponse:
    """Try messages again, or give them up."""
    actor, ids = seat_of(request).actor, _asked(request, "departure", "dep")
    does: Callable[..., int] = {
        "replay": actions.replay_departures, "discard": actions.discard_departures,
    }[verb]  # fmt: skip
    return _done(request, verb, does(actor=actor, departure_ids=ids, now=timezone.now()))


@require_POST
@members_only(NEEDS)
def calls(request: HttpRequest, verb: str) -> HttpResponse:
    """Have calls interpreted again, or throw them away."""
    actor, ids = seat_of(request).actor, _asked(request, "call", "call")
    does: Callable[..., int] = {"replay": actions.replay_calls, "discard": actions.discard_calls}[
        verb
    ]
    return _done(request, verb, does(actor=actor, call_ids=ids, now=timezone.now()))


@require_safe
@members_only(NEEDS)
def raw(request: HttpRequest, call: str) -> HttpResponse:
    """Hand over a call as it came, as a file that no browser opens."""
    found = queries.raw_call(actor=seat_of(request).actor, call_id=number("call", call))
    response = HttpResponse(found.body, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{call}.bin"'
    return response


def _asked(request: HttpRequest, name: str, prefix: str) -> list[int]:
    return [number(prefix, text) for text in request.POST.getlist(name)[:100]]


def _done(request: HttpRequest, verb: str, many: int) -> HttpResponse:
    told = (
        ngettext("%(many)s is tried again.", "%(many)s are tried again.", many)
        if verb == "replay"
        else ngettext("%(many)s was given up.", "%(many)s were given up.", many)
    )
    messages.success(request, told % {"many": many})
    return redirect("studio:deliveries")
