"""Business hours: calendars of the week, with the days that differ."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Refused
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import attempt, form_key, made_before, make_once, number
from tongxin.faces.doors.pages import html_language, render
from tongxin.faces.studio.hours_text import read_days, read_spans, written_days, written_spans
from tongxin.faces.studio.workspace import zones
from tongxin.service.hours import actions, queries
from tongxin.service.hours.values import MOST_DAYS, MOST_SPANS, Hours, Span, SpecialDay

NEEDS = "team.write"
_WEEK = 7
_USUAL = "09:00-12:00, 13:00-18:00"
_WORKDAYS = 5


@require_safe
@members_only(NEEDS)
def page(request: HttpRequest) -> HttpResponse:
    """List the calendars."""
    found = queries.calendars(actor=seat_of(request).actor, now=timezone.now())
    values = {"calendars": found, "week": week_names(), "written": written_spans, "alike": alike}
    return render(request, "studio/hours.html", values)


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def new(request: HttpRequest) -> HttpResponse:
    """Make a calendar."""
    seat = seat_of(request)
    if request.method == "GET":
        days = [_USUAL] * _WORKDAYS + [""] * (_WEEK - _WORKDAYS)
        return _form(request, {"time_zone": seat.time_zone, "week": days, "days": ""})

    def make() -> str:
        given = request.POST.get("name", "")
        made = actions.create(
            actor=seat.actor, name=given, hours=_hours(request), now=timezone.now()
        )
        return public_id("cal", made)

    try:
        made = make_once(request, make)
    except Refused as refused:
        return _form(request, _given(request), error=refused, status=422)
    messages.success(request, _("Saved.") if made else made_before())
    return redirect("studio:hours")


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def one(request: HttpRequest, calendar: str) -> HttpResponse:
    """Show a calendar, or change it."""
    actor, now = seat_of(request).actor, timezone.now()
    row = queries.calendar(actor=actor, calendar_id=number("cal", calendar), now=now)
    if request.method == "GET":
        shown = {
            "name": row.name, "time_zone": row.hours.time_zone, "days": _written(row.hours.days),
            "week": [written_spans(spans) for spans in row.hours.week],
        }  # fmt: skip
        return _form(request, shown, row=row)
    try:
        actions.change(
            actor=actor, calendar_id=row.id, name=request.POST.get("name", ""),
            hours=_hours(request), now=now,
        )  # fmt: skip
    except Refused as refused:
        return _form(request, _given(request), row=row, error=refused, status=422)
    messages.success(request, _("Saved."))
    return redirect("studio:hours")


@require_POST
@members_only(NEEDS)
def remove(request: HttpRequest, calendar: str) -> HttpResponse:
    """Throw a calendar away that nothing goes by."""
    actor, calendar_id = seat_of(request).actor, number("cal", calendar)
    attempt(
        request,
        lambda: actions.remove(actor=actor, calendar_id=calendar_id, now=timezone.now()),
        _("The calendar was removed."),
    )
    return redirect("studio:hours")


def week_names() -> list[str]:
    return [
        _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"),
        _("Sunday"),
    ]  # fmt: skip


def _written(days: Sequence[SpecialDay]) -> str:
    """Return days in the words of whoever reads them."""
    is_chinese = html_language().startswith("zh")
    return written_days(days, "休", "每年") if is_chinese else written_days(days)


def alike(week: Sequence[Sequence[Span]], names: Sequence[str]) -> list[tuple[Sequence[Span], str]]:
    """Return the days that follow each other and are open alike, together: (spans, "Monday – Friday")."""
    runs = groupby(zip(week, names, strict=True), key=lambda day: tuple(day[0]))
    found = []
    for spans, days in runs:
        told = [name for _spans, name in days]
        found.append((spans, told[0] if len(told) == 1 else f"{told[0]} – {told[-1]}"))
    return [(spans, told) for spans, told in found if spans]


def _given(request: HttpRequest) -> dict[str, Any]:
    given = request.POST
    return {
        "name": given.get("name", ""), "time_zone": given.get("time_zone", ""),
        "week": [given.get(f"day{place}", "") for place in range(_WEEK)],
        "days": given.get("days", ""),
    }  # fmt: skip


def _hours(request: HttpRequest) -> Hours:
    """Return what the form says. Raises Refused: ``calendar.text``."""
    given = _given(request)
    week = tuple(_day(text, f"day{place}") for place, text in enumerate(given["week"]))
    try:
        days = read_days(given["days"])
    except ValueError as error:
        raise _unread(str(error), "days") from None
    if len(days) > MOST_DAYS or any(len(day.spans) > MOST_SPANS for day in days):
        raise _unread(given["days"], "days")
    return Hours(given["time_zone"][:64], week, tuple(days))


def _day(text: str, field: str) -> tuple[Span, ...]:
    try:
        spans = read_spans(text)
    except ValueError:
        raise _unread(text, field) from None
    if len(spans) > MOST_SPANS:
        raise _unread(text, field)
    return spans


def _unread(text: str, field: str) -> Refused:
    detail = _("“%(text)s” cannot be understood.") % {"text": text[:60]}
    return Refused("calendar.text", detail, field=field)


def _form(
    request: HttpRequest, given: dict[str, Any], status: int = 200, **more: object
) -> HttpResponse:
    values = {
        "given": given, "row": None, "zones": zones(), "form_key": form_key(),
        "week": list(zip(week_names(), given["week"], strict=True)), **more,
    }  # fmt: skip
    return render(request, "studio/calendar.html", values, status)
