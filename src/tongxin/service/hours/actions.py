"""Say when people of ours are at work."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import CalendarId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.text import clean
from tongxin.center.kit.turns import take_turns
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.hours.events import (
    CalendarChanged,
    CalendarCreated,
    CalendarFact,
    CalendarRemoved,
)
from tongxin.service.hours.models import Calendar
from tongxin.service.hours.queries import missing
from tongxin.service.hours.rules import problem, tidied
from tongxin.service.hours.values import Hours

MOST = 100
_LONGEST_NAME = 60
_KEPT = TypeAdapter(Hours)


@action("calendar.create", needs="team.write")
def create(*, actor: Actor, name: str, hours: Hours, now: datetime) -> CalendarId:
    """Make a calendar: the spans of each weekday, Monday first, and the days that differ.

    Raises Refused: ``calendar.name`` (1 to 60 characters), ``calendar.exists``, ``calendar.zone``,
    ``calendar.span`` (spans of a day follow each other), ``calendar.twice`` (a date told twice),
    ``calendar.too_many`` (100).
    """
    take_turns("hours.calendars", [actor.workspace_id])
    mine = Calendar.objects.filter(workspace_id=actor.workspace_id)
    if mine.count() >= MOST:
        raise Refused("calendar.too_many", _("At most 100 calendars."), Reason.LIMITED)
    kept = _checked(hours)
    made = Calendar.objects.create(
        workspace_id=actor.workspace_id, name=_name(actor, name, 0), hours=kept
    )
    record([_told(CalendarCreated, actor, made, now)])
    return made.pk


@action("calendar.change", needs="team.write")
def change(*, actor: Actor, calendar_id: CalendarId, name: str, hours: Hours, now: datetime) -> int:
    """Give a calendar another name, other hours or days; returns 1 where something changed.

    What goes by it reckons anew from now on. Raises Refused: ``calendar.missing``, and like
    ``calendar.create``.
    """
    take_turns("hours.calendars", [actor.workspace_id])
    found = Calendar.objects.filter(workspace_id=actor.workspace_id, pk=calendar_id).first()
    if found is None:
        raise missing()
    wanted = (_name(actor, name, found.pk), _checked(hours))
    if (found.name, found.hours) == wanted:
        return 0
    found.name, found.hours = wanted
    found.save(update_fields=["name", "hours"])
    record([_told(CalendarChanged, actor, found, now)])
    return 1


@action("calendar.remove", needs="team.write")
def remove(*, actor: Actor, calendar_id: CalendarId, now: datetime) -> int:
    """Throw a calendar away that nothing goes by; returns 1, or 0 where there is none.

    Raises Refused: ``calendar.used``.
    """
    found = Calendar.objects.filter(workspace_id=actor.workspace_id, pk=calendar_id).first()
    if found is None:
        return 0
    told = _told(CalendarRemoved, actor, found, now)
    try:
        with transaction.atomic():
            found.delete()
    except ProtectedError:
        raise Refused(
            "calendar.used", _("A queue goes by this calendar."), Reason.CONFLICT
        ) from None
    record([told])
    return 1


def _checked(hours: Hours) -> dict[str, Any]:
    """Return hours as they are kept. Raises Refused: ``calendar.zone``, ``.span``, ``.twice``."""
    said = {
        "zone": _("This is not a time zone."),
        "span": _("The hours of a day follow each other: 09:00-12:00, 13:00-18:00."),
        "twice": _("A date is there twice."),
    }
    if wrong := problem(hours):
        raise Refused(f"calendar.{wrong}", said[wrong])
    kept: dict[str, Any] = _KEPT.dump_python(tidied(hours), mode="json")
    return kept


def _name(actor: Actor, given: str, own: int) -> str:
    name = " ".join(clean(given).split())
    if not 0 < len(name) <= _LONGEST_NAME:
        raise Refused("calendar.name", _("A name has 1 to 60 characters."))
    same = Calendar.objects.filter(workspace_id=actor.workspace_id, name=name).exclude(pk=own)
    if same.exists():
        raise Refused("calendar.exists", _("There is a calendar with this name."), Reason.CONFLICT)
    return name


def _told(
    fact: type[CalendarFact], actor: Actor, calendar: Calendar, now: datetime
) -> CalendarFact:
    where = about(actor.workspace_id, actor.label, "calendar", calendar.pk, now)
    return fact(**where, calendar_id=calendar.pk, name=calendar.name)
