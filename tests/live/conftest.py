"""The wire, in process: its application under uvicorn on a free port, as the house runs it."""

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import uvicorn
from django.db import connection
from pytest_django import Settings

from tests.live.wire import Wire
from tests.make.world import World, world
from tongxin.faces.live import admission, database
from tongxin.project.bench.ports import free_port
from tongxin.project.house import wire as configured
from tongxin.service.channels.models import Inbox


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Where files of this test lie."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def tea(transactional_db: None) -> World:
    return world()


@pytest.fixture
def wire(tea: World) -> Iterator[Wire]:
    """The wire of this test, at the web chat of 小满茶具."""
    admission._inboxes.clear()
    admission._visitors.clear()
    port = free_port()
    server = uvicorn.Server(_config(port))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    yield Wire(port, Inbox.objects.get(pk=tea.inbox_id).key, tea)
    server.should_exit = True
    thread.join(30)
    for threads in (database.INTAKE, database.ASKING):
        _let_go(threads)


def _config(port: int) -> uvicorn.Config:
    """Return how the house runs the wire, at another port."""
    config = configured("127.0.0.1", port)
    config.loop, config.timeout_graceful_shutdown = "auto", 2
    return config


def _let_go(threads: ThreadPoolExecutor) -> None:
    """Close the database connections of these threads, or the test's database could not be dropped."""
    many = threads._max_workers
    everybody = threading.Barrier(many)

    def close() -> None:
        everybody.wait(20)
        connection.close()

    for closing in [threads.submit(close) for _ in range(many)]:
        closing.result(20)
