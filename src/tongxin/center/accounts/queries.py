"""Who works here, and as whom a caller acts."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db.models import Q

from tongxin.center.accounts.models import CustomRole, LogIn, Member, Token, User, Workspace
from tongxin.center.accounts.values import EVERYONES, PERMISSIONS, ROLE_NAMES, Role, roles_with
from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.kit.ids import MemberId, RoleId, TokenId, WorkspaceId
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import columns_of, instances, rows

_MEMBER = """
SELECT m.id, m.workspace_id, m.role, r.permissions, r.reach, COALESCE(r.name, ''), u.name, u.email,
    u.language, u.theme, w.name, w.language, w.time_zone,
    CASE WHEN COALESCE(r.needs_second_step, m.role = ANY(w.second_step_for))
    THEN NOT EXISTS (SELECT FROM mfa_authenticator a
                     WHERE a.user_id = u.id AND a.type IN ('totp', 'webauthn'))
    ELSE false END, m.queue_ids
FROM accounts_member m
JOIN accounts_user u ON u.id = m.user_id AND u.is_active
JOIN accounts_workspace w ON w.id = m.workspace_id
LEFT JOIN accounts_customrole r ON r.id = m.custom_id
WHERE m.removed_at IS NULL AND {0} ORDER BY m.id
"""
_BY_USER = _MEMBER.format("m.user_id = %s")
_BY_ID = _MEMBER.format("m.id = %s")
_USER = f"SELECT {columns_of(User, 'u')} FROM accounts_user u WHERE u.id = %s"  # noqa: S608 - our own words
_MEMBERS = """
SELECT m.id, u.name, u.email, m.role, m.custom_id, r.name, m.added_at, m.removed_at
FROM accounts_member m JOIN accounts_user u ON u.id = m.user_id
LEFT JOIN accounts_customrole r ON r.id = m.custom_id
WHERE m.workspace_id = %s AND (m.removed_at IS NULL OR %s) ORDER BY m.id
"""
_LOG_INS = """
SELECT l.id, l.session_key, host(l.ip), l.browser, l.began_at FROM accounts_login l
JOIN django_session s ON s.session_key = l.session_key AND s.expire_date > %s::timestamptz
WHERE l.user_id = %s ORDER BY l.began_at DESC, l.id DESC LIMIT 100
"""
_SCOPED = """
SELECT t.id, t.workspace_id, t.maker_id, t.scopes, m.role, r.permissions, r.reach, m.queue_ids FROM accounts_token t
JOIN accounts_member m ON m.id = t.maker_id AND m.removed_at IS NULL
LEFT JOIN accounts_customrole r ON r.id = m.custom_id
WHERE t.{0} = %s AND t.revoked_at IS NULL
"""
_OF_SHOWN, _OF_TOKEN = _SCOPED.format("digest"), _SCOPED.format("id")


@dataclass(frozen=True)
class Seat:
    """A member at work: who, where, and as whom they act."""

    actor: Actor
    role: Role
    role_name: str
    name: str
    email: str
    language: str
    theme: str
    workspace_name: str
    workspace_language: str
    time_zone: str
    lacks_second_step: bool = False


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
class LogInRow:
    """A browser in which somebody is logged in."""

    id: int
    session_key: str
    ip: str | None
    browser: str
    began_at: datetime


@dataclass(frozen=True)
class WorkspaceRow:
    id: WorkspaceId
    name: str
    language: str
    time_zone: str


def account(*, user_id: int) -> User | None:
    """Return who logs in, for the face that lets them; None where there is nobody."""
    found = instances(User, _USER, [user_id])
    return found[0] if found else None


def seats_of_user(user_id: int) -> Sequence[Seat]:
    """Return every workspace this user is a member of, oldest membership first."""
    return [_seat(*row) for row in rows(_BY_USER, [user_id])]


def seat(member_id: int) -> Seat | None:
    """Return one member's seat; None where the member was removed or cannot log in."""
    found = rows(_BY_ID, [member_id])
    return _seat(*found[0]) if found else None


def actor_of_token(shown: str) -> Actor | None:
    """Return as whom the holder of this token acts; None where it is unknown or revoked."""
    return _token_actor(rows(_OF_SHOWN, [digest(shown)]))


def actor_of(*, workspace_id: int, label: str) -> Actor:
    """Return who a label names, with what they may do by now: nothing, where they have left."""
    kind, _colon, number = label.partition(":")
    found = _ACTORS[kind](int(number)) if kind in _ACTORS else None
    here = found if found and found.workspace_id == workspace_id else None
    return here or Actor(workspace_id, kind, int(number), frozenset())


def is_password(*, member_id: int, password: str) -> bool:
    """Whether a member logs in with this password."""
    found = Member.objects.select_related("user").filter(pk=member_id).first()
    return found is not None and found.user.check_password(password)


def digest(shown: str) -> str:
    """Return what is kept of a token: it has 256 random bits, so a plain hash is enough."""
    return sha256(shown.encode()).hexdigest()


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


def permissions_of(role: str, own: Sequence[str] | None) -> frozenset[str]:
    """Return what a member may: by one of our roles, or by the workspace's ``own``."""
    return frozenset(own or ()) if role == Role.CUSTOM else PERMISSIONS[role]


def role_name(role: str, called: str | None = None) -> str:
    """Return what a role is called, in the reader's language where it is one of ours."""
    return called or str(ROLE_NAMES[Role(role)])


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


def _token_actor(found: Sequence[tuple[Any, ...]]) -> Actor | None:
    if not found:
        return None
    [(token_id, workspace_id, maker_id, scopes, role, own, reach, queue_ids)] = found
    held = frozenset(scopes) & permissions_of(role, own)
    return Actor(
        workspace_id, "token", token_id, held, reach=Reach(reach or Reach.ALL), stands_for=maker_id,
        queues=(EVERYONES, *queue_ids),
    )  # fmt: skip


def _member_actor(member_id: int) -> Actor | None:
    found = seat(member_id)
    return found.actor if found else None


_ACTORS: Mapping[str, Callable[[int], Actor | None]] = {
    "member": _member_actor,
    "token": lambda token_id: _token_actor(rows(_OF_TOKEN, [token_id])),
}


def _seat(  # noqa: PLR0913, PLR0917 - one row of one statement
    member_id: int, workspace_id: int, role: str, own: Sequence[str] | None, reach: str | None,
    called: str, name: str, email: str, language: str,
    theme: str, workspace_name: str, workspace_language: str, time_zone: str, lacks: bool,
    queue_ids: Sequence[int],
) -> Seat:  # fmt: skip
    language = language or workspace_language
    held = permissions_of(role, own)
    actor = Actor(
        workspace_id, "member", member_id, held, language, Reach(reach or Reach.ALL),
        queues=(EVERYONES, *queue_ids),
    )  # fmt: skip
    name = name or email.partition("@")[0]
    return Seat(
        actor,
        Role(role),
        role_name(role, called),
        name,
        email,
        language,
        theme,
        workspace_name,
        workspace_language,
        time_zone,
        lacks,
    )


def log_ins(*, user_id: int, now: datetime) -> Sequence[LogInRow]:
    """Return where a user is logged in, the latest first."""
    return [LogInRow(*row) for row in rows(_LOG_INS, [now, user_id])]


def is_logged_in(*, log_in_id: int) -> bool:
    """Whether a log-in has not been ended."""
    return LogIn.objects.filter(pk=log_in_id).exists()
