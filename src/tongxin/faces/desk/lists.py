"""The list of one view, built in or saved, as its plan wants it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.faces.desk.sections import Asked, Section, sections
from tongxin.faces.doors.pages import kept
from tongxin.service.channels.queries import inboxes
from tongxin.service.conversations.queries import (
    BUILT_IN,
    ConversationRow,
    View,
)
from tongxin.service.conversations.values import Status
from tongxin.service.views.queries import Shelf, ViewRow, counts, number_in, picked_by, shelf
from tongxin.service.views.values import Filter, Plan, Sort, Target, Whose

_ICONS = {
    View.WAITING: "hourglass", View.MINE: "user", View.UNASSIGNED: "inbox", View.SNOOZED: "clock",
    View.ALL: "list",
}  # fmt: skip
UNRESOLVED = (Status.NEW, Status.OPEN, Status.WAITING, Status.ON_HOLD)
PLANS = {
    View.WAITING: Plan(Filter(unanswered=True, snoozed=False), Sort.LONGEST),
    View.MINE: Plan(Filter(statuses=UNRESOLVED, whose=Whose.ME, snoozed=False)),
    View.UNASSIGNED: Plan(Filter(statuses=UNRESOLVED, whose=Whose.NOBODY, snoozed=False)),
    View.SNOOZED: Plan(Filter(snoozed=True)),
    View.ALL: Plan(),
}


@dataclass(frozen=True)
class ListPane:
    """The list of one view, what else is at hand, and how many wait in each."""

    name: str
    title: str
    plan: Plan
    saved: ViewRow | None
    sections: Sequence[Section]
    counts: Mapping[str, int]
    shelf: Shelf
    is_connected: bool  # by any channel: else nothing can ever appear

    @property
    def rows(self) -> Sequence[ConversationRow]:
        return [row for section in self.sections for row in section.rows]


def list_pane(actor: Actor, asked: Asked, now: datetime) -> ListPane:
    """Return a view's first page with the counts, or the page after a cursor. Raises: ``view.missing``."""
    at_hand = shelf(actor=actor, counted=not asked.cursor)
    saved = _saved(at_hand, asked.name)
    plan = saved.plan if saved else PLANS[View(asked.name)]
    if asked.sort in set(Sort):
        plan = replace(plan, sort=Sort(asked.sort))
    picked = picked_by(plan, now) if saved or asked.sort else BUILT_IN[View(asked.name)]
    found = sections(actor, plan, picked, asked)
    numbers = {} if asked.cursor else counts(actor=actor, shelf=at_hand, now=now)
    is_connected = bool(any(s.rows for s in found) or inboxes(actor=actor))
    title = saved.name if saved else titles()[View(asked.name)]
    return ListPane(asked.name, title, plan, saved, found, numbers, at_hand, is_connected)


def target_of(name: str) -> Target:
    """Return a view's name as the target of a job. Raises Refused: ``view.missing``."""
    number = number_in(name)
    if number is None and name not in set(View):
        raise _missing()
    return Target(view_id=number) if number is not None else Target(view=View(name))


def counted(pane: ListPane, found: object) -> Markup:
    """Return the views with their numbers; where something was found, none of them is the current one."""
    names, numbers, current = titles(), pane.counts, pane.name
    built_in = tuple(
        (view.value, names[view], symbol, numbers.get(view.value, 0))
        for view, symbol in _ICONS.items()
    )
    saved = tuple(
        (public_id("view", one.id), one.name, _icon_of(one), numbers.get(str(one.id), 0))
        for one in pane.shelf.views
    )
    if pane.saved:
        current = public_id("view", pane.saved.id)
    return kept(
        "desk/counts.html", current="" if found else current, built_in=built_in, saved=saved
    )


def list_head(pane: ListPane, actor: Actor) -> Markup:
    """Return what stands above a list: its name, how many are in it, in which order, what to do with it."""
    return kept(
        "desk/list_head.html", name=pane.name, title=pane.title,
        counted=pane.counts.get(str(pane.saved.id) if pane.saved else pane.name),
        order=_order_words(pane.plan, pane.name), is_saved=pane.saved is not None,
        may_export=actor.may("conversation.export"), may_save=actor.may("view.write"),
    )  # fmt: skip


def titles() -> dict[View, str]:
    """Return the names of the views that every agent has."""
    return _titles(get_language() or "")


@cache
def _titles(_language: str) -> dict[View, str]:
    return {
        View.WAITING: _("Waiting longest"),
        View.MINE: _("Mine"),
        View.UNASSIGNED: _("Unassigned"),
        View.SNOOZED: _("Snoozed"),
        View.ALL: _("All"),
    }


def _saved(at_hand: Shelf, name: str) -> ViewRow | None:
    number = number_in(name)
    found = next((view for view in at_hand.views if view.id == number), None)
    if found is None and name not in set(View):
        raise _missing()
    return found


def _missing() -> Refused:
    return Refused("view.missing", _("There is no such view."), Reason.MISSING)


def _icon_of(view: ViewRow) -> str:
    return "star" if view.is_pinned else "users" if view.is_shared else "filter"


def _order_words(plan: Plan, name: str) -> str:
    """Say in which order a list stands."""
    if name == View.SNOOZED:
        return _("Next to wake first")
    return sort_names()[plan.sort]


def sort_names() -> dict[Sort, str]:
    return _sort_names(get_language() or "")


@cache
def _sort_names(_language: str) -> dict[Sort, str]:
    return {
        Sort.NEWEST: _("Newest first"),
        Sort.OLDEST: _("Oldest first"),
        Sort.LONGEST: _("Longest wait first"),
        Sort.CREATED: _("Begun last first"),
        Sort.FIRST: _("Begun first first"),
    }
