"""Found a workspace, let people and machines in, and see them off."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_urlsafe
from zoneinfo import available_timezones

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongxin.center.accounts.events import (
    MemberAdded,
    MemberRemoved,
    MemberRoleChanged,
    TokenCreated,
    TokenRevoked,
    WorkspaceChanged,
    WorkspaceCreated,
)
from tongxin.center.accounts.models import Member, Token, User, Workspace
from tongxin.center.accounts.queries import digest
from tongxin.center.accounts.values import PERMISSIONS, Role
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.emails import is_email
from tongxin.center.kit.ids import MemberId, TokenId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action, check, check_member
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about

LANGUAGES = ("en", "zh-hans")
_PREFIX = "txn_"


@dataclass(frozen=True)
class NewToken:
    """The only time a token is shown."""

    id: TokenId
    token: str


@transaction.atomic
def found_workspace(
    *, name: str, language: str, owner_email: str, owner_name: str, password: str, now: datetime
) -> Workspace:
    """Make a new world with its owner (who may own others already: then the password stays)."""
    workspace = Workspace.objects.create(name=name, language=language, created_at=now)
    record(
        [
            WorkspaceCreated(
                **about(workspace.pk, "house:0", "workspace", workspace.pk, now), name=name
            )
        ]
    )
    join(
        workspace_id=workspace.pk, email=owner_email, name=owner_name, role=Role.OWNER,
        password=password, by="house:0", now=now,
    )  # fmt: skip
    return workspace


@transaction.atomic
def join(  # noqa: PLR0913 - one column each
    *, workspace_id: int, email: str, name: str, role: Role, password: str | None, by: str, now: datetime
) -> int:  # fmt: skip
    """Make somebody a member, with a log-in if they have none; return the member's id.

    Raises Refused: ``member.email`` where the address is none, ``member.exists``.
    """
    user = _user(email, name, password)
    member, _new = Member.objects.get_or_create(
        workspace_id=workspace_id, user=user, defaults={"role": role.value, "added_at": now}
    )
    if not _new and member.removed_at is None:
        raise Refused("member.exists", _("This person is a member already."), Reason.CONFLICT)
    Member.objects.filter(pk=member.pk).update(role=role.value, removed_at=None)
    where = about(workspace_id, by, "member", member.pk, now)
    record([MemberAdded(**where, member_id=member.pk, role=role.value)])
    return member.pk


@action("member.add", needs="member.write")
def add_member(
    *, actor: Actor, email: str, name: str, role: Role, password: str | None = None, now: datetime
) -> MemberId:
    """Let somebody in. Without a password they set one by "forgotten password"."""
    _check_may_give(actor, role)
    return join(
        workspace_id=actor.workspace_id, email=email, name=name, role=role,
        password=password, by=actor.label, now=now,
    )  # fmt: skip


@action("member.change_role", needs="member.write")
def change_role(*, actor: Actor, member_ids: Sequence[MemberId], role: Role, now: datetime) -> int:
    """Give members another role; return how many it changed. The last owner stays one."""
    _check_may_give(actor, role)
    members = _members(actor, member_ids).exclude(role=role.value)
    changing = list(members)
    _check_owners(actor, changing)
    Member.objects.filter(pk__in=[m.pk for m in changing]).update(role=role.value)
    record(
        MemberRoleChanged(
            **about(actor.workspace_id, actor.label, "member", m.pk, now),
            member_id=m.pk,
            before=m.role,
            role=role.value,
        )
        for m in changing
    )
    return len(changing)


@action("member.remove", needs="member.write")
def remove_members(*, actor: Actor, member_ids: Sequence[MemberId], now: datetime) -> int:
    """See members off: they can no longer enter this workspace; what they did stays."""
    leaving = list(_members(actor, member_ids))
    _check_owners(actor, leaving)
    Member.objects.filter(pk__in=[m.pk for m in leaving]).update(removed_at=now)
    record(
        MemberRemoved(**about(actor.workspace_id, actor.label, "member", m.pk, now), member_id=m.pk)
        for m in leaving
    )
    return len(leaving)


@action("token.create", needs="token.write")
def create_token(*, actor: Actor, name: str, scopes: Sequence[str], now: datetime) -> NewToken:
    """Let a machine act with some of one's own permissions; the token is shown this once.

    Raises Refused: ``token.scope`` for a permission one does not have, ``actor.member`` for a machine.
    """
    check_member(actor)
    if not scopes or not actor.permissions.issuperset(scopes):
        raise Refused("token.scope", _("Choose scopes among your own permissions."))
    shown = _PREFIX + token_urlsafe(32)
    token = Token.objects.create(
        workspace_id=actor.workspace_id, maker_id=actor.id, name=name[:120], hint=shown[:10],
        digest=digest(shown), scopes=sorted(set(scopes)), created_at=now,
    )  # fmt: skip
    where = about(actor.workspace_id, actor.label, "token", token.pk, now)
    record([TokenCreated(**where, token_id=token.pk, name=token.name)])
    return NewToken(token.pk, shown)


@action("token.revoke", needs="token.write")
def revoke_tokens(*, actor: Actor, token_ids: Sequence[TokenId], now: datetime) -> int:
    """Take tokens back at once; return how many were still good."""
    tokens = Token.objects.filter(
        workspace_id=actor.workspace_id, pk__in=token_ids, revoked_at=None
    )
    ids = list(tokens.select_for_update().order_by("pk").values_list("pk", flat=True))
    Token.objects.filter(pk__in=ids).update(revoked_at=now)
    record(
        TokenRevoked(**about(actor.workspace_id, actor.label, "token", pk, now), token_id=pk)
        for pk in ids
    )
    return len(ids)


@action("workspace.change", needs="workspace.write")
def change_workspace(
    *, actor: Actor, name: str, language: str, time_zone: str, now: datetime
) -> int:
    """Set the workspace's name, language (``en`` or ``zh-hans``) and time zone (IANA name).

    Returns 1 where something changed. Raises Refused: ``workspace.name``, ``workspace.language``,
    ``workspace.time_zone``.
    """
    if not name.strip():
        raise Refused("workspace.name", _("The workspace needs a name."))
    if language not in LANGUAGES:
        raise Refused("workspace.language", _("This language is not available."))
    if time_zone not in available_timezones():
        raise Refused("workspace.time_zone", _("There is no such time zone."))
    wanted = {"name": name.strip()[:120], "language": language, "time_zone": time_zone}
    changed = Workspace.objects.filter(pk=actor.workspace_id).exclude(**wanted).update(**wanted)
    where = about(actor.workspace_id, actor.label, "workspace", actor.workspace_id, now)
    record([WorkspaceChanged(**where, **wanted)] if changed else [])
    return changed


def choose_looks(*, actor: Actor, language: str | None = None, theme: str | None = None) -> None:
    """Remember a member's own language and theme (private to them, so no fact)."""
    chosen = {"language": language, "theme": theme}
    wanted = {name: value for name, value in chosen.items() if value is not None}
    user_id = Member.objects.values_list("user_id", flat=True).get(pk=actor.id)
    User.objects.filter(pk=user_id).update(**wanted)


def _user(email: str, name: str, password: str | None) -> User:
    email = email.strip().lower()
    if not is_email(email):
        raise Refused("member.email", _("This is not an e-mail address."))
    if (known := User.objects.filter(email__iexact=email).first()) is not None:
        return known
    user = User(email=email, name=name.strip()[:120])
    user.set_password(password)
    user.save()
    return user


def _members(actor: Actor, ids: Sequence[int]) -> QuerySet[Member]:
    mine = Member.objects.filter(workspace_id=actor.workspace_id, removed_at=None)
    return mine.filter(pk__in=ids).select_for_update().order_by("pk")


def _check_may_give(actor: Actor, role: Role) -> None:
    if role is Role.OWNER or not PERMISSIONS[role] <= actor.permissions:
        check(actor, "workspace.own")


def _check_owners(actor: Actor, changing: Iterable[Member]) -> None:
    """Only an owner touches owners, and one owner always stays."""
    leaving = {m.pk for m in changing if m.role == Role.OWNER}
    if not leaving:
        return
    check(actor, "workspace.own")
    owners = Member.objects.filter(
        workspace_id=actor.workspace_id, role=Role.OWNER, removed_at=None
    )
    if not set(owners.select_for_update().values_list("pk", flat=True)) - leaving:
        raise Refused(
            "member.last_owner", _("A workspace keeps at least one owner."), Reason.CONFLICT
        )
