"""Macros: several steps put together, changed, put away."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.center.accounts.queries import members
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.text import whole_number
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import attempt, form_key, made_before, make_once, number
from tongxin.faces.doors.pages import render
from tongxin.faces.studio.statuses import categories
from tongxin.service.conversations.queries import statuses
from tongxin.service.conversations.values import Status
from tongxin.service.queues.queries import queue_names
from tongxin.service.queues.values import EVERYONES
from tongxin.service.replies import actions, queries
from tongxin.service.replies.values import SHARE, Do, Step

NEEDS = "conversation.write"
_NOT, _MYSELF, _REPLY = "", "me", "reply"


@require_safe
@members_only(NEEDS)
def page(request: HttpRequest) -> HttpResponse:
    """List everybody's macros and one's own."""
    actor = seat_of(request).actor
    names = {c.id: c.name for c in queries.canned_replies(actor=actor, with_archived=True)}
    people = {m.id: m.name for m in members(actor=actor, with_removed=True)}
    rows = queries.macros(actor=actor)
    context = {"macros": rows, "names": names, "people": people, "statuses": _status_names(actor)}
    context["queues"] = _queue_names(actor)
    return render(request, "studio/macros.html", context)


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def new(request: HttpRequest) -> HttpResponse:
    """Put a macro together."""
    actor = seat_of(request).actor
    if request.method == "GET":
        return _form(request, {"shared": actor.may(SHARE), "steps": []})
    given = _given(request)

    def make() -> str:
        return str(actions.create_macro(actor=actor, **given, now=timezone.now()))

    try:
        made = make_once(request, make)
    except Refused as refused:
        return _form(request, given, error=refused, status=422)
    messages.success(request, _("Saved.") if made else made_before())
    return redirect("studio:macros")


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def one(request: HttpRequest, macro: str) -> HttpResponse:
    """Show a macro, or change it."""
    actor, macro_id = seat_of(request).actor, number("mac", macro)
    row = next((row for row in queries.macros(actor=actor) if row.id == macro_id), None)
    if row is None:
        raise Http404
    if request.method == "GET":
        return _form(request, vars(row), row=row)
    given = _given(request)
    try:
        actions.change_macro(actor=actor, macro_id=macro_id, **given, now=timezone.now())
    except Refused as refused:
        return _form(request, given, row=row, error=refused, status=422)
    messages.success(request, _("Saved."))
    return redirect("studio:macros")


@require_POST
@members_only(NEEDS)
def archive(request: HttpRequest, macro: str) -> HttpResponse:
    """Offer a macro no more."""
    actor, ids = seat_of(request).actor, [number("mac", macro)]
    attempt(
        request,
        lambda: actions.archive_macros(actor=actor, macro_ids=ids, now=timezone.now()),
        _("Saved."),
    )
    return redirect("studio:macros")


def _given(request: HttpRequest) -> dict[str, Any]:
    return {
        "name": request.POST.get("name", ""),
        "steps": _steps(request),
        "shared": "shared" in request.POST,
    }


def _steps(request: HttpRequest) -> list[Step]:
    """Return the steps that the form's fields make; what is left open is no step."""
    given = request.POST.get
    steps = [Step(do, tags=tags) for do in (Do.TAG, Do.UNTAG) if (tags := _tags(given(do, "")))]
    if canned := given("canned", _NOT):
        steps.append(Step(Do.REPLY, canned_id=number("can", canned)))
    if to := given("assign", _NOT):
        steps.append(Step(Do.ASSIGN, member_id=None if to == _MYSELF else number("mem", to)))
    if hours := given("snooze", _NOT):
        steps.append(Step(Do.SNOOZE, hours=None if hours == _REPLY else whole_number(hours) or 0))
    if to := given("status", _NOT):
        own = None if to in set(Status) else number("sts", to)
        steps.append(Step(Do.STATUS, status=None if own else Status(to), status_id=own))
    if "resolve" in request.POST:
        steps.append(Step(Do.RESOLVE))
    return steps + _moves(given("move", _NOT))


def _moves(queue: str) -> list[Step]:
    return [Step(Do.MOVE, queue_id=number("que", queue))] if queue else []


def _status_names(actor: Actor) -> dict[str, str]:
    """Return what a status is called, by what a form says of it; what is new cannot be made so."""
    usual = {category.value: name for category, name, _about in categories()[1:]}
    own = {public_id("sts", row.id): row.name for row in statuses(actor=actor)}
    return usual | own


def _queue_names(actor: Actor) -> dict[int, str]:
    """Return what the queues that one can choose are called; nothing where there is but everyone's."""
    own = {q.id: q.name for q in queue_names(workspace_id=actor.workspace_id) if q.is_open}
    return {EVERYONES: _("Everyone"), **own} if own else {}


def _tags(given: str) -> tuple[str, ...]:
    return tuple(tag.strip() for tag in given.replace("，", ",").split(",") if tag.strip())


def _form(
    request: HttpRequest, given: dict[str, Any], status: int = 200, **more: object
) -> HttpResponse:
    actor = seat_of(request).actor
    values = {
        "given": given, "has": {step.do.value: step for step in given["steps"]}, "row": None,
        "canned": queries.canned_replies(actor=actor), "people": members(actor=actor),
        "statuses": _status_names(actor), "queues": _queue_names(actor),
        "may_share": actor.may(SHARE), "form_key": form_key(), **more,
    }  # fmt: skip
    return render(request, "studio/macro.html", values, status)
