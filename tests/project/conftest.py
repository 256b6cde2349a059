"""A house of its own for each test that starts and kills things."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tongxin.project.postgres import Server

QUICK = {"fsync": "off", "shared_buffers": "16MB"}


@pytest.fixture
def data() -> Iterator[Path]:
    """An empty data folder with a short path that any user may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="tx-", dir="/tmp")).resolve()
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server(data: Path) -> Iterator[Server]:
    server = Server(data, QUICK)
    yield server
    server.stop()


def ask(server: Server, statement: str) -> object:
    """Run one statement on the server; return its first value, if it has any."""
    with psycopg.connect(server.place.url, dbname="postgres", autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None
