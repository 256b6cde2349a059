"""Let people in, give them roles, and see them off."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongxin.center.accounts.actions.grants import Grant, check_may_give, check_may_touch, granted
from tongxin.center.accounts.events import MemberAdded, MemberRemoved, MemberRoleChanged
from tongxin.center.accounts.models import Member, User
from tongxin.center.accounts.values import Role
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.emails import is_email
from tongxin.center.kit.ids import MemberId, RoleId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action, check
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about


@transaction.atomic
def join(  # noqa: PLR0913 - one column each
    *, workspace_id: int, email: str, name: str, role: Role | int, password: str | None, by: str,
    now: datetime,
) -> int:  # fmt: skip
    """Make somebody a member, with a log-in if they have none; return the member's id.

    Raises Refused: ``member.email`` where the address is none, ``member.exists``, ``role.missing``.
    """
    given = granted(workspace_id, role)
    user = _user(email, name, password)
    member, _new = Member.objects.get_or_create(
        workspace_id=workspace_id, user=user, defaults={**given.columns, "added_at": now}
    )
    if not _new and member.removed_at is None:
        raise Refused("member.exists", _("This person is a member already."), Reason.CONFLICT)
    Member.objects.filter(pk=member.pk).update(**given.columns, removed_at=None)
    where = about(workspace_id, by, "member", member.pk, now)
    record([MemberAdded(**where, member_id=member.pk, role=given.role, role_id=given.custom_id)])
    return member.pk


@action("member.add", needs="member.write")
def add_member(
    *, actor: Actor, email: str, name: str, role: Role | RoleId, password: str | None = None,
    now: datetime,
) -> MemberId:  # fmt: skip
    """Let somebody in. Without a password they set one by "forgotten password".

    Raises Refused: ``member.email``, ``member.exists``, ``role.missing``.
    """
    check_may_give(actor, granted(actor.workspace_id, role))
    return join(
        workspace_id=actor.workspace_id, email=email, name=name, role=role,
        password=password, by=actor.label, now=now,
    )  # fmt: skip


@action("member.change_role", needs="member.write")
def change_role(
    *, actor: Actor, member_ids: Sequence[MemberId], role: Role | RoleId, now: datetime
) -> int:
    """Give members another role; return how many it changed. The last owner stays one.

    Raises Refused: ``role.missing``, ``member.last_owner``.
    """
    given = granted(actor.workspace_id, role)
    check_may_give(actor, given)
    changing = [m for m in _members(actor, member_ids) if not _has(m, given)]
    check_may_touch(actor, changing)
    _check_owners(actor, changing)
    Member.objects.filter(pk__in=[m.pk for m in changing]).update(**given.columns)
    record(
        MemberRoleChanged(
            **about(actor.workspace_id, actor.label, "member", m.pk, now),
            member_id=m.pk,
            before=m.role,
            role=given.role,
            role_id=given.custom_id,
        )
        for m in changing
    )
    return len(changing)


@transaction.atomic
def map_role(*, member_id: int, role: Role | int, by: str, now: datetime) -> int:
    """Give a member the role that their groups stand for; return 1 where it is another.

    An owner is neither made nor unmade so. Raises Refused: ``role.missing``, ``forbidden``.
    """
    member = (
        Member.objects.select_for_update(of=("self",)).select_related("custom").get(pk=member_id)
    )
    given = granted(member.workspace_id, role)
    if given.role is Role.OWNER:
        raise Refused("forbidden", _("Owners are made by owners."), Reason.FORBIDDEN)
    if member.role == Role.OWNER or _has(member, given):
        return 0
    Member.objects.filter(pk=member_id).update(**given.columns)
    where = about(member.workspace_id, by, "member", member_id, now)
    told = MemberRoleChanged(
        **where, member_id=member_id, before=member.role, role=given.role, role_id=given.custom_id
    )
    record([told])
    return 1


@action("member.remove", needs="member.write")
def remove_members(*, actor: Actor, member_ids: Sequence[MemberId], now: datetime) -> int:
    """See members off: they can no longer enter this workspace; what they did stays.

    Raises Refused: ``member.last_owner``.
    """
    leaving = list(_members(actor, member_ids))
    check_may_touch(actor, leaving)
    _check_owners(actor, leaving)
    Member.objects.filter(pk__in=[m.pk for m in leaving]).update(removed_at=now)
    record(
        MemberRemoved(**about(actor.workspace_id, actor.label, "member", m.pk, now), member_id=m.pk)
        for m in leaving
    )
    return len(leaving)


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
    return (
        mine.filter(pk__in=ids)
        .select_for_update(of=("self",))
        .select_related("custom")
        .order_by("pk")
    )


def _has(member: Member, given: Grant) -> bool:
    return (member.role, member.custom_id) == (given.role.value, given.custom_id)


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
