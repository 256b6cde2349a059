"""Make one conversation of two, or two of one; and undo it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Refused
from tongxin.faces.desk.given import number
from tongxin.faces.desk.rows import name_or_code
from tongxin.faces.desk.sections import status_names
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.pages import render
from tongxin.service.conversations import actions, queries
from tongxin.service.conversations.queries import ConversationRow, MergePreview
from tongxin.service.conversations.values import Regroup

WRITE = "conversation.write"
DONE = 204
_MOST = 8


@require_http_methods(["GET", "POST"])
@members_only(WRITE)
def merge(request: HttpRequest, conversation: str) -> HttpResponse:
    """Show with which conversation it can be merged, and what that would mean; or merge them."""
    actor, pk = seat_of(request).actor, number("conv", conversation)
    if request.method == "POST":
        into = number("conv", request.POST.get("into", ""))
        others = [number("conv", one) for one in request.POST.getlist("also")]
        actions.merge(actor=actor, conversation_ids=[pk, *others], into_id=into, now=timezone.now())
        return _gone_to(into)
    into_id = request.GET.get("into", "")
    preview = _preview(actor, pk, number("conv", into_id)) if into_id else None
    context: dict[str, Any] = {
        "address": public_id("conv", pk), "preview": preview, "name_or_code": name_or_code,
        "status_names": status_names, "also": request.GET.getlist("also"),
    }  # fmt: skip
    if preview is None:
        queries.place_of(actor=actor, conversation_id=pk)  # else there is nothing here
        [own] = queries.by_ids(actor=actor, conversation_ids=[pk])
        context |= {"own": own, "found": _found(actor, own, request.GET.get("q", ""))}
    only_found = "q" in request.GET
    return render(request, "desk/merge_found.html" if only_found else "desk/merge.html", context)


@require_POST
@members_only(WRITE)
def split(request: HttpRequest, conversation: str) -> HttpResponse:
    """Let the messages that were picked go on in a conversation of their own."""
    own = actions.split(
        actor=seat_of(request).actor, conversation_id=number("conv", conversation),
        message_ids=[number("msg", one) for one in request.POST.getlist("message")],
        now=timezone.now(),
    )  # fmt: skip
    return _gone_to(own)


@require_POST
@members_only(WRITE)
def undo(request: HttpRequest, kind: str, regrouping: str) -> HttpResponse:
    """Undo a merge or a split."""
    verb = actions.unmerge if kind == Regroup.MERGE else actions.unsplit
    verb(actor=seat_of(request).actor, regrouping_id=number("rgp", regrouping), now=timezone.now())
    return HttpResponse(status=DONE)


@require_GET
@members_only(WRITE)
def regrouped(request: HttpRequest, conversation: str) -> HttpResponse:
    """Show what was merged into it or split off from it, and can be undone."""
    actor, pk = seat_of(request).actor, number("conv", conversation)
    queries.place_of(actor=actor, conversation_id=pk)  # else there is nothing here
    found = queries.regroupings(actor=actor, conversation_id=pk)
    return render(request, "desk/regrouped.html", {"found": found})


def _gone_to(conversation_id: int) -> JsonResponse:
    address = public_id("conv", conversation_id)
    return JsonResponse({"id": address, "place": reverse("desk:open", args=["all", address])})


def _preview(actor: Actor, pk: int, into_id: int) -> MergePreview | None:
    try:
        return queries.merge_preview(actor=actor, conversation_id=pk, into_id=into_id)
    except Refused as refused:
        if refused.code != "merge.self":
            raise
        return None


def _found(actor: Actor, own: ConversationRow, text: str) -> list[ConversationRow]:
    """Return what one may mean: by name or number; at first the person's other conversations."""
    text = text.strip()[:60]
    if text:
        found = queries.found_by_name(actor=actor, text=text)
    else:
        found = queries.of_person(actor=actor, person_id=own.person_id, limit=_MOST + 1).items
    return [row for row in found if row.id != own.id][:_MOST]
