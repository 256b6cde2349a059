"""Which views a member has at hand, and what is in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import JobId, ViewId, internal_id
from tongxin.center.kit.paging import Limit
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.service.conversations.queries import (
    BUILT_IN,
    COUNTED,
    ConversationPage,
    Picked,
    View,
    counting,
    page_of,
    tallies,
    values_of,
)
from tongxin.service.views.models import SavedView
from tongxin.service.views.rules import condition, order_of
from tongxin.service.views.values import Density, Plan

_PLAN = TypeAdapter(Plan)
# One row even where there is no view: how the desk is set up is asked together with what is on it, and how many
# conversations those views have that everybody has.
_SHELF = """
SELECT ARRAY[{counts}]::bigint[],
    ARRAY(SELECT j.id FROM views_job j WHERE j.workspace_id = %(workspace)s AND j.begun_by = %(label)s
          AND j.state = 'running' ORDER BY j.id),
    b.start, b.pinned_ids, b.density, b.panes, v.id, v.name, v.plan, v.owner_id
FROM (VALUES (1)) one
LEFT JOIN views_bench b ON b.member_id = %(member)s
LEFT JOIN views_savedview v ON v.workspace_id = %(workspace)s
      AND (v.owner_id IS NULL OR v.owner_id = %(member)s)
ORDER BY array_position(b.pinned_ids, v.id), v.name, v.id
"""


@dataclass(frozen=True)
class ViewRow:
    """A saved view: shared with everybody here or one's own, pinned by oneself or not."""

    id: ViewId
    name: str
    plan: Plan
    is_shared: bool
    is_pinned: bool


@dataclass(frozen=True)
class Shelf:
    """A member's views, pinned ones first, how they have set up their desk, and their jobs under way.

    ``counts``: how many conversations each view has that everybody has, up to 100; empty unless they are asked for.
    """

    views: Sequence[ViewRow]
    running: Sequence[JobId] = ()
    start: str = View.WAITING.value
    density: Density = Density.COMFORTABLE
    panes: int = 3
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def pinned(self) -> Sequence[ViewRow]:
        return [view for view in self.views if view.is_pinned]


@query("view.list", needs="conversation.read")
def saved_views(*, actor: Actor) -> Sequence[ViewRow]:
    """Return one's own and the shared views: those one has pinned first, then by name."""
    return shelf(actor=actor).views


@query("view.rows", needs="conversation.read")
def view_rows(
    *, actor: Actor, view_id: ViewId, cursor: str | None = None, limit: Limit = 50, now: datetime
) -> ConversationPage:
    """Return one page of what a saved view shows. Raises Refused: ``view.missing``, ``cursor.invalid``."""
    picked = picked_by(saved_view(actor=actor, view_id=view_id).plan, now)
    return page_of(actor=actor, picked=picked, cursor=cursor, limit=limit)


def shelf(*, actor: Actor, counted: bool = False) -> Shelf:
    """Return what a member has at hand, in one statement."""
    asked = COUNTED if counted else ()
    statement = _SHELF.format(counts=counting(actor, [BUILT_IN[view] for view in asked]))
    found = rows(statement, values_of(actor, label=actor.label))
    numbers, running, start, pinned, density, panes, *_view = found[0]
    counts = {view.value: count for view, count in zip(asked, numbers, strict=True)}
    views = [_row(row[6:], pinned or ()) for row in found if row[6] is not None]
    if density is None:
        return Shelf(views, running, counts=counts)
    return Shelf(
        views, running, start or View.WAITING.value, Density(density), panes, counts=counts
    )


def saved_view(*, actor: Actor, view_id: int) -> ViewRow:
    """Return one view. Raises Refused: ``view.missing``."""
    found = visible(actor).filter(pk=view_id).values_list("pk", "name", "plan", "owner_id")
    if not found:
        raise Refused("view.missing", _("There is no such view."), Reason.MISSING)
    return _row(found[0], ())


def visible(actor: Actor) -> "QuerySet[SavedView]":
    """Return the views that one may see: one's own, and those of everybody here."""
    own = Q(owner_id=actor.id) if actor.kind == "member" else Q(pk=None)
    return SavedView.objects.filter(own | Q(owner=None), workspace_id=actor.workspace_id)


def picked_by(plan: Plan, now: datetime, name: str = "f") -> Picked:
    """Return what a plan picks; several in one statement have different names."""
    where, values = condition(plan.filter, name, now)
    return Picked(where, order_of(plan), values)


def counts(*, actor: Actor, shelf: Shelf, now: datetime) -> Mapping[str, int]:
    """Return how many conversations each view at hand has, up to 100; by its name or id.

    The shelf was asked for with its counts: only pinned views are counted here.
    """
    picks = {str(one.id): picked_by(one.plan, now, f"v{one.id}") for one in shelf.pinned}
    found = tallies(actor=actor, picks=list(picks.values()))
    return {**shelf.counts, **dict(zip(picks, found, strict=True))}


def number_in(name: str) -> int | None:
    """Return the view's number where a name is that of a saved view."""
    try:
        return internal_id("view", name)
    except ValueError:
        return None


def _row(found: Sequence[Any], pinned: Sequence[int]) -> ViewRow:
    pk, name, plan, owner_id = found
    return ViewRow(pk, name, _PLAN.validate_python(plan), owner_id is None, pk in pinned)
