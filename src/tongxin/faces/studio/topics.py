"""What conversations are about: a tree of topics."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Refused
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import attempt, form_key, made_before, make_once, number
from tongxin.faces.doors.pages import render
from tongxin.service.conversations import actions, queries

NEEDS = "workspace.write"
_LEVELS = 3


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def page(request: HttpRequest) -> HttpResponse:
    """Show the tree; add a topic."""
    return _create(request) if request.method == "POST" else _shown(request)


@require_POST
@members_only(NEEDS)
def change(request: HttpRequest, topic: str) -> HttpResponse:
    """Rename a topic, offer it or no longer."""
    actor, topic_id, given = seat_of(request).actor, number("top", topic), request.POST
    name, is_enabled = given.get("name", ""), "is_enabled" in given
    attempt(
        request,
        lambda: actions.change_topic(
            actor=actor, topic_id=topic_id, name=name, is_enabled=is_enabled, now=timezone.now()
        ),
        _("Saved."),
    )
    return redirect("studio:topics")


def _create(request: HttpRequest) -> HttpResponse:
    actor, given = seat_of(request).actor, request.POST.dict()
    parent_id = number("top", given["parent"]) if given.get("parent") else None

    def make() -> str:
        made = actions.create_topic(
            actor=actor, name=given.get("name", ""), parent_id=parent_id, now=timezone.now()
        )
        return public_id("top", made)

    try:
        made = make_once(request, make)
    except Refused as refused:
        return _shown(request, 422, given=given, error=refused)
    messages.success(request, _("The topic is there.") if made else made_before())
    return redirect("studio:topics")


def _shown(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    found = queries.topics(actor=seat_of(request).actor, with_disabled=True)
    parents = [row for row in found if len(row.path) < _LEVELS]
    values = {"topics": found, "parents": parents, "form_key": form_key(), **more}
    return render(request, "studio/topics.html", values, status)
