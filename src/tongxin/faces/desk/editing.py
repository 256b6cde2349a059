"""Save a list as a view: the form, and what it means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from pydantic import TypeAdapter

from tongxin.center.accounts.queries import MemberRow, Seat, members
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Refused
from tongxin.faces.desk.given import number
from tongxin.faces.desk.lists import PLANS, sort_names
from tongxin.faces.desk.queueing import Offered, offered
from tongxin.faces.desk.sections import status_names
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.pages import render
from tongxin.service.channels.queries import inboxes
from tongxin.service.conversations.queries import StatusRow, TopicRow, View, statuses, tags, topics
from tongxin.service.views import actions
from tongxin.service.views.actions import SHARE
from tongxin.service.views.queries import ViewRow, number_in, saved_view
from tongxin.service.views.values import Column, Density, Group, Layout, Plan

WRITE = "view.write"
_PLAN = TypeAdapter(Plan)
_TIMES = ("created_from", "created_to", "last_from", "last_to")
_NUMBERS = ("waiting_minutes", "created_days", "last_days", "quiet_days")
_YES_OR_NO = ("unanswered", "wants_human", "snoozed")
_FLAGS = {"yes": True, "no": False}


@dataclass(frozen=True)
class Editor:
    """What the form offers, and what is chosen."""

    view: ViewRow | None
    plan: Plan
    team: Sequence[MemberRow]
    inboxes: Sequence[Any]
    tags: Sequence[str]
    own_statuses: Sequence[StatusRow]
    topics: Sequence[TopicRow]
    queues: Offered
    may_share: bool
    may_change: bool


@require_GET
@members_only(WRITE)
def form(request: HttpRequest) -> HttpResponse:
    """Return the form: a saved view to change, or a list to save."""
    actor, name = seat_of(request).actor, request.GET.get("view", "")
    number = number_in(name)
    view = saved_view(actor=actor, view_id=number) if number is not None else None
    plan = view.plan if view else PLANS.get(View(name) if name in set(View) else View.ALL, Plan())
    may_share = actor.may(SHARE)
    editor = Editor(
        view, plan, members(actor=actor), inboxes(actor=actor), tags(actor=actor),
        statuses(actor=actor, with_disabled=True), topics(actor=actor, with_disabled=True),
        offered(actor), may_share,
        view is not None and (may_share or not view.is_shared),
    )  # fmt: skip
    words = {
        "statuses": status_names(), "sorts": sort_names(), "groups": group_names(),
        "layouts": layout_names(), "columns": column_names(),
    }  # fmt: skip
    return render(request, "desk/editor.html", {"editor": editor, **words})


@require_POST
@members_only(WRITE)
def save(request: HttpRequest) -> HttpResponse:
    """Make a view, or change one; answers with its address."""
    seat, given, now = seat_of(request), request.POST, timezone.now()
    plan, name, is_shared = _plan(given, seat), given.get("name", ""), "is_shared" in given
    if given.get("view"):
        view_id = number("view", given["view"])
        actions.change(
            actor=seat.actor, view_id=view_id, name=name, plan=plan, is_shared=is_shared, now=now
        )
    else:
        view_id = actions.create(
            actor=seat.actor, name=name, plan=plan, is_shared=is_shared, now=now
        )
    actions.pin(actor=seat.actor, view_ids=[view_id], is_pinned="is_pinned" in given)
    if "is_start" in given:
        actions.arrange(actor=seat.actor, start=public_id("view", view_id))
    return JsonResponse({"id": public_id("view", view_id)})


@require_POST
@members_only(WRITE)
def remove(request: HttpRequest, view: str) -> HttpResponse:
    """Throw a view away."""
    ids = [number("view", view)]
    actions.remove(actor=seat_of(request).actor, view_ids=ids, now=timezone.now())
    return HttpResponse(status=204)


@require_POST
@members_only(WRITE)
def looks(request: HttpRequest) -> HttpResponse:
    """Remember how close a member's rows are, and how many panes their desk has."""
    density, panes = request.POST.get("density"), request.POST.get("panes")
    actions.arrange(
        actor=seat_of(request).actor,
        density=Density(density) if density in set(Density) else None,
        panes=2 if panes == "2" else 3 if panes else None,
    )
    return HttpResponse(status=204)


def group_names() -> dict[Group, str]:
    return {
        Group.NONE: _("No groups"),
        Group.STATUS: _("By status"),
        Group.ASSIGNEE: _("By owner"),
        Group.INBOX: _("By inbox"),
        Group.QUEUE: _("By queue"),
    }


def layout_names() -> dict[Layout, str]:
    return {Layout.LIST: _("List"), Layout.TABLE: _("Table"), Layout.BOARD: _("Board")}


def column_names() -> dict[Column, str]:
    return {
        Column.NUMBER: _("Number"), Column.PERSON: _("Person"), Column.LAST: _("Last message"),
        Column.SUBJECT: _("Subject"), Column.STATUS: _("Conversation status"), Column.ASSIGNEE: _("Responsible"),
        Column.INBOX: _("Inbox"), Column.TAGS: _("Tags"), Column.WAITING: _("Waiting"),
        Column.UNANSWERED: _("Unanswered"), Column.ACTIVE: _("Last active"),
        Column.CREATED: _("Begun"),
    }  # fmt: skip


def _plan(given: QueryDict, seat: Seat) -> Plan:
    """Return the plan that a form describes. Raises Refused: ``view.filter``."""
    chosen: dict[str, object] = {
        name: given[name] for name in ("sort", "group", "layout") if given.get(name)
    }
    if given.getlist("columns"):
        chosen["columns"] = given.getlist("columns")
    try:
        return _PLAN.validate_python({"filter": _filter(given, seat), **chosen})
    except ValueError:
        raise Refused("view.filter", _("This filter cannot be understood.")) from None


def _filter(given: QueryDict, seat: Seat) -> dict[str, Any]:
    lists = {
        name: given.getlist(name)
        for name in ("statuses", "status_ids", "topic_ids", "member_ids", "inbox_ids", "queue_ids")
    }
    words = {name: _tags(given.get(name, "")) for name in ("tags_any", "tags_all", "tags_none")}
    times = {name: _day(given.get(name, ""), seat.time_zone) for name in _TIMES}
    numbers = {name: given.get(name) or None for name in _NUMBERS}
    flags = {name: _FLAGS.get(given.get(name, "")) for name in _YES_OR_NO}
    return {
        **lists, **words, **times, **numbers, **flags, "whose": given.get("whose") or "any",
        "subject": given.get("subject", ""),
    }  # fmt: skip


def _tags(given: str) -> list[str]:
    return [tag.strip() for tag in given.replace("，", ",").split(",") if tag.strip()]


def _day(given: str, time_zone: str) -> datetime | None:
    """Return the midnight with which a day begins where the workspace is."""
    return datetime.fromisoformat(given).replace(tzinfo=ZoneInfo(time_zone)) if given else None
