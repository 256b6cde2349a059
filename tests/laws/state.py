"""What the database holds, so that two states can be compared."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from tongxin.center.timeline.models import Event

Row = dict[str, Any]
State = dict[tuple[str, Any], Row]

PASSING = {"kit.bucket", "kit.idempotencykey", "timeline.cursor"}
OF_THE_TRANSACTION = {"born_in", "recorded_at"}
_NUMBERS = """
SELECT format('%I.%I', schemaname, sequencename), coalesce(last_value, start_value),
    last_value IS NOT NULL
FROM pg_sequences WHERE schemaname = 'public'
"""
_RENUMBER = """
SELECT setval(name::regclass, last, is_called)
FROM unnest(%s::text[], %s::bigint[], %s::bool[]) numbers (name, last, is_called)
"""


def state() -> State:
    """Return every row of every room, by table and key."""
    with connection.cursor() as cursor:
        cursor.execute(_every_row())
        found = [(label, key, json.loads(row)) for label, key, row in cursor.fetchall()]
    return {(label, row[key]): _without(row, OF_THE_TRANSACTION) for label, key, row in found}


def unnumbered() -> tuple[State, list[str]]:
    """Return the rows, and apart from them what happened, whatever numbers the events have."""
    rows = state()
    label = Event._meta.label_lower
    told = sorted(repr(_without(row, {"id"})) for (table, _), row in rows.items() if table == label)
    return {place: row for place, row in rows.items() if place[0] != label}, told


def facts() -> int:
    return Event.objects.count()


@contextmanager
def undone() -> Iterator[None]:
    """Do something and undo it, the numbering too."""
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS)
        numbers = [list(column) for column in zip(*cursor.fetchall(), strict=True)]
        point = transaction.savepoint()
        try:
            yield
        finally:  # what fails must not make what follows fail
            transaction.savepoint_rollback(point)
            cursor.execute(_RENUMBER, numbers)


class Statements:
    """Counts what goes to the database."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


@cache
def _every_row() -> str:
    """Return one statement for all tables: each by itself would cost ten times as much."""
    return " UNION ALL ".join(
        f"SELECT '{model._meta.label_lower}', '{model._meta.pk.column}', to_jsonb(t)::text"
        f' FROM "{model._meta.db_table}" t'
        for model in _tables()
    )


def _tables() -> list[type[models.Model]]:
    ours = (config for config in apps.get_app_configs() if config.name.startswith("tongxin."))
    return [m for config in ours for m in config.get_models() if m._meta.label_lower not in PASSING]


def _without(row: Row, names: set[str]) -> Row:
    return {name: value for name, value in row.items() if name not in names}
