"""Handing a conversation over: whom to, why, and what they need to know."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from tongxin.center.kit.ids import public_id
from tongxin.faces.desk.given import number
from tongxin.faces.desk.queueing import offered
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.pages import render
from tongxin.service.conversations.actions.locking import missing
from tongxin.service.conversations.queries import by_ids
from tongxin.service.conversations.values import Owner
from tongxin.service.team.actions import hand_over
from tongxin.service.team.queries import presences


@require_http_methods(["GET", "POST"])
@members_only("conversation.assign")
def hand(request: HttpRequest, conversation: str) -> HttpResponse:
    """Ask whom to and why; or hand it over."""
    actor, pk = seat_of(request).actor, number("conv", conversation)
    if request.method == "POST":
        return _passed_on(request, pk)
    found = by_ids(actor=actor, conversation_ids=[pk])
    if not found:
        raise missing()
    context = {
        "address": public_id("conv", found[0].id), "row": found[0], "team": presences(actor=actor),
        "queues": offered(actor),
    }  # fmt: skip
    return render(request, "desk/hand.html", context)


def _passed_on(request: HttpRequest, pk: int) -> HttpResponse:
    given = request.POST
    kind, _colon, to = given.get("to", "").partition(":")
    fence = given.get("fence", "")
    hand_over(
        actor=seat_of(request).actor, conversation_ids=[pk],
        to=Owner.AGENT if kind == "member" else Owner.QUEUE,
        member_id=number("mem", to) if kind == "member" else None,
        queue_id=number("que", to) if to and kind != "member" else None,
        reason=given.get("reason", ""), summary=given.get("summary", ""),
        tried=given.get("tried", "").splitlines(), fence=int(fence) if fence.isdecimal() else None,
        now=timezone.now(),
    )  # fmt: skip
    return HttpResponse(status=204)
