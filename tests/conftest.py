"""What all tests share."""

from collections.abc import Iterator

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

_STRAGGLERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture(scope="session", autouse=True)
def no_stragglers(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the test database go: threads, and Playwright's event loop, may have left connections open."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(_STRAGGLERS)
