"""Who did what, about what, when: to read, to prove and to take away."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tongxin.center.accounts.queries import Seat, members
from tongxin.center.federation.queries import names_in
from tongxin.center.kit.ids import label_of, public_details, public_label
from tongxin.center.kit.text import whole_number
from tongxin.center.timeline.actions import MOST_EXPORTED, export, set_retention
from tongxin.center.timeline.queries import AuditRow, audit, retention, verified
from tongxin.center.timeline.values import told_kinds
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import attempt
from tongxin.faces.doors.pages import render, zone_of
from tongxin.faces.doors.tables import as_csv, attached

NEEDS, MAY_EXPORT = "audit.read", "audit.export"
_COLUMNS = ("number", "happened_at", "actor", "kind", "subject", "data", "seal")
_KEEPS = (None, 30, 90, 365, 1095, 2555)


@require_GET
@members_only(NEEDS)
def page(request: HttpRequest) -> HttpResponse:
    """Show what happened, newest first, as far as it is asked for."""
    seat = seat_of(request)
    asked = _asked(request, seat)
    found = audit(actor=seat.actor, **asked, cursor=request.GET.get("cursor") or None)
    people = members(actor=seat.actor, with_removed=True)
    ways = names_in(workspace_id=seat.actor.workspace_id)
    values = {
        "found": found, "given": request.GET, "told": told_kinds(),
        "nouns": sorted({kind.partition(".")[0] for kind in told_kinds()}),
        "members": people, "names": {
            **{f"member:{m.id}": m.name for m in people},
            **{f"connection:{pk}": name for pk, name in ways.items()},
        },
        "label": public_label, "details": _details, "more": _address(request, found.next_cursor),
        "query": _address(request, None), "verdict": verified(actor=seat.actor),
        "days": retention(actor=seat.actor), "keeps": _KEEPS, "most": MOST_EXPORTED,
    }  # fmt: skip
    return render(request, "studio/audit.html", values)


@require_POST
@members_only(MAY_EXPORT)
def take(request: HttpRequest, form: str) -> HttpResponse:
    """Hand out what is asked for, as CSV or JSON lines; that is remembered."""
    seat = seat_of(request)
    found = export(actor=seat.actor, **_asked(request, seat), now=timezone.now())
    told = [_told(row) for row in found]
    text, kind = (_csv(told), "text/csv") if form == "csv" else (_lines(told), "application/jsonl")
    return attached(text, f"audit.{form}", f"{kind}; charset=utf-8")


@require_POST
@members_only("workspace.own")
def keep(request: HttpRequest) -> HttpResponse:
    """Choose for how long facts are kept."""
    actor, days = seat_of(request).actor, whole_number(request.POST.get("days", ""))
    if days in _KEEPS:
        attempt(
            request, lambda: set_retention(actor=actor, days=days, now=timezone.now()), _("Saved.")
        )
    return redirect("studio:audit")


def _asked(request: HttpRequest, seat: Seat) -> dict[str, Any]:
    given = request.GET
    until = _day(given.get("until", ""), seat)
    return {
        "by": label_of(given.get("by", "").strip()),
        "kind": given.get("kind", "").strip()[:64],
        "about_what": label_of(given.get("about", "").strip()[:64]),
        "since": _day(given.get("since", ""), seat),
        "until": until + timedelta(days=1) if until else None,
    }


def _day(text: str, seat: Seat) -> datetime | None:
    """Return when a day begins in the workspace's time zone; None where the text is none."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), zone_of(seat))
    except ValueError:
        return None


def _address(request: HttpRequest, cursor: str | None) -> str:
    given = request.GET.copy()
    given.pop("cursor", None)
    if cursor:
        given["cursor"] = cursor
    return given.urlencode()


def _details(row: AuditRow) -> str:
    return json.dumps(public_details(row.data), ensure_ascii=False, indent=1) if row.data else ""


def _told(row: AuditRow) -> dict[str, Any]:
    return {
        "number": row.number, "happened_at": row.happened_at.isoformat(),
        "actor": public_label(row.actor), "kind": row.kind, "subject": public_label(row.subject),
        "data": public_details(row.data), "seal": row.seal,
    }  # fmt: skip


def _csv(told: Iterable[Mapping[str, Any]]) -> str:
    cells = [{**row, "data": json.dumps(row["data"], ensure_ascii=False)} for row in told]
    return as_csv(_COLUMNS, ([row[name] for name in _COLUMNS] for row in cells))


def _lines(told: Iterable[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in told)
