"""What all tests share."""

import os
from collections.abc import Iterator

import psycopg
import pytest
from _pytest.terminal import TerminalReporter
from django.conf import settings
from django.db import connection

from tests import emptying
from tests.postgres import tables

# Where Debian puts servers, which the PATH of whoever is no administrator lacks.
os.environ["PATH"] = os.pathsep.join(
    [os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin"]
)

# A house, or a server, is opened for all files of a folder that come in a row.
_LONG = ("tests/journeys/", "tests/widget/", "tests/live/", "tests/developers/", "tests/laws/", "tests/doors/",
         "tests/project/")  # fmt: skip


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders that take minutes, one after the other, or one worker would be left with them."""
    items.sort(key=lambda item: _place(item.nodeid))
    if os.environ.get("CI"):
        _let_stories_be_told_again(items)


def _let_stories_be_told_again(items: list[pytest.Item]) -> None:
    """Stories share one house and two busy cores: what was late once may be tried once more; the report names it."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say what a story failed of that was told again: without it nobody could mend what is rare."""
    for report in terminalreporter.getreports("rerun"):
        terminalreporter.section(f"{report.nodeid} was told again, for")
        terminalreporter.line(report.longreprtext)


def _place(name: str) -> int:
    return next(
        (place for place, folder in enumerate(_LONG) if name.startswith(folder)), len(_LONG)
    )


def pytest_configure() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick, not safe
    emptying.install()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Copy the tables, which were made once for the whole run."""
    connection.settings_dict["TEST"]["TEMPLATE"] = tables()


@pytest.fixture(scope="session", autouse=True)
def no_stragglers(django_db_setup: None) -> Iterator[None]:
    """Let the test database go: threads, and Playwright's event loop, may have left connections open."""
    name = connection.settings_dict["NAME"]
    yield
    with psycopg.connect(os.environ["DATABASE_URL"], dbname="postgres", autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
