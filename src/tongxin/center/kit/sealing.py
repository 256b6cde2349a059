"""What is secret lies encrypted in the database, by keys that lie elsewhere (``settings.SEALING_KEYS``).

Fernet: AES-128-CBC and HMAC-SHA256, https://github.com/fernet/spec. The newest key seals; every key opens.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from tongxin.center.kit.refusals import Reason, Refused


class Unreadable(Refused):
    """A secret was sealed by a key that is not here."""

    def __init__(self) -> None:
        detail = _(
            "A secret cannot be opened: the key it was sealed by is missing. `tongxin doctor` says more."
        )
        super().__init__("secret.unreadable", detail, Reason.CONFLICT)


class SealedField(models.TextField):  # type: ignore[type-arg]  # not generic when it runs
    """A text that the database holds encrypted. It cannot be searched; an empty one stays empty."""

    description = "An encrypted text"

    def get_prep_value(self, value: Any) -> str | None:  # noqa: ANN401 - Django's
        text = super().get_prep_value(value)
        return seal(text) if text else text

    def from_db_value(self, value: str | None, *_rest: object) -> str | None:
        return unseal(value) if value else value


def seal(text: str) -> str:
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return the text. Raises Unreadable."""
    try:
        return _keys().decrypt(sealed).decode()
    except InvalidToken:
        raise Unreadable from None


def resealed(sealed: str) -> str:
    """Return the same secret under the newest key. Raises Unreadable."""
    try:
        return _keys().rotate(sealed).decode()
    except InvalidToken:
        raise Unreadable from None


def seal_column(cursor: CursorWrapper, table: str, column: str) -> int:
    """Seal what a column holds in the open (for migrations); returns how many there were."""
    return _change(cursor, table, column, seal)


def reseal_column(cursor: CursorWrapper, table: str, column: str) -> int:
    """Put what a column holds under the newest key; returns how many there were. Raises Unreadable."""
    return _change(cursor, table, column, resealed)


def unreadable_in(cursor: CursorWrapper, table: str, column: str) -> int:
    """Return how many of a column's secrets no key opens."""
    return sum(not _opens(text) for _id, text in _texts(cursor, table, column))


def _opens(sealed: str) -> bool:
    try:
        unseal(sealed)
    except Unreadable:
        return False
    return True


def _texts(
    cursor: CursorWrapper, table: str, column: str, lock: str = ""
) -> Sequence[tuple[int, str]]:
    asked = sql.SQL("SELECT id, {column} FROM {table} WHERE {column} <> '' ORDER BY id {lock}")
    names = {"table": sql.Identifier(table), "column": sql.Identifier(column)}
    cursor.execute(asked.format(**names, lock=sql.SQL(lock)))
    found: list[tuple[int, str]] = cursor.fetchall()
    return found


def _change(cursor: CursorWrapper, table: str, column: str, change: Callable[[str], str]) -> int:
    texts = _texts(cursor, table, column, "FOR UPDATE")
    names = {"table": sql.Identifier(table), "column": sql.Identifier(column)}
    update = sql.SQL("UPDATE {table} SET {column} = %s WHERE id = %s").format(**names)
    cursor.executemany(update, [(change(text), pk) for pk, text in texts])
    return len(texts)


def _keys() -> MultiFernet:
    return _keys_of(tuple(settings.SEALING_KEYS))


@lru_cache(maxsize=2)
def _keys_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
