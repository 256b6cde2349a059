"""The widget: its script, and how it looks and speaks for one inbox."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.files import LARGEST, TYPES
from tongxin.center.kit.plugins import manifests
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.faces.doors.dates import Calendar
from tongxin.faces.doors.middleware import live_url
from tongxin.faces.doors.pages import html_language
from tongxin.faces.portal import words
from tongxin.faces.portal.cors import from_anywhere
from tongxin.service.channels.queries import carried_by_live, inbox_by_key
from tongxin.service.channels.values import InboxRow
from tongxin.service.hours.queries import next_opening
from tongxin.service.queues.queries import hours_of_inbox

_LONGEST = 4000


@dataclass(frozen=True)
class Script:
    """The built widget, plain and packed."""

    plain: bytes
    packed: bytes
    etag: str


@from_anywhere("GET")
def script(request: HttpRequest) -> HttpResponse:
    """Serve the widget from an address that never changes, for five minutes at a time."""
    built = _built()
    packs = "gzip" in request.headers.get("Accept-Encoding", "")
    if request.headers.get("If-None-Match") == built.etag:
        response = HttpResponse(status=304)
    else:
        body = built.packed if packs else built.plain
        response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
        if packs:
            response["Content-Encoding"] = "gzip"
    response["ETag"] = built.etag
    response["Cache-Control"] = "public, max-age=300"
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


@from_anywhere("GET")
def config(request: HttpRequest, key: str) -> HttpResponse:
    """Say all that the widget needs to know about an inbox, in the language asked for."""
    inbox = chat_inbox(key)
    response = JsonResponse(_config(request, inbox), json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "no-cache"
    return response


def chat_inbox(key: str) -> InboxRow:
    """Return a web chat's inbox; raise Refused (``inbox.missing``)."""
    inbox = inbox_by_key(key=key)
    if not carried_by_live(inbox.channel):
        raise Refused("inbox.missing", _("There is no such inbox."), Reason.MISSING)
    return inbox


def _config(request: HttpRequest, inbox: InboxRow) -> dict[str, object]:
    chosen, language = inbox.settings, html_language()
    return {
        "inbox": inbox.key,
        "name": chosen.get("brand") or inbox.name,
        "color": chosen.get("color") or "",
        "greeting": chosen.get(f"greeting_{language[:2]}") or "",
        "ask_email": bool(chosen.get("ask_email", True)),
        "language": language,
        "live": live_url(request.get_host()),
        "files": request.build_absolute_uri(f"/widget/{inbox.key}/files"),
        "accept": sorted(TYPES),
        "largest": LARGEST,
        "longest": manifests()[inbox.channel].can.get("longest_text", _LONGEST),
        "texts": words.widget() | _closed(inbox),
    }


def _closed(inbox: InboxRow) -> dict[str, str]:
    """Say when somebody will be there, in the time of the shop, where nobody is now."""
    hours, now = hours_of_inbox(inbox_id=inbox.id), timezone.now()
    opens = next_opening(hours, now)
    if hours is None or opens is None or opens == now:
        return {}
    zone = ZoneInfo(hours.time_zone)
    told = Calendar(now, zone, html_language().startswith("zh"))
    return {"under": _("Open again: %(when)s") % {"when": f"{told.day(opens)} {told.clock(opens)}"}}


def _built() -> Script:
    path = Path(settings.STATIC_ROOT) / "widget.js"
    try:
        return _read(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        raise Refused("widget.missing", _("The widget is not built yet."), Reason.MISSING) from None


@cache
def _read(path: Path, _changed: int) -> Script:
    plain = path.read_bytes()
    etag = f'"{hashlib.sha256(plain).hexdigest()[:20]}"'
    return Script(plain, gzip.compress(plain, 9, mtime=0), etag)
