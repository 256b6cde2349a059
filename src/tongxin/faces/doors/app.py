"""The desk as an app: what a browser needs to install it, and the worker that takes its pushes."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxin.faces.doors.actors import maybe_seat
from tongxin.faces.doors.pages import asset, html_language

_PAPER, _JADE = "#faf8f4", "#0f7b6c"  # as assets/look/tokens.css has them


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """Describe the desk as an app, by the name of the workspace."""
    seat = maybe_seat(request)
    name = seat.workspace_name if seat else _("Tongxin")
    described = {
        "id": "/desk/", "name": name, "short_name": name[:12], "lang": html_language(),
        "start_url": "/desk/", "scope": "/", "display": "standalone",
        "background_color": _PAPER, "theme_color": _JADE,
        "icons": _icons(),
        "shortcuts": [
            {"name": _("Waiting longest"), "url": "/desk/waiting/"},
            {"name": _("Mine"), "url": "/desk/mine/"},
        ],
    }  # fmt: skip
    return JsonResponse(described, content_type="application/manifest+json")


def _icons() -> list[dict[str, str]]:
    """Return the mark in the forms that devices take: all as it is, or cut to their own shape."""
    drawn = [("app.svg", "any", "image/svg+xml")]
    drawn += [(f"app-{size}.png", f"{size}x{size}", "image/png") for size in (192, 512)]
    return [
        {"src": settings.STATIC_URL + name, "sizes": sizes, "type": kind, "purpose": purpose}
        for name, sizes, kind in drawn
        for purpose in ("any", "maskable")
    ]


@require_GET
def worker(request: HttpRequest) -> HttpResponse:
    """Serve the worker from the root, so that it may look after the whole desk."""
    return HttpResponse(
        _built(asset("assets/worker/push.ts")),
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )


@cache
def _built(address: str) -> bytes:
    return (Path(settings.STATIC_ROOT) / address.removeprefix(settings.STATIC_URL)).read_bytes()
