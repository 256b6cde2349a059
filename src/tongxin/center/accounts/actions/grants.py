"""What a role gives, and who may give it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongxin.center.accounts.models import CustomRole, Member
from tongxin.center.accounts.values import PERMISSIONS, Role, wider
from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import check


@dataclass(frozen=True)
class Grant:
    """A role as it is given: one of ours, or one that the workspace made."""

    role: Role
    permissions: frozenset[str]
    reach: Reach = Reach.ALL
    custom_id: int | None = None

    @property
    def columns(self) -> dict[str, Any]:
        return {"role": self.role.value, "custom_id": self.custom_id}


def granted(workspace_id: int, role: Role | int) -> Grant:
    """Return what a role gives. Raises Refused: ``role.missing``."""
    if isinstance(role, Role) and role is not Role.CUSTOM:
        return Grant(role, PERMISSIONS[role])
    wanted = 0 if isinstance(role, Role) else role
    here = CustomRole.objects.filter(workspace_id=workspace_id, removed_at=None, pk=wanted)
    if (found := here.select_for_update().first()) is None:
        raise Refused("role.missing", _("There is no such role."), Reason.MISSING)
    return of_custom(found)


def of_custom(role: CustomRole) -> Grant:
    return Grant(Role.CUSTOM, frozenset(role.permissions), Reach(role.reach), role.pk)


def check_may_give(actor: Actor, given: Grant) -> None:
    """Nobody gives what they do not have. Raises Refused: ``forbidden``."""
    if given.role is Role.OWNER or _is_above(actor, given):
        check(actor, "workspace.own")


def check_may_let_in(actor: Actor) -> None:
    """Who decides how others log in may what an admin may: they could come in as one.

    Raises Refused: ``forbidden``.
    """
    check_may_give(actor, granted(actor.workspace_id, Role.ADMIN))


def check_may_map(actor: Actor, roles: Iterable[Role | int]) -> None:
    """Raise Refused unless these roles may be given by groups: ``forbidden``, ``role.missing``."""
    for role in roles:
        if role is Role.OWNER:
            raise Refused("forbidden", _("Owners are made by owners."), Reason.FORBIDDEN)
        check_may_give(actor, granted(actor.workspace_id, role))


def check_may_touch(actor: Actor, members: Iterable[Member]) -> None:
    """Nobody takes from those who may do more than they do. Raises Refused: ``forbidden``."""
    for member in members:
        custom = member.custom
        held = of_custom(custom) if custom else Grant(Role(member.role), PERMISSIONS[member.role])
        if _is_above(actor, held):
            check(actor, "workspace.own")


def _is_above(actor: Actor, given: Grant) -> bool:
    return not given.permissions <= actor.permissions or wider(given.reach, actor.reach)
