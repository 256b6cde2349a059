"""What every response carries, and in whose language it is."""

import time
from collections.abc import Callable
from functools import lru_cache
from itertools import chain

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request

from tongxin.center.kit.refusals import Refused
from tongxin.faces.doors.accidents import answer, unreadable
from tongxin.faces.doors.actors import maybe_seat
from tongxin.faces.doors.problems import STATUS, field_of

Next = Callable[[HttpRequest], HttpResponse]
_BUSY = 503
_SOON = 5  # seconds: who waited longer is not kept waiting once more


class Refusals:
    """A room's "no", wherever it was raised, becomes an answer."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        status, detail = STATUS[error.reason], str(error.detail)
        return answer(request, status, error.code, detail, **field_of(error))


class ReadableForms:
    """No form holds NUL: no browser sends it, and the database cannot keep it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *_given: object
    ) -> HttpResponse | None:
        if getattr(view, "csrf_exempt", False):  # its body is no form, and may be large
            return None
        fields = chain(request.GET.lists(), request.POST.lists())
        holds_nul = any("\0" in text for name, values in fields for text in (name, *values))
        return unreadable(request) if holds_nul else None


class KeptToken(CsrfViewMiddleware):
    """The forms' token is a cookie; a browser that has it is not handed it again with every page.

    It lasts for a year, and logging in makes a new one.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        token = request.META.get("CSRF_COOKIE")
        if token and token == request.COOKIES.get(settings.CSRF_COOKIE_NAME):
            request.META["CSRF_COOKIE_NEEDS_UPDATE"] = False
            patch_vary_headers(response, ["Cookie"])
        return super().process_response(request, response)


class Again:
    """What was only asked is asked once more, where the database went away meanwhile."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        response = self.get_response(request)
        was_asked = request.method in {"GET", "HEAD"} and not connection.in_atomic_block
        if response.status_code == _BUSY and was_asked and time.monotonic() < began + _SOON:
            connection.close()
            return self.get_response(request)
        return response


class SecurityHeaders:
    """A strict content security policy without inline code, and its companions."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        headers = response.headers
        if "Content-Security-Policy" not in headers:
            headers["Content-Security-Policy"] = policy(request.get_host())
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("X-Frame-Options", "DENY")
        return response


class Language:
    """Every answer speaks the caller's language."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(language_of(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response


def language_of(request: HttpRequest) -> str:
    """Return ``en`` or ``zh-hans``: as the member chose, as the visitor chose, as the browser asks."""
    seat = maybe_seat(request) if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    chosen = seat.language if seat else request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    if chosen in dict(settings.LANGUAGES):
        return chosen
    wanted = request.headers.get("Accept-Language", "")
    if wanted.lower().lstrip().startswith("zh"):
        return "zh-hans"
    return get_language_from_request(request)


def live_url(host: str) -> str:
    """Return where browsers find the wire, over HTTP."""
    if settings.LIVE_URL:
        return settings.LIVE_URL.rstrip("/")
    name = host.rpartition(":")[0] if ":" in host and not host.endswith("]") else host
    scheme = "https" if settings.SESSION_COOKIE_SECURE else "http"
    return f"{scheme}://{name}:{settings.LIVE_PORT}"


@lru_cache(maxsize=64)
def policy(host: str) -> str:
    live = "/".join(live_url(host).split("/")[:3])  # a path would be compared to the letter
    socket = live.replace("http", "ws", 1)
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        f"font-src 'self'; connect-src 'self' {live} {socket}; manifest-src 'self'; media-src 'self'; "
        "frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
