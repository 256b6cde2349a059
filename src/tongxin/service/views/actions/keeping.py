"""Make views, change them, throw them away; pin them and choose where one's desk opens."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ViewId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action, check, check_member
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.conversations.queries import View
from tongxin.service.views.events import ViewChanged, ViewCreated, ViewRemoved
from tongxin.service.views.models import Bench, SavedView
from tongxin.service.views.queries.shelf import number_in, visible
from tongxin.service.views.rules import name_of, tidied
from tongxin.service.views.values import Density, Plan

SHARE = "view.share"
_MOST, _MOST_PINNED = 200, 20
_PLAN = TypeAdapter(Plan)


@action("view.create", needs="view.write")
def create(
    *, actor: Actor, name: str, plan: Plan, is_shared: bool = False, now: datetime
) -> ViewId:
    """Save a view: for oneself, or (with ``view.share``) for everybody here.

    Raises Refused: ``view.name`` (1 to 60 characters), ``view.too_many`` (200), ``actor.member`` for a
    machine that would keep one for itself.
    """
    owner_id = _owner(actor, is_shared)
    theirs = SavedView.objects.filter(workspace_id=actor.workspace_id, owner_id=owner_id)
    if theirs.count() >= _MOST:
        raise Refused("view.too_many", _("There are 200 views already."), Reason.LIMITED)
    view = SavedView.objects.create(
        workspace_id=actor.workspace_id, owner_id=owner_id, maker=actor.label, name=_checked(name),
        plan=_written(plan), created_at=now,
    )  # fmt: skip
    told = about(actor.workspace_id, actor.label, "view", view.pk, now)
    record([ViewCreated(**told, view_id=view.pk, name=view.name, is_shared=is_shared)])
    return view.pk


@action("view.change", needs="view.write")
def change(
    *, actor: Actor, view_id: ViewId, name: str, plan: Plan, is_shared: bool, now: datetime
) -> bool:
    """Give a view a name and a plan, share it or take it back; whether anything is different.

    Raises Refused: ``view.missing``, ``view.name``.
    """
    view = _changeable(actor, [view_id]).first()
    if view is None:
        raise missing()
    owner_id = view.owner_id if not is_shared and view.owner_id else _owner(actor, is_shared)
    name = _checked(name)
    after = {"name": name, "plan": _written(plan), "owner_id": owner_id}
    if all(getattr(view, field) == value for field, value in after.items()):
        return False
    SavedView.objects.filter(pk=view.pk).update(**after)
    told = about(actor.workspace_id, actor.label, "view", view.pk, now)
    record([ViewChanged(**told, view_id=view.pk, name=name, is_shared=owner_id is None)])
    return True


@action("view.remove", needs="view.write")
def remove(*, actor: Actor, view_ids: Sequence[ViewId], now: datetime) -> int:
    """Throw views away (never the conversations in them); returns how many there were."""
    views = list(_changeable(actor, view_ids))
    SavedView.objects.filter(pk__in=[view.pk for view in views]).delete()
    record(
        ViewRemoved(
            **about(actor.workspace_id, actor.label, "view", view.pk, now),
            view_id=view.pk,
            name=view.name,
        )
        for view in views
    )
    return len(views)


@action("view.pin", needs="view.write", quiet=True)
def pin(*, actor: Actor, view_ids: Sequence[ViewId], is_pinned: bool = True) -> int:
    """Keep views at hand, with their numbers, in one's own list; or let them go. Returns how many are new.

    Raises Refused: ``view.pinned`` (more than 20), ``actor.member`` for a machine.
    """
    bench = _bench(actor)
    known = set(visible(actor).filter(pk__in=view_ids).values_list("pk", flat=True))
    given = [pk for pk in dict.fromkeys(view_ids) if pk in known]
    changing = [pk for pk in given if (pk in bench.pinned_ids) is not is_pinned]
    kept = [pk for pk in bench.pinned_ids if pk not in changing]
    after = kept + changing if is_pinned else kept
    if len(after) > _MOST_PINNED:
        raise Refused("view.pinned", _("At most 20 views are pinned."), Reason.LIMITED)
    Bench.objects.filter(pk=bench.pk).update(pinned_ids=after)
    return len(changing)


@action("desk.arrange", needs="view.write", quiet=True)
def arrange(
    *, actor: Actor, start: str | None = None, density: Density | None = None,
    panes: Literal[2, 3] | None = None,
) -> None:  # fmt: skip
    """Choose the view one's desk opens with, how close its rows are, and how many panes it has.

    Raises Refused: ``view.missing``, ``actor.member`` for a machine.
    """
    bench = _bench(actor)
    if start is not None:
        bench.start = _existing(actor, start)
    bench.density = density or bench.density
    bench.panes = panes or bench.panes
    bench.save(update_fields=["start", "density", "panes"])


def _existing(actor: Actor, name: str) -> str:
    number = number_in(name)
    known = number is not None and visible(actor).filter(pk=number).exists()
    if name not in set(View) and not known:
        raise missing()
    return name


def missing() -> Refused:
    return Refused("view.missing", _("There is no such view."), Reason.MISSING)


def _owner(actor: Actor, is_shared: bool) -> int | None:
    if is_shared:
        check(actor, SHARE)
        return None
    check_member(actor)
    return actor.id


def _changeable(actor: Actor, view_ids: Sequence[int]) -> "QuerySet[SavedView]":
    """One's own views, and those of everybody where one may share."""
    own = Q(owner_id=actor.id) if actor.kind == "member" else Q(pk=None)
    mine = own | Q(owner=None) if actor.may(SHARE) else own
    here = SavedView.objects.filter(mine, workspace_id=actor.workspace_id, pk__in=view_ids)
    return here.select_for_update().order_by("pk")


def _bench(actor: Actor) -> Bench:
    check_member(actor)
    Bench.objects.bulk_create([Bench(member_id=actor.id)], ignore_conflicts=True)
    return Bench.objects.select_for_update().get(pk=actor.id)


def _checked(name: str) -> str:
    kept = name_of(name)
    if not kept:
        raise Refused("view.name", _("A view's name has 1 to 60 characters."))
    return kept


def _written(plan: Plan) -> object:
    return _PLAN.dump_python(tidied(plan), mode="json")
