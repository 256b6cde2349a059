"""Canned replies: written, tried on a real conversation, put away."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Refused
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import attempt, form_key, made_before, make_once, number
from tongxin.faces.doors.pages import render
from tongxin.faces.studio.workspace import NAMES
from tongxin.service.conversations.queries import conversations
from tongxin.service.conversations.values import VARIABLES
from tongxin.service.replies import actions, queries
from tongxin.service.replies.values import SHARE

NEEDS = "conversation.write"
_TRIED_ON = 10


@require_safe
@members_only(NEEDS)
def page(request: HttpRequest) -> HttpResponse:
    """List everybody's canned replies and one's own, used most first."""
    rows = queries.canned_replies(actor=seat_of(request).actor, with_archived=True)
    by_use = sorted(rows, key=lambda row: (row.archived_at is not None, -row.uses, row.shortcut))
    return render(request, "studio/replies.html", {"replies": by_use})


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def new(request: HttpRequest) -> HttpResponse:
    """Write a canned reply."""
    if request.method == "GET":
        return _form(request, {"shared": seat_of(request).actor.may(SHARE)})
    actor, given = seat_of(request).actor, _given(request)

    def make() -> str:
        return str(actions.create_canned(actor=actor, **given, now=timezone.now()))

    try:
        made = make_once(request, make)
    except Refused as refused:
        return _form(request, given, error=refused, status=422)
    messages.success(request, _("Saved.") if made else made_before())
    return redirect("studio:replies")


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def one(request: HttpRequest, canned: str) -> HttpResponse:
    """Show a canned reply, or change it."""
    actor = seat_of(request).actor
    row = queries.canned(actor=actor, canned_id=number("can", canned))
    if request.method == "GET":
        return _form(request, vars(row), row=row)
    given = _given(request)
    try:
        actions.change_canned(actor=actor, canned_id=row.id, **given, now=timezone.now())
    except Refused as refused:
        return _form(request, given, row=row, error=refused, status=422)
    messages.success(request, _("Saved."))
    return redirect("studio:replies")


@require_POST
@members_only(NEEDS)
def turn(request: HttpRequest, canned: str, verb: str) -> HttpResponse:
    """Put a canned reply away, or offer it again."""
    does = {"archive": actions.archive_canned, "restore": actions.restore_canned}[verb]
    actor, ids = seat_of(request).actor, [number("can", canned)]
    attempt(request, lambda: does(actor=actor, canned_ids=ids, now=timezone.now()), _("Saved."))
    return redirect("studio:replies")


@require_POST
@members_only("conversation.read")
def preview(request: HttpRequest) -> HttpResponse:
    """Return how the words of the form would be said in a conversation."""
    actor = seat_of(request).actor
    said = [
        queries.preview_canned(
            actor=actor, conversation_id=number("conv", request.POST.get("conversation", "")),
            text=text, now=timezone.now(),
        )
        for text in _bodies(request).values()
        if text.strip()
    ]  # fmt: skip
    return render(request, "studio/reply_preview.html", {"said": said})


def _given(request: HttpRequest) -> dict[str, Any]:
    return {
        "name": request.POST.get("name", ""),
        "shortcut": request.POST.get("shortcut", ""),
        "bodies": _bodies(request),
        "shared": "shared" in request.POST,
    }


def _bodies(request: HttpRequest) -> dict[str, str]:
    return {code: request.POST.get(f"body-{code}", "") for code in NAMES}


def _form(
    request: HttpRequest, given: dict[str, Any], status: int = 200, **more: object
) -> HttpResponse:
    actor = seat_of(request).actor
    values = {
        "given": given, "row": None, "languages": NAMES.items(), "variables": VARIABLES,
        "may_share": actor.may(SHARE), "form_key": form_key(), "tried_on": _tried_on(actor), **more,
    }  # fmt: skip
    return render(request, "studio/reply.html", values, status)


def _tried_on(actor: Actor) -> list[tuple[str, str]]:
    """Return real conversations to try words on."""
    latest = conversations(actor=actor, limit=_TRIED_ON).items
    return [
        (
            public_id("conv", row.id),
            f"#{row.number} {row.person_name or '…'} · {row.last_text[:30]}",
        )
        for row in latest
    ]
