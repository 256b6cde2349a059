"""Where users are logged in, and by what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tongxin.center.accounts.models import LogIn, Member
from tongxin.center.kit.sql import rows

_LOG_INS = """
SELECT l.id, l.session_key, host(l.ip), l.browser, l.began_at, l.connection_id FROM accounts_login l
JOIN django_session s ON s.session_key = l.session_key AND s.expire_date > %s::timestamptz
WHERE l.user_id = %s ORDER BY l.began_at DESC, l.id DESC LIMIT 100
"""


@dataclass(frozen=True)
class LogInRow:
    """A browser in which somebody is logged in; ``connection_id`` where they came by a connection."""

    id: int
    session_key: str
    ip: str | None
    browser: str
    began_at: datetime
    connection_id: int | None


def is_password(*, member_id: int, password: str) -> bool:
    """Whether a member logs in with this password."""
    found = Member.objects.select_related("user").filter(pk=member_id).first()
    return found is not None and found.user.check_password(password)


def log_ins(*, user_id: int, now: datetime) -> Sequence[LogInRow]:
    """Return where a user is logged in, the latest first."""
    return [LogInRow(*row) for row in rows(_LOG_INS, [now, user_id])]


def is_logged_in(*, log_in_id: int) -> bool:
    """Whether a log-in has not been ended."""
    return LogIn.objects.filter(pk=log_in_id).exists()
