"""Let in whom a provider vouches for: recognized, linked, given the role of their groups."""

from dataclasses import replace
from datetime import datetime
from hashlib import blake2b

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongxin.center.accounts.actions import join, map_role
from tongxin.center.accounts.models import Member, User
from tongxin.center.accounts.values import Role
from tongxin.center.federation.events import ConnectionLinked, ConnectionRefused
from tongxin.center.federation.models import Connection, Link
from tongxin.center.federation.rules.mapping import Given, is_believed, role_for, role_of
from tongxin.center.federation.values import Claims, Entered, Mapped
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.sql import rows
from tongxin.center.kit.text import clean
from tongxin.center.kit.turns import take_turns
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about

LONGEST_SUBJECT = 300
_TAKE = """
WITH gone AS (DELETE FROM federation_used WHERE until < %(now)s)
INSERT INTO federation_used (name, until) VALUES (%(name)s, %(until)s)
ON CONFLICT (name) DO NOTHING RETURNING name
"""


@transaction.atomic
def enter(*, connection_id: int, claims: Claims, now: datetime) -> Entered:
    """Let somebody in whom a provider proved: link them, give them the role of their groups.

    Raises Refused: ``sso.off``, ``sso.email``, ``sso.removed``, ``sso.owner``, ``sso.taken``,
    ``sso.not_member``, ``sso.not_allowed``, ``sso.no_role``.
    """
    by, claims = f"connection:{connection_id}", replace(claims, issuer=_digest(claims.issuer))
    connection = _open(connection_id)
    take_turns("federation.email", [claims.email.lower()])
    link = _link(connection, claims)
    member = link.member if link else _recognized(connection, claims)
    if member is not None:
        _check(connection, claims, member)
    role = _role(connection, claims, member)
    try:
        if member is None:
            member = _taken_in(connection, claims, role, by, now)
        elif role is not None:
            map_role(member_id=member.pk, role=role, by=by, now=now)
    except Refused as refused:
        raise _said_otherwise(refused) from None
    _remember(connection, claims, member, now)
    return Entered(member.user_id, member.pk, connection.pk, connection.has_second_step)


def note_refusal(*, connection_id: int, claims: Claims, code: str, now: datetime) -> None:
    """Record that somebody whom a provider proved was not let in."""
    found = Connection.objects.filter(pk=connection_id).first()
    if found is not None:
        where = about(found.workspace_id, f"connection:{found.pk}", "connection", found.pk, now)
        record([ConnectionRefused(
            **where, connection_id=found.pk, code=code, known_as=clean(claims.subject)[:LONGEST_SUBJECT],
            email=clean(claims.email)[:254],
        )])  # fmt: skip


def take_once(*, purpose: str, name: str, until: datetime, now: datetime) -> bool:
    """Use something that may be used once; False where it was used before. Exact at any concurrency."""
    key = _digest(f"{purpose}\n{name}")
    return bool(rows(_TAKE, {"name": key, "until": until, "now": now}))


def _open(connection_id: int) -> Connection:
    """Return a connection that is on, and keep it so until the log-in is written down."""
    found = Connection.objects.select_for_update().filter(pk=connection_id, removed_at=None).first()
    if found is None or not found.is_on:
        raise Refused("sso.off", _("This way in is switched off."), Reason.FORBIDDEN)
    return found


def _link(connection: Connection, claims: Claims) -> Link | None:
    links = Link.objects.filter(connection=connection).select_related("member__user")
    return links.filter(issuer=claims.issuer, subject=claims.subject).first()


def _recognized(connection: Connection, claims: Claims) -> Member | None:
    """Return the member whose e-mail the provider proved; None for somebody new."""
    email, domains = claims.email, connection.domains
    if not is_believed(email=email, is_verified=claims.is_verified, domains=domains):
        raise _not_believed()
    here = Member.objects.filter(workspace_id=connection.workspace_id, user__email__iexact=email)
    return here.select_related("user").first()


def _check(connection: Connection, claims: Claims, member: Member) -> None:
    if member.removed_at is not None:
        detail = _(
            "You are no longer a member of this workspace. Ask an admin to invite you again."
        )
        raise Refused("sso.removed", detail, Reason.FORBIDDEN)
    if not member.user.is_active:
        raise _not_allowed()
    if member.role == Role.OWNER and not connection.lets_owners_in:
        raise Refused("sso.owner", _("Owners log in with their password here."), Reason.FORBIDDEN)
    known = Link.objects.filter(connection=connection, member=member, issuer=claims.issuer)
    if known.exclude(subject=claims.subject).exists():
        detail = _(
            "Somebody else at your company has logged in with this e-mail. Ask an admin to unlink them."
        )
        raise Refused("sso.taken", detail, Reason.FORBIDDEN)


def _role(connection: Connection, claims: Claims, member: Member | None) -> Given | None:
    held = None if member is None else member.custom_id or Role(member.role)
    if held is Role.OWNER:
        return None
    mapped = [Mapped(group, role_of(text) or Role.LIGHT) for group, text in connection.mapped]
    otherwise = role_of(connection.otherwise)
    role = role_for(groups=set(claims.groups), mapped=mapped, otherwise=otherwise, held=held)
    if role is None:
        raise _no_role()
    return role


def _taken_in(
    connection: Connection, claims: Claims, role: Given | None, by: str, now: datetime
) -> Member:
    if not connection.takes_new or role is None:
        detail = _("You are not a member of this workspace yet. Ask an admin to invite you.")
        raise Refused("sso.not_member", detail, Reason.FORBIDDEN)
    if User.objects.filter(email__iexact=claims.email, is_active=False).exists():
        raise _not_allowed()
    made = join(
        workspace_id=connection.workspace_id, email=claims.email, name=clean(claims.name), role=role,
        password=None, by=by, now=now,
    )  # fmt: skip
    return Member.objects.get(pk=made)


def _remember(connection: Connection, claims: Claims, member: Member, now: datetime) -> None:
    wanted = {"issuer": claims.issuer, "subject": claims.subject, "last_at": now}
    same = Link.objects.filter(connection=connection, member=member)
    if same.filter(issuer=claims.issuer, subject=claims.subject).update(last_at=now):
        return
    Link.objects.update_or_create(
        connection=connection, member=member, defaults={**wanted, "linked_at": now}
    )
    where = about(connection.workspace_id, f"connection:{connection.pk}", "member", member.pk, now)
    told = ConnectionLinked(
        **where, connection_id=connection.pk, member_id=member.pk, known_as=claims.subject
    )
    record([told])


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=32).hexdigest()


def _said_otherwise(refused: Refused) -> Refused:
    """What another room refused, as somebody who logs in understands it."""
    known = {"role.missing": _no_role, "member.email": _not_believed}
    return known[refused.code]() if refused.code in known else refused


def _not_believed() -> Refused:
    detail = _("Your company's log-in does not say that your e-mail address is verified.")
    return Refused("sso.email", detail, Reason.FORBIDDEN)


def _no_role() -> Refused:
    detail = _("None of your groups has a role here. Ask an admin.")
    return Refused("sso.no_role", detail, Reason.FORBIDDEN)


def _not_allowed() -> Refused:
    return Refused("sso.not_allowed", _("You are not let in here. Ask an admin."), Reason.FORBIDDEN)
