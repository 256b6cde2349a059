"""Where everybody comes in, and which language they are spoken to in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from tongxin.center.accounts.actions import choose_looks
from tongxin.center.kit.text import whole_number
from tongxin.faces.doors.actors import CHOSEN, maybe_seat, members_only, seat_of
from tongxin.service.team.actions import set_presence
from tongxin.service.team.values import AwayFor, State

THEMES = {"", "light", "dark"}
_YEAR = 365 * 24 * 3600


def home(request: HttpRequest) -> HttpResponse:
    return redirect("/desk/")


def health(request: HttpRequest) -> HttpResponse:
    """Say that the pages are there (load balancers and the supervisor ask)."""
    return HttpResponse("ok", content_type="text/plain")


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language: with the member, and in a cookie."""
    response = HttpResponseRedirect(_next(request))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        if (seat := maybe_seat(request)) is not None:
            choose_looks(actor=seat.actor, language=chosen)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, chosen, max_age=_YEAR, samesite="Lax", httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    return response


@require_POST
@members_only()
def theme(request: HttpRequest) -> HttpResponse:
    """Remember light, dark, or as the system has it (empty)."""
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        choose_looks(actor=seat_of(request).actor, theme=chosen)
    return HttpResponseRedirect(_next(request))


@require_POST
@members_only()
def presence(request: HttpRequest) -> HttpResponse:
    """Come online, step away or go offline."""
    chosen, _colon, wanted = request.POST.get("state", "").partition(":")
    if chosen in set(State):
        away_for = AwayFor(wanted) if wanted in set(AwayFor) else AwayFor.UNSAID
        actor, state = seat_of(request).actor, State(chosen)
        set_presence(actor=actor, state=state, away_for=away_for, now=timezone.now())
    return HttpResponseRedirect(_next(request))


@require_POST
@members_only()
def workspace(request: HttpRequest) -> HttpResponse:
    """Go over to another workspace of one's own."""
    chosen = request.POST.get("member", "")
    request.session[CHOSEN] = whole_number(chosen) or 0
    return redirect("/desk/")


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    return wanted if ours and wanted.startswith(("/", "http")) else "/desk/"
