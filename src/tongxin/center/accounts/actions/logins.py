"""Where users are logged in, and the end of it."""

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db import transaction

from tongxin.center.accounts.events import MemberLoggedIn, MemberLoggedOut
from tongxin.center.accounts.models import LogIn, Member
from tongxin.center.kit.signals import LIVE, tell
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about

ENDED = "ended"
_LONGEST = 200


@transaction.atomic
def note_log_in(*, user_id: int, session_key: str, ip: str, browser: str, now: datetime) -> int:
    """Note that a user logged in with this session; every workspace of theirs hears of it."""
    browser = browser[:_LONGEST]
    made, _new = LogIn.objects.update_or_create(
        session_key=session_key,
        defaults={"user_id": user_id, "ip": ip or None, "browser": browser, "began_at": now},
    )
    record(
        MemberLoggedIn(
            **about(workspace_id, f"member:{pk}", "member", pk, now),
            member_id=pk, ip=ip, browser=browser,
        )
        for pk, workspace_id in _seats(user_id)
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
    ending = dict(found.select_for_update().values_list("pk", "session_key"))
    if not ending:
        return 0
    Session.objects.filter(session_key__in=ending.values()).delete()
    LogIn.objects.filter(pk__in=ending).delete()
    tell(LIVE, [{"t": ENDED, "l": pk} for pk in ending])
    record(
        MemberLoggedOut(
            **about(workspace_id, f"member:{pk}", "member", pk, now),
            member_id=pk, browsers=len(ending),
        )
        for pk, workspace_id in _seats(user_id)
    )  # fmt: skip
    return len(ending)


def _seats(user_id: int) -> list[tuple[int, int]]:
    here = Member.objects.filter(user_id=user_id, removed_at=None).order_by("pk")
    return list(here.values_list("pk", "workspace_id"))
