"""Who works here, with which roles and tokens."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from tongxin.center.accounts.models import CustomRole, Member, Token, Workspace
from tongxin.center.accounts.queries.seats import role_name
from tongxin.center.accounts.values import PERMISSIONS, ROLE_NAMES, Role, roles_with
from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.kit.ids import MemberId, RoleId, TokenId, WorkspaceId
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows

_MEMBERS = """
SELECT m.id, u.name, u.email, m.role, m.custom_id, r.name, m.added_at, m.removed_at
FROM accounts_member m JOIN accounts_user u ON u.id = m.user_id
LEFT JOIN accounts_customrole r ON r.id = m.custom_id
WHERE m.workspace_id = %s AND (m.removed_at IS NULL OR %s) ORDER BY m.id
"""


@dataclass(frozen=True)
class MemberRow:
    """Somebody who works here; ``removed_at`` is null while they do."""

    id: MemberId
    name: str
    email: str
    role: Role
    role_id: RoleId | None
    role_name: str
    added_at: datetime
    removed_at: datetime | None


@dataclass(frozen=True)
class RoleRow:
    """A role: what it may, which conversations it reaches, and who has it. Ours have no id."""

    id: RoleId | None
    role: Role
    name: str
    permissions: Sequence[str]
    reach: Reach
    needs_second_step: bool
    holders: Sequence[str]


@dataclass(frozen=True)
class TokenRow:
    """A machine's token; what it shows is known to nobody but its holder."""

    id: TokenId
    name: str
    hint: str
    scopes: Sequence[str]
    maker: str
    created_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True)
class WorkspaceRow:
    id: WorkspaceId
    name: str
    language: str
    time_zone: str


@query("member.list", needs="member.read")
def members(*, actor: Actor, with_removed: bool = False) -> Sequence[MemberRow]:
    """Return who works in this workspace, in the order they joined."""
    found = rows(_MEMBERS, [actor.workspace_id, with_removed])
    return [
        MemberRow(
            pk, name or email.partition("@")[0], email, Role(role), role_id,
            role_name(role, called), *times,
        )
        for pk, name, email, role, role_id, called, *times in found
    ]  # fmt: skip


@query("role.list", needs="member.read")
def roles(*, actor: Actor) -> Sequence[RoleRow]:
    """Return the roles that members can have, with who has each: ours first, then the workspace's own."""
    [stepped] = Workspace.objects.filter(pk=actor.workspace_id).values_list(
        "second_step_for", flat=True
    )
    holders: dict[str | int, list[str]] = {}
    for member in members(actor=actor):
        holders.setdefault(member.role_id or member.role, []).append(member.name)
    own = CustomRole.objects.filter(workspace_id=actor.workspace_id, removed_at=None)
    columns = ("pk", "name", "permissions", "reach", "needs_second_step")
    return [
        *(
            RoleRow(None, role, role_name(role), sorted(PERMISSIONS[role]), Reach.ALL, role in stepped,
                    holders.get(role, []))
            for role in ROLE_NAMES
        ),
        *(
            RoleRow(pk, Role.CUSTOM, name, held, Reach(reach), needs, holders.get(pk, []))
            for pk, name, held, reach, needs in own.order_by("pk").values_list(*columns)
        ),
    ]  # fmt: skip


def who_may(*, workspace_ids: Collection[int], permission: str) -> Mapping[int, Sequence[int]]:
    """Return the members who have a permission, by workspace."""
    may = Q(role__in=roles_with(permission)) | Q(custom__permissions__contains=[permission])
    here = Member.objects.filter(may, workspace__in=workspace_ids, removed_at=None)
    found: dict[int, list[int]] = {}
    for workspace_id, pk in here.order_by("pk").values_list("workspace_id", "pk"):
        found.setdefault(workspace_id, []).append(pk)
    return found


@query("token.list", needs="token.write")
def tokens(*, actor: Actor) -> Sequence[TokenRow]:
    """Return this workspace's tokens, newest first."""
    found = Token.objects.filter(workspace_id=actor.workspace_id).order_by("-pk")
    columns = ("pk", "name", "hint", "scopes", "maker__user__name", "created_at", "revoked_at")
    return [TokenRow(*row) for row in found.values_list(*columns)]


@query("workspace.get", needs="member.read")
def workspace(*, actor: Actor) -> WorkspaceRow:
    """Return the workspace one acts in."""
    found = Workspace.objects.values_list("pk", "name", "language", "time_zone")
    return WorkspaceRow(*found.get(pk=actor.workspace_id))


def workspace_language(*, workspace_id: int) -> str:
    """Return the language in which the house itself writes in a workspace."""
    return Workspace.objects.values_list("language", flat=True).get(pk=workspace_id)


def member_names(*, member_ids: Collection[int]) -> Mapping[int, str]:
    """Return what members are called, as people read it; nothing for those without a name."""
    found = Member.objects.filter(pk__in=member_ids).exclude(user__name="")
    return dict(found.values_list("pk", "user__name"))
