"""Queues: who is in them, what feeds them, how they go."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
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
from tongxin.faces.studio.endings import end_form, ending_in
from tongxin.service.channels.queries import inboxes
from tongxin.service.conversations.queries import endings
from tongxin.service.conversations.values import Ending
from tongxin.service.hours.queries import calendars
from tongxin.service.queues import actions, queries
from tongxin.service.queues.values import EVERYONES, Fallback, QueuePlan, QueueRow, Strategy

NEEDS = "team.write"
_LONGEST = 10_080
_EMPTY = {
    "name": "", "plan": QueuePlan(), "member_ids": [], "inbox_ids": [], "ending": Ending(),
}  # fmt: skip


@require_safe
@members_only(NEEDS)
def page(request: HttpRequest) -> HttpResponse:
    """List the queues."""
    actor = seat_of(request).actor
    found = queries.queues(actor=actor)
    values = {
        "queues": found, "told": told, "names": {queue.id: queue.name for queue in found},
        "people": {m.id: m.name for m in members(actor=actor)},
        "inboxes": {i.id: i.name for i in inboxes(actor=actor)},
        "calendars": {c.id: c for c in calendars(actor=actor, now=timezone.now())},
    }  # fmt: skip
    return render(request, "studio/queues.html", values)


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def new(request: HttpRequest) -> HttpResponse:
    """Make a queue."""
    actor = seat_of(request).actor
    if request.method == "GET":
        return _form(request, _EMPTY)
    given = _given(request.POST)

    def make() -> str:
        made = actions.create(
            actor=actor, name=given["name"], plan=given["plan"], member_ids=given["member_ids"],
            now=timezone.now(),
        )  # fmt: skip
        actions.set_ending(actor=actor, queue_id=made, ending=given["ending"], now=timezone.now())
        _feed(actor, made, given["inbox_ids"], [])
        return public_id("que", made)

    try:
        made = make_once(request, make)
    except Refused as refused:
        return _form(request, given, error=refused, status=422)
    messages.success(request, _("Saved.") if made else made_before())
    return redirect("studio:queues")


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def one(request: HttpRequest, queue: str) -> HttpResponse:
    """Show a queue, or change it."""
    actor = seat_of(request).actor
    row = queries.queue(actor=actor, queue_id=number("que", queue))
    if request.method == "GET":
        return _form(request, {**vars(row), "ending": _ending(actor, row.id)}, row=row)
    given = _given(request.POST)
    try:
        _change(actor, row, given)
    except Refused as refused:
        return _form(request, given, row=row, error=refused, status=422)
    messages.success(request, _("Saved."))
    return redirect("studio:queues")


@require_POST
@members_only(NEEDS)
def close(request: HttpRequest, queue: str) -> HttpResponse:
    """Close a queue."""
    actor, ids = seat_of(request).actor, [number("que", queue)]
    attempt(
        request,
        lambda: actions.close(actor=actor, queue_ids=ids, now=timezone.now()),
        _("The queue is closed; what was open there waits in everyone's."),
    )
    return redirect("studio:queues")


def strategies() -> list[tuple[Strategy, str]]:
    return [
        (Strategy.LEAST_BUSY, _("Whoever is least busy")),
        (Strategy.IN_TURN, _("Everybody in turn")),
    ]


def told(row: QueueRow, names: dict[int, str]) -> list[str]:
    """Say in a few words how a queue goes."""
    plan, said = row.plan, []
    if not row.is_everyones:
        said.append(dict(strategies())[plan.strategy])
    if plan.fallback is Fallback.QUEUE:
        other = names.get(plan.fallback_id or 0, "")
        said.append(
            _("after %(num)s min also %(queue)s") % {"num": plan.fallback_minutes, "queue": other}
        )
    if plan.fallback is Fallback.ANYONE:
        said.append(_("after %(num)s min anyone online") % {"num": plan.fallback_minutes})
    if plan.idle_minutes:
        said.append(_("back after %(num)s min without an answer") % {"num": plan.idle_minutes})
    return said


def _change(actor: Actor, row: QueueRow, given: dict[str, Any]) -> None:
    now = timezone.now()
    actions.change(actor=actor, queue_id=row.id, name=given["name"], plan=given["plan"], now=now)
    actions.set_ending(actor=actor, queue_id=row.id, ending=given["ending"], now=now)
    if not row.is_everyones:
        members_ = given["member_ids"]
        actions.set_members(actor=actor, queue_id=row.id, member_ids=members_, now=now)
        _feed(actor, row.id, given["inbox_ids"], row.inbox_ids)


def _feed(actor: Actor, queue_id: int, wanted: list[int], fed: Any) -> None:  # noqa: ANN401
    """Let these inboxes feed a queue; those that did and are not named feed everyone's."""
    if set(wanted) == set(fed):
        return
    now = timezone.now()
    gone = [pk for pk in fed if pk not in wanted]
    actions.feed(actor=actor, inbox_ids=gone, queue_id=EVERYONES, now=now)
    actions.feed(actor=actor, inbox_ids=wanted, queue_id=queue_id, now=now)


def _given(form: QueryDict) -> dict[str, Any]:
    return {
        "name": form.get("name", ""), "plan": _plan(form),
        "member_ids": [number("mem", one) for one in form.getlist("members")],
        "inbox_ids": [number("inb", one) for one in form.getlist("inboxes")],
        "ending": ending_in(form),
    }  # fmt: skip


def _plan(form: QueryDict) -> QueuePlan:
    """Return how the queue is to go; what cannot be understood is as usual."""
    strategy, fallback = form.get("strategy", ""), form.get("fallback", "")
    kind = Fallback(fallback) if fallback in set(Fallback) else Fallback.STAY
    to, hours = form.get("fallback_id", ""), form.get("calendar", "")
    idle = _minutes(form.get("idle_minutes", ""))
    return QueuePlan(
        strategy=Strategy(strategy) if strategy in set(Strategy) else Strategy.LEAST_BUSY,
        fallback=kind,
        fallback_id=number("que", to) if kind is Fallback.QUEUE and to else None,
        fallback_minutes=_minutes(form.get("fallback_minutes", "")),
        idle_minutes=idle or None,
        returns_absent="returns_absent" in form,
        calendar_id=number("cal", hours) if hours else None,
    )


def _ending(actor: Actor, queue_id: int) -> Ending:
    said = {row.queue_id: row.ending for row in endings(actor=actor)}
    return said.get(queue_id, Ending())


def _minutes(text: str) -> int:
    return min(whole_number(text) or 0, _LONGEST)


def _form(
    request: HttpRequest, given: dict[str, Any], status: int = 200, **more: object
) -> HttpResponse:
    actor = seat_of(request).actor
    values = {
        "given": given, "row": None, "people": members(actor=actor), "inboxes": inboxes(actor=actor),
        "calendars": calendars(actor=actor, now=timezone.now()), "strategies": strategies(),
        "others": [q for q in queries.queues(actor=actor) if not q.is_everyones],
        "form_key": form_key(), "end": end_form(actor, given["ending"], of_queue=True), **more,
    }  # fmt: skip
    return render(request, "studio/queue.html", values, status)
