"""One embedded PostgreSQL for a whole test run, shared by all its workers.

Loaded by ``-p tests.postgres``, as DATABASE_URL must be known before pytest-django reads the
settings; xdist's workers inherit it. A DATABASE_URL that is set already is used as it is.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tongxin.project.postgres import Server

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
    return (yield)


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
