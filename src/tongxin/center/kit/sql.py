"""Plain SQL for the few hot paths where the ORM is the cost.

Many rows travel as one JSON text (``table``) that the statement unfolds with ``json_to_recordset``:
five times cheaper than arrays, whose elements psycopg escapes one by one.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from inspect import signature
from typing import Any, TypeVar

import orjson
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Model
from psycopg import Connection, Cursor
from psycopg.pq import Format
from psycopg.types.json import set_json_loads

Row = TypeVar("Row")
Record = TypeVar("Record", bound=Model)
_BARE = re.compile(r"ANY\((%s|%\(\w+\)s)::(bigint|text)\[\]\)")
_KEPT = "tongxin_cursor"
set_json_loads(orjson.loads)


def rows(statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows; a statement without rows returns none.

    Django's cursor costs as much again as the statement, so a connection keeps one of psycopg's;
    Django's own is taken where somebody watches (``execute_wrapper``, the log of queries).
    """
    statement = _with_steady_plan(statement)
    django = connections[DEFAULT_DB_ALIAS]
    if django.execute_wrappers or django.queries_logged:
        with django.cursor() as watched:
            watched.cursor.format = Format.BINARY
            watched.execute(statement, values)
            return watched.fetchall() if watched.pgresult.nfields else []
    django.close_if_health_check_failed()
    django.ensure_connection()
    django.validate_no_broken_transaction()
    with django.wrap_database_errors:
        cursor = _cursor(django.connection)
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else []


@lru_cache(maxsize=2048)
def _with_steady_plan(statement: str) -> str:
    """Return the statement such that PostgreSQL keeps its plan, however many ids or words it is given.

    It would count those of an array that stands bare, and plan anew with every call: three quarters of
    what a page asked of it was planning. Behind a sub-select all arrays look alike to it.
    """
    return _BARE.sub(r"ANY(ARRAY(SELECT unnest(\1::\2[])))", statement)


def _cursor(raw: Connection) -> Cursor:
    """Return the cursor that a connection keeps; its rows are fetched before it is used again."""
    kept: Cursor | None = raw.__dict__.get(_KEPT)
    if kept is None:
        kept = raw.__dict__[_KEPT] = raw.cursor()
        kept.format = Format.BINARY  # PostgreSQL's own form: times need no parsing
    return kept


def row_maker(kind: type[Row]) -> Callable[[Iterable[Any]], Row]:
    """Return what makes a frozen dataclass of a statement's row, for lists that are asked for all day.

    Its own ``__init__`` calls Python once for every field; this is three times quicker.
    """
    names = tuple(signature(kind).parameters)
    blank = object.__new__

    def make(values: Iterable[Any]) -> Row:
        row = blank(kind)
        row.__dict__.update(zip(names, values, strict=True))
        return row

    return make


def row_keeper(make: Callable[[tuple[Any, ...]], Row], most: int = 8192) -> Callable[..., Row]:
    """Return what makes rows that lists show all day, and gives again the row that still says the same.

    The first value of a row tells it from the others. What was made of a row elsewhere is then found by the
    row itself. At most so many are kept; then it begins anew.
    """
    kept: dict[Any, tuple[tuple[Any, ...], Row]] = {}

    def keep(values: tuple[Any, ...]) -> Row:
        found = kept.get(values[0])
        if found is not None and found[0] == values:
            return found[1]
        if len(kept) >= most:
            kept.clear()
        row = make(values)
        kept[values[0]] = (values, row)
        return row

    return keep


def columns_of(model: type[Model], name: str) -> str:
    """Return the columns that ``instances`` wants, of a table called ``name`` in the statement."""
    return ", ".join(f"{name}.{field.column}" for field in model._meta.concrete_fields)  # noqa: SLF001 - documented


def instances(
    model: type[Record], statement: str, values: Sequence[Any] | Mapping[str, Any]
) -> list[Record]:
    """Return model instances from a statement that selects ``columns_of`` the model."""
    return [made(model, row) for row in rows(statement, values)]


def made(model: type[Record], row: Sequence[Any]) -> Record:
    """Return a model instance from values in the order of ``columns_of``."""
    names = [field.attname for field in model._meta.concrete_fields]  # noqa: SLF001 - documented
    return model.from_db("default", names, row)


def table(records: Iterable[Mapping[str, Any]]) -> str:
    """Return records as the JSON that ``json_to_recordset`` unfolds."""
    return orjson.dumps(list(records)).decode()
