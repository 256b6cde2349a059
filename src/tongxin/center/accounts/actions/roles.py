"""Roles that a workspace makes itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongxin.center.accounts.actions.grants import Grant, check_may_give, granted, of_custom
from tongxin.center.accounts.events import RoleChanged, RoleDefined, RoleRemoved, RoleSecondStep
from tongxin.center.accounts.models import CustomRole, Member, Workspace
from tongxin.center.accounts.values import OWNER, ROLE_NAMES, Role
from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.kit.ids import RoleId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about

CHOOSABLE = OWNER - {"workspace.own"}
MOST = 50
_LONGEST = 60


@action("role.define", needs="member.write")
def define_role(
    *, actor: Actor, name: str, permissions: Sequence[str], reach: Reach = Reach.ALL, now: datetime
) -> RoleId:
    """Make a role from permissions one has oneself. ``reach``: which conversations it sees.

    Raises Refused: ``role.name``, ``role.taken``, ``role.permissions``, ``role.most``.
    """
    name = _checked(actor, name, permissions, reach)
    here = CustomRole.objects.filter(workspace_id=actor.workspace_id, removed_at=None)
    _check_free(actor, name, 0)
    if here.count() >= MOST:
        raise Refused("role.most", _("There are as many roles as there can be."), Reason.CONFLICT)
    held = sorted(set(permissions))
    made = CustomRole.objects.create(
        workspace_id=actor.workspace_id, name=name, permissions=held, reach=reach, made_at=now
    )
    where = about(actor.workspace_id, actor.label, "role", made.pk, now)
    record([RoleDefined(**where, role_id=made.pk, name=name, permissions=held, reach=reach)])
    return made.pk


@action("role.change", needs="member.write")
def change_role_itself(
    *, actor: Actor, role_id: RoleId, name: str, permissions: Sequence[str], reach: Reach,
    now: datetime,
) -> int:  # fmt: skip
    """Change what a role of the workspace's own may; who has it may it from now on.

    Returns 1 where something changed. Raises Refused: ``role.missing``, ``role.name``,
    ``role.taken``, ``role.permissions``.
    """
    check_may_give(actor, granted(actor.workspace_id, role_id))
    name = _checked(actor, name, permissions, reach)
    _check_free(actor, name, role_id)
    wanted: Any = {"name": name, "permissions": sorted(set(permissions)), "reach": reach.value}
    changed = CustomRole.objects.filter(pk=role_id).exclude(**wanted).update(**wanted)
    where = about(actor.workspace_id, actor.label, "role", role_id, now)
    record([RoleChanged(**where, role_id=role_id, **wanted)] if changed else [])
    return changed


@action("role.require_second_step", needs="member.write")
def require_second_step(*, actor: Actor, role: Role | RoleId, required: bool, now: datetime) -> int:
    """Let who has a role set up a second step of log-in before anything else; or no longer.

    Returns 1 where that is new. Raises Refused: ``role.missing``.
    """
    given = granted(actor.workspace_id, role)
    check_may_give(actor, given)
    changed = (
        _step_of_own(given.custom_id, required)
        if given.custom_id
        else _step(actor, given, required)
    )
    where = about(actor.workspace_id, actor.label, "role", given.custom_id or 0, now)
    told = RoleSecondStep(**where, role=given.role, role_id=given.custom_id, required=required)
    record([told] if changed else [])
    return changed


def _step_of_own(role_id: int, required: bool) -> int:
    same = CustomRole.objects.filter(pk=role_id, needs_second_step=not required)
    return same.update(needs_second_step=required)


def _step(actor: Actor, given: Grant, required: bool) -> int:
    [house] = Workspace.objects.select_for_update().filter(pk=actor.workspace_id)
    has = set(house.second_step_for)
    wanted = has | {given.role.value} if required else has - {given.role.value}
    house.second_step_for = sorted(wanted)
    house.save(update_fields=["second_step_for"])
    return int(wanted != has)


@action("role.remove", needs="member.write")
def remove_roles(*, actor: Actor, role_ids: Sequence[RoleId], now: datetime) -> int:
    """Remove roles that nobody has; return how many. Raises Refused: ``role.in_use``."""
    here = CustomRole.objects.filter(
        workspace_id=actor.workspace_id, removed_at=None, pk__in=role_ids
    )
    leaving = list(here.select_for_update().order_by("pk"))
    for role in leaving:
        check_may_give(actor, of_custom(role))
    if Member.objects.filter(custom__in=leaving, removed_at=None).exists():
        raise Refused(
            "role.in_use", _("Somebody has this role: give them another first."), Reason.CONFLICT
        )
    CustomRole.objects.filter(pk__in=[role.pk for role in leaving]).update(removed_at=now)
    record(
        RoleRemoved(**about(actor.workspace_id, actor.label, "role", r.pk, now), role_id=r.pk)
        for r in leaving
    )
    return len(leaving)


def _checked(actor: Actor, name: str, permissions: Sequence[str], reach: Reach) -> str:
    """Return the name as it is kept. Raises Refused."""
    name = " ".join(name.split())[:_LONGEST]
    if not name:
        raise Refused("role.name", _("The role needs a name."))
    if not permissions or not CHOOSABLE.issuperset(permissions):
        raise Refused("role.permissions", _("Choose what the role may do, from the list."))
    check_may_give(actor, Grant(Role.CUSTOM, frozenset(permissions), reach))
    return name


def _check_free(actor: Actor, name: str, role_id: int) -> None:
    here = CustomRole.objects.filter(workspace_id=actor.workspace_id, removed_at=None)
    ours = {str(known).casefold() for known in ROLE_NAMES.values()} | {r.value for r in Role}
    taken = name.casefold() in ours or here.filter(name__iexact=name).exclude(pk=role_id).exists()
    if taken:
        raise Refused("role.taken", _("There is a role of this name already."), Reason.CONFLICT)
