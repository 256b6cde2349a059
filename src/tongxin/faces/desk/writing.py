"""What the composer does: say it now, in some seconds or at a date; take it back; ready words."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tongxin.center.kit.files import FileRow
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.faces.desk.given import local_time, number
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.pages import render
from tongxin.service.conversations import actions
from tongxin.service.replies import actions as replies
from tongxin.service.replies import queries
from tongxin.service.replies.queries import HeldRow
from tongxin.service.replies.values import OnReply

WRITE = "conversation.write"
DONE = 204


@require_POST
@members_only(WRITE)
def say(request: HttpRequest, conversation: str) -> HttpResponse:
    """Send a reply or leave a note; the same ``client_id`` twice says it once.

    A reply leaves at once, after some seconds in which its author may take it back (``undo``), or at a
    date (``at``).
    """
    actor, wanted = seat_of(request).actor, _wanted(request, conversation)
    if request.POST.get("kind") == "note":
        wanted.pop("last_seen_message_id")
        return _said(actions.note(**wanted))
    _choose_copies(request, wanted)
    if request.POST.get("review"):
        to = request.POST.get("reviewer", "")
        reviewer_id = number("mem", to) if to else None
        said = _held(replies.offer_review(**wanted, reviewer_id=reviewer_id))
    elif at := local_time(request.POST.get("at", ""), seat_of(request).time_zone):
        on_reply = OnReply(request.POST.get("on_reply") or OnReply.ASK)
        said = _held(replies.schedule(**wanted, at=at, on_reply=on_reply))
    elif request.POST.get("undo"):
        said = _held(replies.hold(**wanted, seconds=queries.UNDO_SECONDS))
    else:
        said = _said(actions.reply(**wanted))
    if used := [number("can", one) for one in request.POST.getlist("canned")]:
        replies.use_canned(actor=actor, canned_ids=used, now=timezone.now())
    return said


@require_POST
@members_only(WRITE)
def draft(request: HttpRequest, conversation: str) -> HttpResponse:
    """Keep what was typed."""
    actions.save_draft(
        actor=seat_of(request).actor,
        conversation_id=number("conv", conversation),
        text=request.POST.get("text", ""),
        is_note=request.POST.get("kind") == "note",
        now=timezone.now(),
    )
    return HttpResponse(status=DONE)


@require_GET
@members_only("conversation.read")
def ready(request: HttpRequest, conversation: str) -> HttpResponse:
    """Return the canned replies that fit what was typed, as they would be said here."""
    found = queries.find_canned(
        actor=seat_of(request).actor,
        conversation_id=number("conv", conversation),
        text=request.GET.get("q", "")[:40],
        now=timezone.now(),
    )
    return render(request, "desk/ready.html", {"found": found})


@require_POST
@members_only(WRITE)
def take_back(request: HttpRequest, held: str) -> HttpResponse:
    """Take resting words back, and hand them to the composer. 409 where they have left."""
    actor, held_id = seat_of(request).actor, number("held", held)
    row = next((row for row in queries.held(actor=actor) if row.id == held_id), None)
    if row is None or not replies.cancel(actor=actor, held_ids=[held_id], now=timezone.now()):
        raise Refused("held.gone", _("It has left already."), Reason.CONFLICT)
    return JsonResponse(_words(row))


@require_POST
@members_only(WRITE)
def run_macro(request: HttpRequest, conversation: str, macro: str) -> HttpResponse:
    """Take a macro's steps here. Refused where they cannot be taken."""
    [outcome] = replies.run_macro(
        actor=seat_of(request).actor,
        conversation_ids=[number("conv", conversation)],
        macro_id=number("mac", macro),
        client_id=request.POST.get("client_id") or None,
        now=timezone.now(),
    )
    if not outcome.done:
        raise Refused(outcome.code, outcome.detail, Reason.CONFLICT)
    return HttpResponse(status=DONE)


@require_POST
@members_only(WRITE)
def release(request: HttpRequest, held: str) -> HttpResponse:
    """Let resting words leave at once."""
    actor, ids = seat_of(request).actor, [number("held", held)]
    replies.release(actor=actor, held_ids=ids, now=timezone.now())
    return HttpResponse(status=DONE)


@require_POST
@members_only(WRITE)
def approve(request: HttpRequest, held: str) -> HttpResponse:
    """Send what a colleague offered for review."""
    actor, ids = seat_of(request).actor, [number("held", held)]
    if not replies.approve(actor=actor, held_ids=ids, now=timezone.now()):
        raise _not_yours()
    return HttpResponse(status=DONE)


@require_POST
@members_only(WRITE)
def give_back(request: HttpRequest, held: str) -> HttpResponse:
    """Return what a colleague offered for review, with a remark."""
    actor, ids = seat_of(request).actor, [number("held", held)]
    remark = request.POST.get("remark", "")
    if not replies.give_back(actor=actor, held_ids=ids, remark=remark, now=timezone.now()):
        raise _not_yours()
    return HttpResponse(status=DONE)


@require_POST
@members_only(WRITE)
def reschedule(request: HttpRequest, held: str) -> HttpResponse:
    """Let resting words leave at another time."""
    seat = seat_of(request)
    at = local_time(request.POST.get("at", ""), seat.time_zone)
    if at is None:
        raise Refused("snooze.time", _("This is not a time."))
    replies.reschedule(actor=seat.actor, held_ids=[number("held", held)], at=at, now=timezone.now())
    return HttpResponse(status=DONE)


@require_POST
@members_only(WRITE)
def undo_seconds(request: HttpRequest) -> HttpResponse:
    """Choose whether one's replies can be taken back for some seconds."""
    seconds = queries.UNDO_SECONDS if request.POST.get("on") else 0
    replies.set_undo(actor=seat_of(request).actor, seconds=seconds, now=timezone.now())
    return HttpResponse(status=DONE)


def _wanted(request: HttpRequest, conversation: str) -> dict[str, Any]:
    seen = request.POST.get("seen", "")
    conversation = request.POST.get("to") or conversation  # of those that were merged into it
    return {
        "actor": seat_of(request).actor,
        "conversation_ids": [number("conv", conversation)],
        "text": request.POST.get("text", ""),
        "file_ids": [number("file", one) for one in request.POST.getlist("file")],
        "client_id": request.POST.get("client_id") or None,
        "last_seen_message_id": number("msg", seen) if seen else None,
        "now": timezone.now(),
    }


def _choose_copies(request: HttpRequest, wanted: Mapping[str, Any]) -> None:
    if "copies" not in request.POST:
        return
    actions.choose_copies(
        actor=wanted["actor"], conversation_id=wanted["conversation_ids"][0],
        client_id=wanted["client_id"] or "", addresses=request.POST.getlist("copy"), now=wanted["now"],
    )  # fmt: skip


def _said(message_ids: Sequence[int]) -> HttpResponse:
    if not message_ids:
        raise _missing()
    return JsonResponse({"id": public_id("msg", message_ids[0])})


def _held(held_ids: Sequence[int]) -> HttpResponse:
    if not held_ids:
        raise _missing()
    return JsonResponse({"held": public_id("held", held_ids[0])})


def _missing() -> Refused:
    return Refused("conversation.missing", _("There is no such conversation."), Reason.MISSING)


def _not_yours() -> Refused:
    sentence = _("This is not, or no longer, yours to review.")
    return Refused("review.gone", sentence, Reason.CONFLICT)


def _words(row: HeldRow) -> Mapping[str, Any]:
    """Return what goes back into the composer."""
    return {
        "conversation": public_id("conv", row.conversation_id),
        "text": row.text,
        "files": [_file(file) for file in row.files],
    }


def _file(file: FileRow) -> Mapping[str, str]:
    return {"id": public_id("file", file.id), "name": file.name}
