"""What the database holds, so that two states can be compared."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from tongxin.center.timeline.models import Event

Row = dict[str, Any]
State = dict[tuple[str, Any], Row]

PASSING = {"kit.bucket", "kit.idempotencykey", "timeline.cursor"}
OF_THE_TRANSACTION = {"born_in", "recorded_at"}


def state() -> State:
    """Return every row of every room, by table and key."""
    return {
        (model._meta.label_lower, row[model._meta.pk.attname]): _without(row, OF_THE_TRANSACTION)
        for model in _tables()
        for row in model._default_manager.values()
    }


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
    numbers = _numbers()
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)
    with connection.cursor() as cursor:
        for name, (last, is_called) in numbers.items():
            cursor.execute("SELECT setval(%s::regclass, %s, %s)", [name, last, is_called])


class Statements:
    """Counts what goes to the database."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


def _tables() -> list[type[models.Model]]:
    ours = (config for config in apps.get_app_configs() if config.name.startswith("tongxin."))
    return [m for config in ours for m in config.get_models() if m._meta.label_lower not in PASSING]


def _numbers() -> dict[str, tuple[int, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(sequencename) FROM pg_sequences WHERE schemaname = 'public'"
        )
        names = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in names:
            cursor.execute(f"SELECT last_value, is_called FROM {name}")
            found[name] = cursor.fetchone()
    return found


def _without(row: Row, names: set[str]) -> Row:
    return {name: value for name, value in row.items() if name not in names}
