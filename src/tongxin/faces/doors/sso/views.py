"""The doors of logging in by one's company: find the connection, go there, come back."""

import logging
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.center.accounts.queries import closed_to
from tongxin.center.federation.queries import provider as provider_of
from tongxin.center.federation.queries import ways, ways_into
from tongxin.center.federation.values import Claims, Kind, Provider
from tongxin.center.kit.limits import take
from tongxin.center.kit.refusals import Refused
from tongxin.faces.doors.actors import is_bound, maybe_seat
from tongxin.faces.doors.logins import came_from
from tongxin.faces.doors.pages import render
from tongxin.faces.doors.problems import STATUS
from tongxin.faces.doors.sso import entering, oidc, saml, step, trips
from tongxin.faces.doors.sso.trouble import trouble

_log = logging.getLogger(__name__)
_LAST, _YEAR = "tongxin_way", 365 * 24 * 3600  # the way by which this browser came in last
_AT_ONCE, _PER_SECOND = 120, 2.0  # log-ins begun from one address: a whole company may share it


@never_cache
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Find the way in, by an e-mail address or a short name; or say which workspaces ask for it."""
    leads_to = _inside(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "GET":
        return _found(request, leads_to)
    said = request.POST.get("who", "").strip()[:254]
    try:
        _take_one(request, timezone.now())
    except Refused as refused:
        return _told(request, refused, None)
    found = ways(said=said)
    if len(found) == 1:
        address = _with_next(reverse("doors:sso_begin", args=[found[0].key]), leads_to)
        # Not a redirect: the policy lets forms lead nowhere else, not even by way of us.
        response = render(request, "doors/sso/going.html", {"way": found[0], "address": address})
        response.headers["Refresh"] = f"0; url={address}"
        return response
    error = (
        "" if found else _("No company log-in is known for this. Ask your admin for the address.")
    )
    values = {"said": said, "ways": found, "error": error, "leads_to": leads_to}
    return render(request, "doors/sso/find.html", values, 200 if found else 422)


@never_cache
@require_safe
def begin(request: HttpRequest, key: str) -> HttpResponse:
    """Send the browser to the provider."""
    now = timezone.now()
    try:
        _take_one(request, now)
        provider = _provider(key)
        trip = trips.begun(provider, _inside(request, request.GET.get("next", "")), now)
        if provider.kind is Kind.OIDC:
            address = oidc.address_for(provider, trip, _ours(request, "doors:sso_back", key))
        else:
            address, asked = saml.address_for(provider, trip, places(request, key))
            trip = trips.Trip(**{**vars(trip), "request_id": asked})
    except Refused as refused:
        return _told(request, refused, key)
    trips.keep(request, trip)
    return redirect(address)


@never_cache
@require_safe
def back(request: HttpRequest, key: str) -> HttpResponse:
    """Take what an OpenID Connect provider sent the browser back with."""
    now = timezone.now()
    try:
        provider = _provider(key, Kind.OIDC)
        trip = trips.finished(request, provider, request.GET.get("state", ""), now)
        place = _ours(request, "doors:sso_back", key)
        claims = oidc.proved(provider, request.GET.dict(), trip, place)
        return _come_in(request, provider, claims, trip, now)
    except Refused as refused:
        return _told(request, refused, key)


@never_cache
@csrf_exempt
@require_POST
def consume(request: HttpRequest, key: str) -> HttpResponse:
    """Take what a SAML provider had the browser post.

    A post from elsewhere comes without our cookie: it is posted once more, from a page of ours.
    """
    state, encoded = request.POST.get("RelayState", ""), request.POST.get("SAMLResponse", "")
    if not trips.is_under_way(request, state) and "again" not in request.POST:
        values = {"state": state[:200], "answer": encoded[: saml.LONGEST]}
        return render(request, "doors/sso/again.html", values)
    now = timezone.now()
    try:
        provider = _provider(key, Kind.SAML)
        trip = trips.finished(request, provider, state, now)
        claims = saml.proved(provider, encoded, trip, places(request, key), now)
        return _come_in(request, provider, claims, trip, now)
    except Refused as refused:
        return _told(request, refused, key)


@require_safe
def metadata(request: HttpRequest, key: str) -> HttpResponse:
    """Say to a SAML provider who we are."""
    try:
        _provider(key, Kind.SAML, is_on=False)
    except Refused as refused:
        return _told(request, refused, None)
    text = saml.our_metadata(places(request, key))
    response = HttpResponse(text, content_type="application/samlmetadata+xml; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="tongxin-metadata.xml"'
    return response


def places(request: HttpRequest, key: str) -> saml.Places:
    """Return what we are called at a SAML provider."""
    return saml.Places(
        _ours(request, "doors:sso_metadata", key), _ours(request, "doors:sso_acs", key)
    )


def back_address(request: HttpRequest, key: str) -> str:
    """Return the redirect address that is entered at an OpenID Connect provider."""
    return _ours(request, "doors:sso_back", key)


def direct_address(request: HttpRequest, key: str) -> str:
    """Return the address that begins a log-in by this connection."""
    return _ours(request, "doors:sso_begin", key)


def _come_in(
    request: HttpRequest, provider: Provider, claims: Claims, trip: trips.Trip, now: datetime
) -> HttpResponse:
    entering.let_in(request, provider, claims, now)
    step.remember(request, trip.leads_to)
    response = redirect(trip.leads_to)
    response.set_cookie(
        _LAST, provider.key, max_age=_YEAR, samesite="Lax", httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


def _provider(key: str, kind: Kind | None = None, *, is_on: bool = True) -> Provider:
    found = provider_of(key=key)
    if found is None or kind not in {None, found.kind}:
        raise trouble("sso.unknown")
    if is_on and not found.is_on:
        raise trouble("sso.off")
    return found


def _found(request: HttpRequest, leads_to: str) -> HttpResponse:
    closed: Mapping[int, str] = {}
    if request.user.is_authenticated and not is_bound(request):
        closed = closed_to(user_id=int(str(request.user.pk)))
    values = {
        "ways": ways_into(workspace_ids=closed) if closed else (), "leads_to": leads_to, "said": "",
        "last": None if closed else _last(request),
        "is_lost": request.user.is_authenticated and maybe_seat(request) is None,
    }  # fmt: skip
    return render(request, "doors/sso/find.html", values)


def _last(request: HttpRequest) -> Provider | None:
    key = request.COOKIES.get(_LAST, "")
    found = provider_of(key=key) if key.isascii() and key.isalnum() else None
    return found if found and found.is_on else None


def _take_one(request: HttpRequest, now: datetime) -> None:
    address, _browser = came_from(request)
    taken = take(name=f"sso {address}", size=_AT_ONCE, per_second=_PER_SECOND, cost=1, now=now)
    if not taken.granted:
        raise trouble("sso.often")


def _told(request: HttpRequest, refused: Refused, key: str | None) -> HttpResponse:
    notes = "; ".join(getattr(refused, "__notes__", ()))
    _log.info("a log-in by %s was refused: %s %s", key, refused.code, notes)
    values = {
        "detail": refused.detail,
        "code": refused.code,
        "key": key if _can_try_again(key) else None,
    }
    return render(request, "doors/sso/trouble.html", values, STATUS[refused.reason])


def _can_try_again(key: str | None) -> bool:
    """Whether there is a way in to try once more."""
    found = provider_of(key=key) if key else None
    return found is not None and found.is_on


def _ours(request: HttpRequest, name: str, key: str) -> str:
    path = reverse(name, args=[key])
    return settings.ADDRESS + path if settings.ADDRESS else request.build_absolute_uri(path)


def _inside(request: HttpRequest, wanted: str) -> str:
    """Return where a log-in leads: nowhere else but to us."""
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours and not wanted.startswith("/account/") else settings.LOGIN_REDIRECT_URL


def _with_next(address: str, leads_to: str) -> str:
    return f"{address}?{urlencode({'next': leads_to})}"
