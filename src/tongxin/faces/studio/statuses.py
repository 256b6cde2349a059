"""Statuses in the workspace's own words."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.text import whole_number
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import attempt, form_key, made_before, make_once, number
from tongxin.faces.doors.pages import render
from tongxin.service.conversations import actions, queries
from tongxin.service.conversations.values import Status, Tint

NEEDS = "workspace.write"
CHIPS = {"plain": "", "jade": "well", "amber": "soon", "cinnabar": "late"}


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def page(request: HttpRequest) -> HttpResponse:
    """List the statuses of each category; add one more."""
    return _create(request) if request.method == "POST" else _shown(request)


@require_POST
@members_only(NEEDS)
def change(request: HttpRequest, status: str) -> HttpResponse:
    """Set a status's words and color, and whether it is offered."""
    actor, status_id, given = seat_of(request).actor, number("sts", status), request.POST
    attempt(
        request,
        lambda: actions.change_status(
            actor=actor, status_id=status_id, name=given.get("name", ""),
            shown=given.get("shown", ""), tint=_tint(given.get("tint", "")),
            is_default="is_default" in given, is_enabled="is_enabled" in given, now=timezone.now(),
        ),
        _("Saved."),
    )  # fmt: skip
    return redirect(reverse("studio:statuses") + f"#{status}")


@require_POST
@members_only(NEEDS)
def move(request: HttpRequest, status: str) -> HttpResponse:
    """Put a status elsewhere in its category."""
    actor, status_id = seat_of(request).actor, number("sts", status)
    place = whole_number(request.POST.get("place", "")) or 1
    attempt(
        request,
        lambda: actions.move_status(
            actor=actor, status_id=status_id, place=place, now=timezone.now()
        ),
        _("Saved."),
    )
    return redirect(reverse("studio:statuses") + f"#{status}")


def categories() -> list[tuple[Status, str, str]]:
    """Return the fixed categories, what each is called, and what it means."""
    return [
        (Status.NEW, _("New"), _("Nobody has answered yet.")),
        (Status.OPEN, _("Open"), _("It is our turn.")),
        (Status.WAITING, _("Waiting for them"), _("It is the person's turn.")),
        (Status.ON_HOLD, _("On hold"), _("Somebody else's turn: a courier, a workshop. The waiting clock rests.")),
        (Status.RESOLVED, _("Resolved"), _("It is settled.")),
    ]  # fmt: skip


def tints() -> list[tuple[Tint, str]]:
    return [
        (Tint.PLAIN, _("Plain")),
        (Tint.JADE, _("Jade")),
        (Tint.AMBER, _("Amber")),
        (Tint.CINNABAR, _("Cinnabar")),
    ]


def _tint(given: str) -> Tint:
    return Tint(given) if given in set(Tint) else Tint.PLAIN


def _create(request: HttpRequest) -> HttpResponse:
    actor, given = seat_of(request).actor, request.POST.dict()
    if given.get("category") not in set(Status):
        return redirect("studio:statuses")

    def make() -> str:
        made = actions.create_status(
            actor=actor, category=Status(given["category"]), name=given.get("name", ""),
            shown=given.get("shown", ""), tint=_tint(given.get("tint", "")), now=timezone.now(),
        )  # fmt: skip
        return public_id("sts", made)

    try:
        made = make_once(request, make)
    except Refused as refused:
        return _shown(request, 422, given=given, error=refused)
    if made is None:
        messages.info(request, made_before())
        return redirect("studio:statuses")
    messages.success(request, _("The status is there."))
    return redirect(reverse("studio:statuses") + f"#{made}")


def _shown(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    found = queries.statuses(actor=seat_of(request).actor, with_disabled=True)
    values = {
        "groups": [
            (category, name, about, [row for row in found if row.category is category])
            for category, name, about in categories()
        ],
        "tints": tints(), "chips": CHIPS, "form_key": form_key(), **more,
    }  # fmt: skip
    return render(request, "studio/statuses.html", values, status)
