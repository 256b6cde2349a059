"""What the desk's buttons do: each is one action, and answers with what to show next."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongxin.center.kit import files
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Refused
from tongxin.faces.desk.fields import sent
from tongxin.faces.desk.given import local_time, number
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.service.conversations import actions
from tongxin.service.notices.actions import read_about

WRITE = "conversation.write"
DONE = 204


@require_POST
@members_only("conversation.assign")
def assign(request: HttpRequest, conversation: str) -> HttpResponse:
    """Give it to a member, take it oneself (``me``), or put it back (empty)."""
    actor, to = seat_of(request).actor, request.POST.get("member", "")
    member_id = actor.id if to == "me" else number("mem", to) if to else None
    actions.assign(
        actor=actor,
        conversation_ids=[number("conv", conversation)],
        member_id=member_id,
        now=timezone.now(),
    )
    return HttpResponse(status=DONE)


@require_POST
@members_only(WRITE)
def snooze(request: HttpRequest, conversation: str) -> HttpResponse:
    """Put aside until a time (local, where it has no zone), or until the next reply (empty)."""
    seat = seat_of(request)
    actions.snooze(
        actor=seat.actor,
        conversation_ids=[number("conv", conversation)],
        until=local_time(request.POST.get("until", ""), seat.time_zone),
        now=timezone.now(),
    )
    return HttpResponse(status=DONE)


@require_POST
@members_only()
def turn(request: HttpRequest, conversation: str, verb: str) -> HttpResponse:
    """Resolve, reopen, wake, or note that one has read it."""
    actor, ids, now = seat_of(request).actor, [number("conv", conversation)], timezone.now()
    if verb != "see" or actor.may(WRITE):  # who only reads tells nobody that it was read
        _TURNS[verb](actor=actor, conversation_ids=ids, now=now)
    if verb == "see":
        read_about(actor=actor, conversation_ids=ids, now=now)
    return HttpResponse(status=DONE)


@require_POST
@members_only(WRITE)
def tag(request: HttpRequest, conversation: str) -> HttpResponse:
    actions.tag(
        actor=seat_of(request).actor,
        conversation_ids=[number("conv", conversation)],
        add=[name for name in request.POST.getlist("add") if name.strip()],
        remove=request.POST.getlist("remove"),
        now=timezone.now(),
    )
    return HttpResponse(status=DONE)


@require_POST
@members_only(WRITE)
def describe(request: HttpRequest, conversation: str) -> HttpResponse:
    """Set the conversation's custom attributes."""
    actions.describe(
        actor=seat_of(request).actor,
        conversation_ids=[number("conv", conversation)],
        attributes=sent(request.POST),
        now=timezone.now(),
    )
    return HttpResponse(status=DONE)


@require_POST
@members_only("file.write")
def upload(request: HttpRequest) -> HttpResponse:
    """Keep a file for a message about to be sent."""
    given = request.FILES.get("file")
    if given is None:
        raise Refused("file.empty", _("This file is empty."))
    actor = seat_of(request).actor
    row = files.store(
        workspace_id=actor.workspace_id, uploader=actor.label, name=given.name or "", content=given,
        now=timezone.now(),
    )  # fmt: skip
    return JsonResponse(
        {"id": public_id("file", row.id), "name": row.name, "size": row.size}, status=201
    )


_TURNS = {
    "resolve": actions.resolve,
    "reopen": actions.reopen,
    "wake": actions.wake,
    "see": actions.see,
}
