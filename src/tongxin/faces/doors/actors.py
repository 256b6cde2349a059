"""Who is acting: the member behind a session, with the workspace they chose."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec, cast
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url

from tongxin.center.accounts.queries import Seat, seats_of_log_in, seats_of_user
from tongxin.center.kit.registry import check
from tongxin.faces.doors.sessions import SessionStore

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
CHOSEN = "member_id"
LOG_IN = "log_in_id"
VOUCHED = "tongxin.faces.doors.sessions.Vouched"


def maybe_seat(request: HttpRequest) -> Seat | None:
    """Return the member who is logged in, in the workspace they chose (else their first)."""
    if not hasattr(request, "_seat"):
        request._seat = _find(request)  # type: ignore[attr-defined]  # noqa: SLF001 - kept for the request
    return cast("Seat | None", request._seat)  # type: ignore[attr-defined]  # noqa: SLF001


def seat_of(request: HttpRequest) -> Seat:
    """Return the member who is logged in, where ``members_only`` has let them in."""
    seat = maybe_seat(request)
    if seat is None:
        raise LookupError("no member: the view lacks members_only")
    return seat


def seats_here(request: HttpRequest) -> Sequence[Seat]:
    """Return every seat that this log-in opens, read once for a request."""
    if not hasattr(request, "_seats"):
        request._seats = _seats(request)  # type: ignore[attr-defined]  # noqa: SLF001 - kept for the request
    return cast("Sequence[Seat]", request._seats)  # type: ignore[attr-defined]  # noqa: SLF001


def is_bound(request: HttpRequest) -> bool:
    """Whether this session came in by a connection: it opens one workspace, and no account."""
    return request.session.get(BACKEND_SESSION_KEY) == VOUCHED


def members_only(permission: str = "") -> Callable[[View[P]], View[P]]:
    """Let in members only (others log in first), and those only who may."""

    def wrap(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            seat = maybe_seat(request)
            if seat is None:
                return _log_in_first(request)
            if seat.lacks_second_step:
                return _go(
                    request, resolve_url("doors:sso_step" if is_bound(request) else "mfa_index")
                )
            if permission:
                check(seat.actor, permission)
            return view(request, *args, **kwargs)

        return cast("View[P]", guarded)

    return wrap


def _find(request: HttpRequest) -> Seat | None:
    seats = seats_here(request)
    chosen = request.session.get(CHOSEN)
    return next((s for s in seats if s.actor.id == chosen), seats[0] if seats else None)


def _seats(request: HttpRequest) -> Sequence[Seat]:
    if not request.user.is_authenticated:
        return ()
    if is_bound(request):
        return seats_of_log_in(
            log_in_id=request.session.get(LOG_IN) or 0, user_id=int(str(request.user.pk))
        )
    read = cast("SessionStore", request.session).behind
    if read and read.account and read.account.pk == request.user.pk:
        return read.seats
    return seats_of_user(request.user.pk)


def _log_in_first(request: HttpRequest) -> HttpResponse:
    if is_bound(request):  # it was ended from afar, or the member was removed
        request.session.flush()
    elif request.user.is_authenticated:  # all their workspaces ask for another way in
        return _go(request, resolve_url("doors:sso"))
    address = resolve_url(settings.LOGIN_URL) + "?next=" + quote(request.get_full_path())
    return _go(request, address)


def _go(request: HttpRequest, address: str) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
