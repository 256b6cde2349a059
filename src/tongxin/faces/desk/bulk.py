"""Do one thing to many conversations: the bar with the verbs, and how far each job is."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Refused
from tongxin.faces.desk.acts import WRITE
from tongxin.faces.desk.given import local_time, number
from tongxin.faces.desk.lists import target_of
from tongxin.faces.desk.many import bulk_bar, job_pane
from tongxin.faces.desk.pages import READ
from tongxin.faces.desk.statuses import chosen
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.pages import render
from tongxin.service.views.actions import begin, cancel
from tongxin.service.views.values import Deed, Target, Verb


@require_GET
@members_only(WRITE)
def bar(request: HttpRequest) -> HttpResponse:
    """Return what can be done to the conversations that are picked, and how many the view has."""
    target = target_of(request.GET.get("view", ""))
    pane = bulk_bar(seat_of(request).actor, target, timezone.now())
    return render(request, "desk/bulk.html", {"bar": pane})


@require_POST
@members_only(WRITE)
def start(request: HttpRequest) -> HttpResponse:
    """Begin a job for the conversations named, or for the whole view."""
    seat, given = seat_of(request), request.POST
    whole, member = given.get("view", ""), given.get("member", "")
    target = (
        target_of(whole)
        if whole
        else Target(tuple(number("conv", one) for one in given.getlist("id")))
    )
    status, status_id = chosen(given["status"]) if given.get("status") else (None, None)
    deed = Deed(
        _verb(given.get("verb", "")), status=status, status_id=status_id,
        member_id=seat.actor.id if member == "me" else number("mem", member) if member else None,
        until=local_time(given.get("until", ""), seat.time_zone),
        add=tuple(name for name in given.getlist("add") if name.strip()),
        remove=tuple(given.getlist("remove")),
        queue_id=number("que", given["queue"]) if given.get("queue") else None,
    )  # fmt: skip
    job_id = begin(actor=seat.actor, deed=deed, target=target, now=timezone.now())
    return JsonResponse({"id": public_id("job", job_id)}, status=201)


@require_GET
@members_only(READ)
def job(request: HttpRequest, job: str) -> HttpResponse:
    """Return how far a job is; at its end also what it could not do."""
    pane = job_pane(seat_of(request).actor, number("job", job))
    return render(request, "desk/job.html", {"pane": pane})


@require_POST
@members_only(WRITE)
def stop(request: HttpRequest, job: str) -> HttpResponse:
    """Let a job go no further."""
    cancel(actor=seat_of(request).actor, job_ids=[number("job", job)], now=timezone.now())
    return HttpResponse(status=204)


def _verb(given: str) -> Verb:
    try:
        return Verb(given)
    except ValueError:
        raise Refused("job.verb", _("This cannot be done to many at once.")) from None
