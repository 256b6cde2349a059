"""Which calendars there are; and how to reckon in them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import CalendarId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.service.hours.rules import after, before, elapsed, is_open, next_opening
from tongxin.service.hours.values import Hours

__all__ = [
    "CalendarRow", "after", "before", "calendar", "calendars", "check_calendar", "elapsed", "hours_by_id", "is_open",
    "missing", "next_opening",
]  # fmt: skip
_KEPT = TypeAdapter(Hours)
_COLUMNS = "SELECT id, name, hours FROM hours_calendar WHERE "


@dataclass(frozen=True)
class CalendarRow:
    """A calendar; ``opens_at``: when it is open next (now, while it is); null: never again."""

    id: CalendarId
    name: str
    hours: Hours
    is_open: bool
    opens_at: datetime | None


@query("calendar.list", needs="team.read")
def calendars(*, actor: Actor, now: datetime) -> Sequence[CalendarRow]:
    """Return the workspace's calendars by name."""
    found = rows(_COLUMNS + "workspace_id = %s ORDER BY name, id", [actor.workspace_id])
    return [_row(row, now) for row in found]


@query("calendar.get", needs="team.read")
def calendar(*, actor: Actor, calendar_id: CalendarId, now: datetime) -> CalendarRow:
    """Return one calendar. Raises Refused: ``calendar.missing``."""
    found = rows(_COLUMNS + "workspace_id = %s AND id = %s", [actor.workspace_id, calendar_id])
    if not found:
        raise missing()
    return _row(found[0], now)


def hours_by_id(*, calendar_ids: Collection[int]) -> Mapping[int, Hours]:
    """Return the hours of calendars: one statement, none where none are asked for."""
    if not calendar_ids:
        return {}
    found = rows(_COLUMNS + "id = ANY(%s::bigint[])", [list(calendar_ids)])
    return {pk: _KEPT.validate_python(kept) for pk, _name, kept in found}


def check_calendar(workspace_id: int, calendar_id: int) -> None:
    """Raise Refused where there is no such calendar: ``calendar.missing``."""
    if not rows(_COLUMNS + "workspace_id = %s AND id = %s", [workspace_id, calendar_id]):
        raise missing()


def missing() -> Refused:
    """Return the refusal of a calendar that is none."""
    return Refused("calendar.missing", _("There is no such calendar."), Reason.MISSING)


def _row(row: tuple[Any, ...], now: datetime) -> CalendarRow:
    pk, name, kept = row
    hours = _KEPT.validate_python(kept)
    return CalendarRow(pk, name, hours, is_open(hours, now), next_opening(hours, now))
