"""Where one is logged in, by what, and logging out from afar."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tongxin.center.accounts.actions import end_log_ins
from tongxin.center.accounts.queries import log_ins
from tongxin.center.federation.queries import names_of
from tongxin.center.kit.text import whole_number
from tongxin.faces.doors.actors import is_bound
from tongxin.faces.doors.pages import render

_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("MicroMessenger/", "WeChat"),
             ("Chrome/", "Chrome"), ("Safari/", "Safari"))  # fmt: skip
_PLACES = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
           ("Mac OS X", "macOS"), ("Linux", "Linux"))  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A browser in which one is logged in, as one recognizes it."""

    id: int
    browser: str
    ip: str
    began_at: datetime
    is_here: bool
    connection: str


@require_GET
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """List the browsers in which one is logged in."""
    here = request.session.session_key
    found = log_ins(user_id=int(str(request.user.pk)), now=timezone.now())
    if is_bound(request):  # who vouches for somebody here learns nothing of them elsewhere
        found = [row for row in found if row.session_key == here]
    names = names_of(connection_ids={row.connection_id for row in found if row.connection_id})
    rows = [
        Place(
            row.id, named(row.browser), row.ip or "", row.began_at, row.session_key == here,
            names.get(row.connection_id or 0, ""),
        )
        for row in found
    ]  # fmt: skip
    return render(request, "doors/sessions.html", {"rows": rows, "is_bound": is_bound(request)})


@require_POST
@login_required
def end(request: HttpRequest) -> HttpResponse:
    """Log out of one browser, or of all but this."""
    end_log_ins(
        user_id=int(str(request.user.pk)), but=request.session.session_key or "",
        log_in_id=whole_number(request.POST.get("log_in", "")), now=timezone.now(),
    )  # fmt: skip
    messages.success(request, _("Logged out there."))
    return redirect("doors:sessions")


def came_from(request: HttpRequest) -> tuple[str, str]:
    """Return the address and the browser of a caller; no address where none is known."""
    adapter = get_adapter(request)
    try:
        address = str(adapter.get_client_ip(request))
    except PermissionDenied:  # as behind a socket file
        address = ""
    return address, str(adapter.get_http_user_agent(request))


def named(agent: str) -> str:
    """Return a browser's name as people say it, as in "Firefox, Windows"."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    place = next((name for mark, name in _PLACES if mark in agent), "")
    return ", ".join(filter(None, (browser, place))) or agent[:60] or "?"
