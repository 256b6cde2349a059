"""Who is behind a browser's session, and where they sit: every page begins with it, so it is asked at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from tongxin.center.accounts.models import User
from tongxin.center.accounts.queries.seats import OF_SESSION, Seat, seated
from tongxin.center.kit.sql import columns_of, made, rows

_BEHIND = f"""
SELECT s.session_data, {columns_of(User, "u")}, seat.* FROM django_session s
LEFT JOIN accounts_login l ON l.session_key = s.session_key
LEFT JOIN accounts_user u ON u.id = l.user_id
LEFT JOIN LATERAL ({OF_SESSION}) seat ON true
WHERE s.session_key = %s AND s.expire_date > now() ORDER BY seat.id
"""  # noqa: S608 - our own words
_WIDTH = len(User._meta.concrete_fields)  # noqa: SLF001 - documented


@dataclass(frozen=True)
class Behind:
    """What a session holds; who logged in with it, where that was noted; and the seats that a password opens."""

    data: str
    account: User | None
    seats: Sequence[Seat]


def behind(*, session_key: str) -> Behind | None:
    """Return who is behind a session; None where it has ended."""
    found = rows(_BEHIND, [session_key])
    if not found:
        return None
    data, *user = found[0][: 1 + _WIDTH]
    seats = [seated(*row[1 + _WIDTH :]) for row in found if row[1 + _WIDTH] is not None]
    return Behind(data, made(User, user) if user[0] is not None else None, seats)
