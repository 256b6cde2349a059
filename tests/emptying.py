"""Empty the database after a test that committed, by what it wrote and not by what it could have written.

Django truncates every table there is and then makes all permissions anew: a second for each such
test, however little it wrote.
"""

from functools import cache

from django.db import connection, transaction
from django.test import TransactionTestCase

_KEPT = {"django_content_type", "auth_permission"}  # made with the database, and changed by nobody
_as_django_does = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


def install() -> None:
    """Do it so from now on."""
    TransactionTestCase._fixture_teardown = _empty  # type: ignore[attr-defined]


def _empty(test: TransactionTestCase) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser')::bool")
        [may_skip_triggers] = cursor.fetchone()
        if may_skip_triggers:
            cursor.execute(_which_are_written())
            written = [f'DELETE FROM "{table}"' for (table,) in cursor.fetchall()]
            cursor.execute("SET LOCAL session_replication_role = replica")  # no foreign keys either
            cursor.execute(";".join(written) or "SELECT")
            return
    _as_django_does(test)


@cache
def _which_are_written() -> str:
    """Return the statement that lists the tables with rows."""
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM \"{table}\")"
        for table in sorted(set(tables) - _KEPT)
    )
