"""The list of one view, built in or saved, as its plan wants it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from tongxin.center.accounts.queries import members
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.service.channels.queries import inboxes
from tongxin.service.conversations.queries import (
    BUILT_IN,
    ConversationRow,
    Picked,
    View,
    page_of,
    pages_of,
)
from tongxin.service.conversations.values import Status
from tongxin.service.queues.queries import queue_names
from tongxin.service.queues.values import EVERYONES
from tongxin.service.views.queries import Shelf, ViewRow, counts, number_in, picked_by, shelf
from tongxin.service.views.values import Filter, Group, Plan, Sort, Target, Whose

_OF_A_GROUP = 25
UNRESOLVED = (Status.NEW, Status.OPEN, Status.WAITING, Status.ON_HOLD)
PLANS = {
    View.WAITING: Plan(Filter(unanswered=True, snoozed=False), Sort.LONGEST),
    View.MINE: Plan(Filter(statuses=UNRESOLVED, whose=Whose.ME, snoozed=False)),
    View.UNASSIGNED: Plan(Filter(statuses=UNRESOLVED, whose=Whose.NOBODY, snoozed=False)),
    View.SNOOZED: Plan(Filter(snoozed=True)),
    View.ALL: Plan(),
}


@dataclass(frozen=True)
class Section:
    """A part of a list under a heading; without one where the list is not grouped."""

    key: str
    title: str
    rows: Sequence[ConversationRow]
    next_cursor: str | None


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


@dataclass(frozen=True)
class Asked:
    """Which part of a view a page asks for, and in which order, if not its own."""

    name: str
    cursor: str | None = None
    section: str = ""
    sort: str = ""


def list_pane(actor: Actor, asked: Asked, now: datetime) -> ListPane:
    """Return a view's first page with the counts, or the page after a cursor. Raises: ``view.missing``."""
    at_hand = shelf(actor=actor)
    saved = _saved(at_hand, asked.name)
    plan = saved.plan if saved else PLANS[View(asked.name)]
    if asked.sort in set(Sort):
        plan = replace(plan, sort=Sort(asked.sort))
    picked = picked_by(plan, now) if saved or asked.sort else BUILT_IN[View(asked.name)]
    sections = _sections(actor, plan, picked, asked)
    numbers = {} if asked.cursor else counts(actor=actor, shelf=at_hand, now=now)
    is_connected = bool(any(s.rows for s in sections) or inboxes(actor=actor))
    title = saved.name if saved else titles()[View(asked.name)]
    return ListPane(asked.name, title, plan, saved, sections, numbers, at_hand, is_connected)


def target_of(name: str) -> Target:
    """Return a view's name as the target of a job. Raises Refused: ``view.missing``."""
    number = number_in(name)
    if number is None and name not in set(View):
        raise _missing()
    return Target(view_id=number) if number is not None else Target(view=View(name))


def titles() -> dict[View, str]:
    """Return the names of the views that every agent has."""
    return {
        View.WAITING: _("Waiting longest"),
        View.MINE: _("Mine"),
        View.UNASSIGNED: _("Unassigned"),
        View.SNOOZED: _("Snoozed"),
        View.ALL: _("All"),
    }


def status_names() -> dict[Status, str]:
    return {
        Status.NEW: _("New"),
        Status.OPEN: _("Open"),
        Status.WAITING: _("Waiting for them"),
        Status.ON_HOLD: _("On hold"),
        Status.RESOLVED: _("Resolved"),
    }


def _saved(at_hand: Shelf, name: str) -> ViewRow | None:
    number = number_in(name)
    found = next((view for view in at_hand.views if view.id == number), None)
    if found is None and name not in set(View):
        raise _missing()
    return found


def _sections(actor: Actor, plan: Plan, picked: Picked, asked: Asked) -> list[Section]:
    groups = _groups(actor, plan)
    if not groups:
        page = page_of(actor=actor, picked=picked, cursor=asked.cursor)
        return [Section("", "", page.items, page.next_cursor)]
    if asked.section:
        groups = [group for group in groups if group[0] == asked.section]
    picks = [replace(picked, where=f"{picked.where} AND {where}") for _key, _name, where in groups]
    if asked.cursor and picks:
        pages = [page_of(actor=actor, picked=picks[0], cursor=asked.cursor, limit=_OF_A_GROUP)]
    else:
        pages = list(pages_of(actor=actor, picks=picks, limit=_OF_A_GROUP))
    return [
        Section(key, title, page.items, page.next_cursor)
        for (key, title, _where), page in zip(groups, pages, strict=True)
        if page.items
    ]


def _groups(actor: Actor, plan: Plan) -> list[tuple[str, str, str]]:
    """Return the groups of a plan: key, heading, and which conversations belong there."""
    if plan.group is Group.STATUS:
        names = status_names()
        return [(s.value, names[s], f"c.status = '{s.value}'") for s in Status]
    if plan.group is Group.ASSIGNEE:
        found = [
            (public_id("mem", m.id), m.name, f"c.assignee_id = {m.id:d}")
            for m in members(actor=actor, with_removed=True)
        ]
        return [("nobody", _("No owner"), "c.assignee_id IS NULL"), *found]
    if plan.group is Group.INBOX:
        return [
            (public_id("inb", i.id), i.name, f"c.inbox_id = {i.id:d}") for i in inboxes(actor=actor)
        ]
    if plan.group is Group.QUEUE:
        own = queue_names(workspace_id=actor.workspace_id)
        named = [(EVERYONES, _("Everyone")), *((queue.id, queue.name) for queue in own)]
        return [(public_id("que", pk), name, f"c.queue_id = {pk:d}") for pk, name in named]
    return []


def _missing() -> Refused:
    return Refused("view.missing", _("There is no such view."), Reason.MISSING)


def order_words(plan: Plan, name: str) -> str:
    """Say in which order a list stands."""
    if name == View.SNOOZED:
        return _("Next to wake first")
    return sort_names()[plan.sort]


def sort_names() -> dict[Sort, str]:
    return {
        Sort.NEWEST: _("Newest first"),
        Sort.OLDEST: _("Oldest first"),
        Sort.LONGEST: _("Longest wait first"),
        Sort.CREATED: _("Begun last first"),
        Sort.FIRST: _("Begun first first"),
    }
