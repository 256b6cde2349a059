"""Begin the session of somebody whom a connection let in."""

from datetime import datetime, timedelta

from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest

from tongxin.center.accounts.actions import Bound, end_log_ins, note_log_in
from tongxin.center.accounts.queries import account
from tongxin.center.federation.actions import enter, note_refusal
from tongxin.center.federation.values import Claims, Provider
from tongxin.center.kit.refusals import Refused
from tongxin.faces.doors.actors import LOG_IN, VOUCHED
from tongxin.faces.doors.logins import came_from
from tongxin.faces.doors.sso.trouble import trouble

LASTS = timedelta(hours=12)  # then the provider is asked again, and the groups are mapped again


def let_in(request: HttpRequest, provider: Provider, claims: Claims, now: datetime) -> None:
    """Let somebody in, in a new session that opens this connection's workspace and nothing else.

    Whatever session this browser had ends. Raises Refused, as ``federation.enter`` says.
    """
    try:
        with transaction.atomic():
            _let_in(request, provider, claims, now)
    except Refused as refused:
        note_refusal(connection_id=provider.id, claims=claims, code=refused.code, now=now)
        raise


def _let_in(request: HttpRequest, provider: Provider, claims: Claims, now: datetime) -> None:
    entered = enter(connection_id=provider.id, claims=claims, now=now)
    user = account(user_id=entered.user_id)
    if user is None:
        raise trouble("sso.off")
    _end_what_was(request, now)
    login(request, user, backend=VOUCHED)
    request.session.set_expiry(now + LASTS)
    request.session.save()
    address, browser = came_from(request)
    bound = Bound(entered.member_id, entered.connection_id, entered.second_step)
    request.session[LOG_IN] = note_log_in(
        user_id=user.pk, session_key=str(request.session.session_key), ip=address, browser=browser,
        now=now, bound=bound,
    )  # fmt: skip
    for known in ("_seat", "_seats"):
        vars(request).pop(known, None)


def _end_what_was(request: HttpRequest, now: datetime) -> None:
    log_in_id = request.session.get(LOG_IN)
    if request.user.is_authenticated and log_in_id:
        end_log_ins(user_id=int(str(request.user.pk)), log_in_id=log_in_id, now=now)
    request.session.flush()
