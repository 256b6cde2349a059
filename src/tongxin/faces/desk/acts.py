"""What the desk's buttons do: each is one action, and answers with what to show next."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongxin.center.kit import files
from tongxin.center.kit.ids import internal_id, public_id
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.people.actions import change
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.service.conversations import actions

WRITE = "conversation.write"
DONE = 204


@require_POST
@members_only(WRITE)
def say(request: HttpRequest, conversation: str) -> HttpResponse:
    """Send a reply or leave a note; the same ``client_id`` twice says it once."""
    says = actions.note if request.POST.get("kind") == "note" else actions.reply
    [message_id] = says(
        actor=seat_of(request).actor,
        conversation_ids=[given_id("conv", conversation)],
        text=request.POST.get("text", ""),
        file_ids=[given_id("file", one) for one in request.POST.getlist("file")],
        client_id=request.POST.get("client_id") or None,
        now=timezone.now(),
    ) or [0]
    if not message_id:
        raise Refused("conversation.missing", _("There is no such conversation."), Reason.MISSING)
    return JsonResponse({"id": public_id("msg", message_id)})


@require_POST
@members_only(WRITE)
def draft(request: HttpRequest, conversation: str) -> HttpResponse:
    actions.save_draft(
        actor=seat_of(request).actor,
        conversation_id=given_id("conv", conversation),
        text=request.POST.get("text", ""),
        is_note=request.POST.get("kind") == "note",
        now=timezone.now(),
    )
    return HttpResponse(status=DONE)


@require_POST
@members_only("conversation.assign")
def assign(request: HttpRequest, conversation: str) -> HttpResponse:
    """Give it to a member, take it oneself (``me``), or put it back (empty)."""
    actor, to = seat_of(request).actor, request.POST.get("member", "")
    member_id = actor.id if to == "me" else given_id("mem", to) if to else None
    actions.assign(
        actor=actor,
        conversation_ids=[given_id("conv", conversation)],
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
        conversation_ids=[given_id("conv", conversation)],
        until=local_time(request.POST.get("until", ""), seat.time_zone),
        now=timezone.now(),
    )
    return HttpResponse(status=DONE)


@require_POST
@members_only(WRITE)
def turn(request: HttpRequest, conversation: str, verb: str) -> HttpResponse:
    """Resolve, reopen, wake, or note that one has read it."""
    _TURNS[verb](
        actor=seat_of(request).actor,
        conversation_ids=[given_id("conv", conversation)],
        now=timezone.now(),
    )
    return HttpResponse(status=DONE)


@require_POST
@members_only(WRITE)
def tag(request: HttpRequest, conversation: str) -> HttpResponse:
    actions.tag(
        actor=seat_of(request).actor,
        conversation_ids=[given_id("conv", conversation)],
        add=[name for name in request.POST.getlist("add") if name.strip()],
        remove=request.POST.getlist("remove"),
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


@require_POST
@members_only("people.write")
def rename(request: HttpRequest, person: str) -> HttpResponse:
    change(
        actor=seat_of(request).actor, person_ids=[given_id("per", person)], name=request.POST.get("name", ""),
        now=timezone.now(),
    )  # fmt: skip
    return HttpResponse(status=DONE)


def local_time(given: str, time_zone: str) -> datetime | None:
    """Return a form's time; local, where it has no zone. Raises Refused: ``snooze.time``."""
    if not given:
        return None
    try:
        at = datetime.fromisoformat(given)
    except ValueError:
        raise Refused("snooze.time", _("This is not a time.")) from None
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(time_zone))


def given_id(prefix: str, given: str) -> int:
    """Return the id behind what a page sent. Raises Refused: ``id.invalid``."""
    try:
        return internal_id(prefix, given)
    except ValueError:
        raise Refused("id.invalid", _("This is not an id we know."), Reason.MISSING) from None


_TURNS = {
    "resolve": actions.resolve,
    "reopen": actions.reopen,
    "wake": actions.wake,
    "see": actions.see,
}
