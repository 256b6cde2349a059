"""Tokens by which machines act."""

from collections import defaultdict

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.center.accounts.actions import create_token, revoke_tokens
from tongxin.center.accounts.queries import tokens
from tongxin.center.kit.refusals import Refused
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import attempt, form_key, made_before, make_once, number
from tongxin.faces.doors.pages import render

NEEDS = "token.write"


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def page(request: HttpRequest) -> HttpResponse:
    """List tokens; make one, and show it this once."""
    if request.method == "GET":
        return _shown(request)
    actor = seat_of(request).actor
    name, scopes = request.POST.get("name", "").strip(), request.POST.getlist("scopes")

    def make() -> str:
        new = create_token(actor=actor, name=name or "API", scopes=scopes, now=timezone.now())
        return new.token

    try:
        shown = make_once(request, make)
    except Refused as refused:
        return _shown(request, name=name, chosen=scopes, error=refused, status=422)
    if shown is None:
        messages.info(request, made_before())
        return redirect("studio:tokens")
    return _shown(request, made=shown)


@require_POST
@members_only(NEEDS)
def revoke(request: HttpRequest, token: str) -> HttpResponse:
    """Take a token back at once."""
    actor, ids = seat_of(request).actor, [number("tok", token)]
    attempt(
        request,
        lambda: revoke_tokens(actor=actor, token_ids=ids, now=timezone.now()),
        _("The token opens nothing any more."),
    )
    return redirect("studio:tokens")


def _shown(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    actor = seat_of(request).actor
    values = {
        "tokens": tokens(actor=actor),
        "scopes": _by_room(sorted(actor.permissions)),
        "form_key": form_key(),
        **more,
    }
    return render(request, "studio/tokens.html", values, status)


def _by_room(scopes: list[str]) -> dict[str, list[str]]:
    rooms = defaultdict(list)
    for scope in scopes:
        rooms[scope.partition(".")[0]].append(scope)
    return dict(rooms)
