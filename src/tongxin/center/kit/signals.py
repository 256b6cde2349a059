"""Say something to every process of the house, when (and only when) this transaction commits.

PostgreSQL's NOTIFY carries at most 8,000 bytes, so signals carry ids and are packed into chunks.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

import orjson
import psycopg
from django.db import connection
from psycopg import sql

from tongxin.center.kit.sql import rows, table

FACTS = "tongxin_facts"
LIVE = "tongxin_live"
_MOST_BYTES = 7600
NOTIFY = "SELECT pg_notify(%s, chunk) FROM json_to_recordset(%s) AS signal (chunk text)"


def tell(channel: str, items: Iterable[Any]) -> None:
    """Send JSON items to everybody who listens; one statement, however many items."""
    values = packed(channel, [orjson.dumps(item).decode() for item in items])
    if values[1] != "[]":
        rows(NOTIFY, values)


def packed(channel: str, texts: Iterable[str]) -> list[str]:
    """Return the values that ``NOTIFY`` wants, to send items that are JSON already."""
    return [channel, table({"chunk": chunk} for chunk in _packed(texts))]


def heard(payload: str) -> list[Any]:
    """Return the items of one signal; none where it is not ours."""
    with suppress(ValueError):
        items = orjson.loads(payload)
        if isinstance(items, list):
            return items
    return []


def listen_statement(*channels: str) -> sql.Composed:
    """Return the LISTEN statements for a plain psycopg connection."""
    return sql.SQL(";").join(sql.SQL("LISTEN {}").format(sql.Identifier(c)) for c in channels)


def connection_info() -> str:
    """Return what psycopg needs to open a connection of its own to our database."""
    settings = connection.settings_dict
    return psycopg.conninfo.make_conninfo(
        dbname=settings["NAME"],
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
    )


def _packed(texts: Iterable[str]) -> Iterator[str]:
    chunk: list[str] = []
    size = 2
    for text in texts:
        length = len(text.encode()) + 1
        if length > _MOST_BYTES:
            continue
        if chunk and size + length > _MOST_BYTES:
            yield f"[{','.join(chunk)}]"
            chunk, size = [], 2
        chunk.append(text)
        size += length
    if chunk:
        yield f"[{','.join(chunk)}]"
