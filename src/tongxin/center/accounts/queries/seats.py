"""As whom a caller acts: the seats of a user, and who is behind a token or a label."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from tongxin.center.accounts.models import User
from tongxin.center.accounts.values import EVERYONES, PERMISSIONS, ROLE_NAMES, Role
from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.kit.limits import Allowance, Limit, level_of, taking
from tongxin.center.kit.sql import columns_of, instances, rows

_MEMBER = """
SELECT m.id, m.workspace_id, m.role, r.permissions, r.reach, COALESCE(r.name, ''), u.name, u.email,
    u.language, u.theme, w.name, w.language, w.time_zone,
    CASE WHEN COALESCE(r.needs_second_step, m.role = ANY(w.second_step_for))
    THEN NOT {1} ELSE false END, m.queue_ids
FROM accounts_member m
JOIN accounts_user u ON u.id = m.user_id AND u.is_active
JOIN accounts_workspace w ON w.id = m.workspace_id
LEFT JOIN accounts_customrole r ON r.id = m.custom_id
{2} WHERE m.removed_at IS NULL AND {0} ORDER BY m.id
"""
_HAS_ONE = "EXISTS (SELECT FROM mfa_authenticator a WHERE a.user_id = u.id AND a.type IN ('totp', 'webauthn'))"
_IS_OPEN = "(m.role = 'owner' OR NOT w.must_connect)"  # owners are never locked out
_BY_USER = _MEMBER.format(f"m.user_id = %s AND {_IS_OPEN}", _HAS_ONE, "")
OF_SESSION = _MEMBER.format(
    f"l.member_id IS NULL AND m.user_id = l.user_id AND {_IS_OPEN}", _HAS_ONE, ""
)
_BY_ID = _MEMBER.format("m.id = %s", _HAS_ONE, "")
_BY_EMAIL = _MEMBER.format(
    f"m.workspace_id = %s AND lower(u.email) = lower(%s) AND {_IS_OPEN}", _HAS_ONE, ""
)
_BY_LOG_IN = _MEMBER.format(
    "l.user_id = %s", "l.second_step",
    "JOIN accounts_login l ON l.member_id = m.id AND l.user_id = m.user_id AND l.id = %s",
)  # fmt: skip
_CLOSED = f"""
SELECT w.id, w.name FROM accounts_member m JOIN accounts_workspace w ON w.id = m.workspace_id
WHERE m.removed_at IS NULL AND m.user_id = %s AND NOT {_IS_OPEN} ORDER BY m.id
"""  # noqa: S608 - our own words
_USER = f"SELECT {columns_of(User, 'u')} FROM accounts_user u WHERE u.id = %s"  # noqa: S608 - our own words
_SCOPED = """
SELECT t.id, t.workspace_id, t.maker_id, t.scopes, m.role, r.permissions, r.reach, m.queue_ids FROM accounts_token t
JOIN accounts_member m ON m.id = t.maker_id AND m.removed_at IS NULL
LEFT JOIN accounts_customrole r ON r.id = m.custom_id
WHERE t.{0} = %s AND t.revoked_at IS NULL
"""
_WHOSE = "SELECT 'api:token:' || id FROM caller"
_ADMITTED = f"""
WITH caller AS ({_SCOPED.format("digest").replace("%s", "%(digest)s")}), taken AS ({taking(_WHOSE)})
SELECT caller.*, (SELECT tokens FROM taken), ({level_of(_WHOSE)}) FROM caller
"""  # noqa: S608 - our own words
_LOG_IN = "SELECT user_id, member_id FROM accounts_login WHERE id = %s"
_OF_TOKEN = _SCOPED.format("id")


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


def account(*, user_id: int) -> User | None:
    """Return who logs in, for the face that lets them; None where there is nobody."""
    found = instances(User, _USER, [user_id])
    return found[0] if found else None


def seats_of_user(user_id: int) -> Sequence[Seat]:
    """Return every workspace this user is a member of, oldest membership first."""
    return [seated(*row) for row in rows(_BY_USER, [user_id])]


def seats_of_log_in(*, log_in_id: int, user_id: int) -> Sequence[Seat]:
    """Return the one seat that a log-in by a connection opens; none where the log-in was ended."""
    return [seated(*row) for row in rows(_BY_LOG_IN, [log_in_id, user_id])]


def seat_in(*, member_id: int, log_in_id: int) -> Seat | None:
    """Return a member's seat where this log-in (still) opens it, else None."""
    found = rows(_LOG_IN, [log_in_id])
    if not found:
        return None
    [(user_id, bound_to)] = found
    is_bound = bound_to is not None
    here = (
        seats_of_log_in(log_in_id=log_in_id, user_id=user_id)
        if is_bound
        else seats_of_user(user_id)
    )
    return next((one for one in here if one.actor.id == member_id), None)


def closed_to(*, user_id: int) -> Mapping[int, str]:
    """Return the workspaces that this user enters by a connection only, with their names."""
    return dict(rows(_CLOSED, [user_id]))


def seat(member_id: int) -> Seat | None:
    """Return one member's seat; None where the member was removed or cannot log in."""
    found = rows(_BY_ID, [member_id])
    return seated(*found[0]) if found else None


def seat_by_email(*, workspace_id: int, email: str) -> Seat | None:
    """Return the seat of whoever another service vouches for; None for whom it could not let in here.

    That is nobody, a member without the second step that their role needs, and one who enters by a connection only.
    """
    found = next((seated(*row) for row in rows(_BY_EMAIL, [workspace_id, email])), None)
    return None if found is None or found.lacks_second_step else found


def admitted(*, shown: str, limit: Limit, now: datetime) -> tuple[Actor, Allowance] | None:
    """Return as whom the holder of this token acts, and what it may still ask; None where it is unknown or revoked.

    What it asks for now is taken with the same statement: every call of the API begins with it.
    """
    found = rows(_ADMITTED, {"digest": digest(shown), **limit.values(now)})
    if not found:
        return None
    *caller, left, was_left = found[0]
    told = limit.told(was_left if left is None else left, granted=left is not None)
    return _token_actor(*caller), told


def actor_of(*, workspace_id: int, label: str) -> Actor:
    """Return who a label names, with what they may do by now: nothing, where they have left."""
    kind, _colon, number = label.partition(":")
    found = _ACTORS[kind](int(number)) if kind in _ACTORS else None
    here = found if found and found.workspace_id == workspace_id else None
    return here or Actor(workspace_id, kind, int(number), frozenset())


def digest(shown: str) -> str:
    """Return what is kept of a token: it has 256 random bits, so a plain hash is enough."""
    return sha256(shown.encode()).hexdigest()


def permissions_of(role: str, own: Sequence[str] | None) -> frozenset[str]:
    """Return what a member may: by one of our roles, or by the workspace's ``own``."""
    return frozenset(own or ()) if role == Role.CUSTOM else PERMISSIONS[role]


def role_name(role: str, called: str | None = None) -> str:
    """Return what a role is called, in the reader's language where it is one of ours."""
    return called or str(ROLE_NAMES[Role(role)])


def _token_actor(  # noqa: PLR0913, PLR0917 - one row of one statement
    token_id: int, workspace_id: int, maker_id: int, scopes: Sequence[str], role: str,
    own: Sequence[str] | None, reach: str | None, queue_ids: Sequence[int],
) -> Actor:  # fmt: skip
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
    "token": lambda token_id: next(
        (_token_actor(*row) for row in rows(_OF_TOKEN, [token_id])), None
    ),
}


def seated(  # noqa: PLR0913, PLR0917 - one row of one statement
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
