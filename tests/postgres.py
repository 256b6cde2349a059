"""One embedded PostgreSQL for a whole test run, shared by all its workers.

Loaded by ``-p tests.postgres``, as DATABASE_URL must be known before pytest-django reads the
settings; xdist's workers inherit it. A DATABASE_URL that is set already is used as it is.

The tables are made once, too, while the workers still read the tests; each database is a copy of them.
"""

import atexit
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tongxin.project.postgres import Server

_TABLES, _LOCK = "TONGXIN_TEST_TABLES", "TONGXIN_TEST_TABLES_LOCK"
_FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
}


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Iterator[None]:
    """Start before anybody else has a look at the settings."""
    os.environ.setdefault("TONGXIN_SECRET_KEY", "for tests only, and quite long enough for them")
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = _started()
    if _LOCK not in os.environ:
        _begin_tables()
    return (yield)


def tables() -> str:
    """Wait until the tables of this run are made; return the name of the database to copy them from."""
    with open(os.environ[_LOCK], "rb") as lock:  # noqa: PTH123
        fcntl.flock(lock, fcntl.LOCK_SH)  # whoever makes them has it until they are made
    return os.environ[_TABLES]


def at(name: str) -> str:
    """Return the address of another database of the run's server."""
    head, _question, query = os.environ["DATABASE_URL"].partition("?")
    return f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


def administer(statement: str) -> None:
    """Run a statement that no transaction may hold."""
    url = os.environ["DATABASE_URL"]
    with psycopg.connect(url, dbname="postgres", autocommit=True) as server:
        server.execute(statement.encode())


def _begin_tables() -> None:
    """Let a process of its own make the tables. What it does not finish, Django makes in each copy."""
    name = os.environ[_TABLES] = f"tables_{os.getpid()}"
    administer(f'CREATE DATABASE "{name}"')
    with tempfile.NamedTemporaryFile(prefix="tx-tables-", delete=False) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.environ[_LOCK] = lock.name
        source = str(Path(__file__).parents[1] / "src")
        environment = {
            **os.environ, "DATABASE_URL": at(name), "PYTHONPATH": source,
            "DJANGO_SETTINGS_MODULE": "tongxin.project.settings",
        }  # fmt: skip
        maker = subprocess.Popen(
            [sys.executable, "-m", "django", "migrate", "--verbosity=0"],
            env=environment, pass_fds=[lock.fileno()],
        )  # fmt: skip
    atexit.register(_end_tables, maker, name)


def _end_tables(maker: "subprocess.Popen[bytes]", name: str) -> None:
    maker.kill()
    maker.wait()
    Path(os.environ[_LOCK]).unlink(missing_ok=True)
    administer(f'DROP DATABASE "{name}" WITH (FORCE)')


def _started() -> str:
    data = Path(tempfile.mkdtemp(prefix="tx-", dir="/tmp"))  # a socket's path is short
    data.chmod(0o711)  # for root: the server's user passes through
    os.environ["TONGXIN_DATA"] = str(data)
    server = Server(data, _FAST)
    server.start()
    atexit.register(_end, server)
    return server.place.url


def _end(server: Server) -> None:
    server.stop()
    shutil.rmtree(server.place.data, ignore_errors=True)
