"""What the workspace is called, and where it is."""

from zoneinfo import available_timezones

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongxin.center.accounts.actions import LANGUAGES, change_workspace
from tongxin.center.accounts.queries import workspace
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import attempt
from tongxin.faces.doors.pages import render

NAMES = {"en": "English", "zh-hans": "简体中文"}
_ELSEWHERE = ("Etc/", "SystemV/", "posix", "right")


@require_http_methods(["GET", "POST"])
@members_only("workspace.write")
def page(request: HttpRequest) -> HttpResponse:
    """Show the workspace, or set it."""
    actor = seat_of(request).actor
    if request.method == "POST":
        given = {name: request.POST.get(name, "") for name in ("name", "language", "time_zone")}
        attempt(
            request, lambda: change_workspace(actor=actor, **given, now=timezone.now()), _("Saved.")
        )
        return redirect("studio:workspace")
    values = {
        "workspace": workspace(actor=actor),
        "languages": [(code, NAMES[code]) for code in LANGUAGES],
        "zones": zones(),
    }
    return render(request, "studio/workspace.html", values)


def zones() -> list[str]:
    """Return the time zones that people live in."""
    named = (
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(_ELSEWHERE)
    )
    return ["UTC", *sorted(named)]
