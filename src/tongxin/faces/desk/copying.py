"""Take a view away as a table: one row for each conversation."""

import json
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from tongxin.center.kit.ids import public_id
from tongxin.faces.desk.lists import target_of
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.pages import zone_of
from tongxin.faces.doors.tables import as_csv, as_parquet, attached
from tongxin.service.views.actions import export
from tongxin.service.views.queries import CopyRow

NEEDS = "conversation.export"
_COLUMNS = [field.name for field in fields(CopyRow)]
_IDS = {"id": "conv", "person_id": "per", "assignee_id": "mem"}
_CSV, _PARQUET = "text/csv; charset=utf-8", "application/vnd.apache.parquet"


@require_POST
@members_only(NEEDS)
def take(request: HttpRequest, view: str, form: str) -> HttpResponse:
    """Hand out a view's conversations as ``csv`` (times in the workspace's zone) or ``parquet``; that is remembered."""
    if form not in {"csv", "parquet"}:
        raise Http404
    seat, now = seat_of(request), timezone.now()
    found = export(actor=seat.actor, target=target_of(view), now=now)
    name = f"conversations-{timezone.localtime(now, zone_of(seat)):%Y-%m-%d}.{form}"
    if form == "parquet":
        table = [[_cell(column, getattr(row, column)) for column in _COLUMNS] for row in found]
        return attached(as_parquet(_COLUMNS, table), name, _PARQUET)
    zone = zone_of(seat)
    lines = ([_written(_cell(c, getattr(row, c)), zone) for c in _COLUMNS] for row in found)
    return attached(as_csv(_COLUMNS, lines), name, _CSV)


def _cell(column: str, value: Any) -> Any:  # noqa: ANN401
    """Return a value as tables have it: public ids, tags and attributes as text."""
    if column in _IDS:
        return public_id(_IDS[column], value) if value else None
    if column == "tags":
        return ", ".join(value)
    return json.dumps(value, ensure_ascii=False) if column == "attributes" else value


def _written(value: Any, zone: Any) -> Any:  # noqa: ANN401
    """Return a value as spreadsheets read it: a time in the workspace's own zone."""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value, zone):%Y-%m-%d %H:%M:%S}"
    return value
