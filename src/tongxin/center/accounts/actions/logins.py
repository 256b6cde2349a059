"""Where users are logged in, and the end of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from tongxin.center.accounts.events import MemberLoggedIn, MemberLoggedOut
from tongxin.center.accounts.models import LogIn, Member
from tongxin.center.kit.signals import LIVE, tell
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about

ENDED = "ended"
_LONGEST = 200
_FREE = {"member_id": None, "connection_id": None, "second_step": False}


@dataclass(frozen=True)
class Bound:
    """What a log-in by a connection opens: one member's seat. ``second_step``: that was done, too."""

    member_id: int
    connection_id: int
    second_step: bool = False


@transaction.atomic
def note_log_in(
    *, user_id: int, session_key: str, ip: str, browser: str, now: datetime,
    bound: Bound | None = None,
) -> int:  # fmt: skip
    """Note that a user logged in with this session; every workspace that it opens hears of it."""
    browser, wanted = browser[:_LONGEST], vars(bound) if bound else _FREE
    made, _new = LogIn.objects.update_or_create(
        session_key=session_key,
        defaults={"user_id": user_id, "ip": ip or None, "browser": browser, "began_at": now, **wanted},
    )  # fmt: skip
    record(
        MemberLoggedIn(
            **about(workspace_id, f"member:{pk}", "member", pk, now),
            member_id=pk, ip=ip, browser=browser,
            connection_id=bound.connection_id if bound else None,
        )
        for pk, workspace_id in _seats(made)
    )  # fmt: skip
    return made.pk


@transaction.atomic
def end_log_ins(*, user_id: int, now: datetime, log_in_id: int | None = None, but: str = "") -> int:
    """End one log-in of a user, or all ``but`` the session of this key; returns how many ended.

    Their sockets close at once.
    """
    found = LogIn.objects.filter(user_id=user_id).exclude(session_key=but)
    if log_in_id is not None:
        found = found.filter(pk=log_in_id)
    return _end(found, now)


@transaction.atomic
def end_log_ins_by(
    *, connection_ids: Sequence[int], member_ids: Sequence[int] | None = None, now: datetime
) -> int:
    """End the log-ins by connections, of all or of these members; returns how many ended."""
    found = LogIn.objects.filter(connection_id__in=connection_ids)
    if member_ids is not None:
        found = found.filter(member_id__in=member_ids)
    return _end(found, now)


def note_second_step(*, log_in_id: int) -> None:
    """Note that a second step was done in a log-in by a connection."""
    LogIn.objects.filter(pk=log_in_id).update(second_step=True)


def _end(found: QuerySet[LogIn], now: datetime) -> int:
    ending = list(found.select_for_update().order_by("pk"))
    if not ending:
        return 0
    Session.objects.filter(session_key__in=[one.session_key for one in ending]).delete()
    LogIn.objects.filter(pk__in=[one.pk for one in ending]).delete()
    tell(LIVE, [{"t": ENDED, "l": one.pk} for one in ending])
    record(
        MemberLoggedOut(
            **about(workspace_id, f"member:{pk}", "member", pk, now), member_id=pk, browsers=many
        )
        for (pk, workspace_id), many in _counted(ending).items()
    )
    return len(ending)


def _counted(ending: Iterable[LogIn]) -> dict[tuple[int, int], int]:
    """Return how many log-ins end for each seat: those by a connection know one seat only."""
    bound = [one for one in ending if one.member_id]
    free = [one for one in ending if not one.member_id]
    users, members = {one.user_id for one in free}, {one.member_id or 0 for one in bound}
    here = Member.objects.filter(removed_at=None).order_by("pk")
    known = list(
        (here.filter(user_id__in=users) | here.filter(pk__in=members)).values_list(
            "pk", "workspace_id", "user_id"
        )
    )
    return {
        (pk, workspace_id): many
        for pk, workspace_id, user_id in known
        if (many := sum(one.user_id == user_id for one in free) + sum(one.member_id == pk for one in bound))
    }  # fmt: skip


def _seats(made: LogIn) -> list[tuple[int, int]]:
    here = Member.objects.filter(user_id=made.user_id, removed_at=None).order_by("pk")
    if made.member_id:
        here = here.filter(pk=made.member_id)
    return list(here.values_list("pk", "workspace_id"))
