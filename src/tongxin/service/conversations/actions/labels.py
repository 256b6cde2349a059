"""Statuses in a workspace's own words: any number of them over the fixed categories."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import StatusId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.text import clean
from tongxin.center.kit.turns import take_turns
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.conversations.events import StatusChanged, StatusCreated, StatusMoved
from tongxin.service.conversations.models import StatusLabel
from tongxin.service.conversations.values import Status, Tint

MOST = 200
_LONGEST = 40
_TURN = "conversations.statuses"


@action("status.create", needs="workspace.write")
def create_status(  # noqa: PLR0913 - one column each
    *, actor: Actor, category: Status, name: str, shown: str = "", tint: Tint = Tint.PLAIN,
    is_default: bool = False, now: datetime,
) -> StatusId:  # fmt: skip
    """Add a status to a category, the last of it; ``shown`` is what the person reads (empty: nothing).

    The default of a category is what it is called wherever nothing finer was chosen. Raises Refused:
    ``status.name`` (1 to 40 characters), ``status.exists``, ``status.too_many`` (200).
    """
    mine = _in_turn(actor)
    if len(mine) >= MOST:
        raise Refused("status.too_many", _("At most 200 statuses."), Reason.LIMITED)
    words = {"name": _name(name, mine), "shown": _shown(shown), "tint": tint.value}
    if is_default:
        _no_default(mine, category)
    place = 1 + max((s.place for s in mine if s.category == category), default=0)
    made = StatusLabel.objects.create(
        workspace_id=actor.workspace_id, category=category.value, place=place, is_default=is_default,
        **words,
    )  # fmt: skip
    told = about(actor.workspace_id, actor.label, "status", made.pk, now)
    record([StatusCreated(**told, status_id=made.pk, category=category, name=made.name)])
    return made.pk


@action("status.change", needs="workspace.write")
def change_status(  # noqa: PLR0913 - one column each
    *, actor: Actor, status_id: StatusId, name: str, shown: str = "", tint: Tint = Tint.PLAIN,
    is_default: bool = False, is_enabled: bool = True, now: datetime,
) -> int:  # fmt: skip
    """Set what a status is called, its color, whether it is offered, and whether it is the usual one.

    Conversations keep a status that is no longer offered. Returns 1 where something changed. Raises
    Refused: ``status.missing``, ``status.name``, ``status.exists``, ``status.default`` (the usual one is
    always offered).
    """
    mine = _in_turn(actor)
    found = _one(mine, status_id)
    if is_default and not is_enabled:
        raise Refused("status.default", _("The usual status of a category stays on."))
    others = [s for s in mine if s.pk != found.pk]
    wanted = (_name(name, others), _shown(shown), tint.value, is_default, is_enabled)
    if (found.name, found.shown, found.tint, found.is_default, found.is_enabled) == wanted:
        return 0
    if is_default:
        _no_default(others, Status(found.category))
    found.name, found.shown, found.tint, found.is_default, found.is_enabled = wanted
    found.save(update_fields=["name", "shown", "tint", "is_default", "is_enabled"])
    told = about(actor.workspace_id, actor.label, "status", found.pk, now)
    record([
        StatusChanged(
            **told, status_id=found.pk, name=found.name, is_enabled=is_enabled, is_default=is_default
        )
    ])  # fmt: skip
    return 1


@action("status.move", needs="workspace.write")
def move_status(*, actor: Actor, status_id: StatusId, place: int, now: datetime) -> int:
    """Put a status in a place of its category, 1 the first; returns 1 where it stood elsewhere.

    Raises Refused: ``status.missing``.
    """
    mine = _in_turn(actor)
    found = _one(mine, status_id)
    kin = [s for s in mine if s.category == found.category]
    before = [s.pk for s in kin]
    kin.remove(found)
    kin.insert(max(0, place - 1), found)
    if [s.pk for s in kin] == before:
        return 0
    for number, one in enumerate(kin, start=1):
        one.place = number
    StatusLabel.objects.bulk_update(kin, ["place"])
    told = about(actor.workspace_id, actor.label, "status", found.pk, now)
    record([StatusMoved(**told, status_id=found.pk, place=found.place)])
    return 1


def missing() -> Refused:
    return Refused("status.missing", _("There is no such status."), Reason.MISSING)


def _in_turn(actor: Actor) -> list[StatusLabel]:
    """Return this workspace's statuses in their order; nobody else changes them meanwhile."""
    take_turns(_TURN, [actor.workspace_id])
    mine = StatusLabel.objects.filter(workspace_id=actor.workspace_id)
    return list(mine.order_by("place", "pk"))


def _one(mine: Sequence[StatusLabel], status_id: int) -> StatusLabel:
    found = next((s for s in mine if s.pk == status_id), None)
    if found is None:
        raise missing()
    return found


def _no_default(others: Sequence[StatusLabel], category: Status) -> None:
    """Only one of a category is the usual one."""
    usual = [s.pk for s in others if s.category == category and s.is_default]
    StatusLabel.objects.filter(pk__in=usual).update(is_default=False)


def _name(given: str, others: Sequence[StatusLabel]) -> str:
    name = _shown(given)
    if not name:
        raise Refused("status.name", _("A status has 1 to 40 characters."))
    if name.casefold() in {s.name.casefold() for s in others}:
        raise Refused("status.exists", _("There is such a status already."), Reason.CONFLICT)
    return name


def _shown(given: str) -> str:
    words = " ".join(clean(given).split())
    if len(words) > _LONGEST:
        raise Refused("status.name", _("A status has 1 to 40 characters."))
    return words
