import asyncio
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import chromium
from tests.widget.fake_live import Fake
from tests.widget.pages import SCRIPT
from tongxin.project.bench.ports import free_port

T = TypeVar("T")
__all__ = ["chromium"]
_LOCALE = Path(__file__).parents[2] / "src/tongxin/project/locale"


class Stand:
    """The fake wire on two ports (the shop's and the house's), with an event loop of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()
        self.fake = self.run(_make())
        self.live_port = free_port(together=2)
        self.shop_port = self.live_port + 1
        self.fake.live = f"http://127.0.0.1:{self.live_port}"
        self.shop = f"http://localhost:{self.shop_port}/"
        self._shop = self._serve(self.shop_port)
        self._live = self._serve(self.live_port)

    def run(self, doing: Coroutine[Any, Any, T]) -> T:
        future: Future[T] = asyncio.run_coroutine_threadsafe(doing, self.loop)
        return future.result(timeout=20)

    def say(self, text: str, html: str = "") -> dict[str, Any]:
        return self.run(self.fake.say(text, html))

    def stop_live(self) -> None:
        self.run(self.fake.drop(1012))
        self.run(_stop(self._live))

    def start_live(self) -> None:
        self._live = self._serve(self.live_port)

    def close(self) -> None:
        self.run(self.fake.drop())
        for server in (self._live, self._shop):
            self.run(_stop(server))
        self.run(_quiet())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def _serve(self, port: int) -> "tuple[uvicorn.Server, asyncio.Task[None]]":
        return self.run(_start(self.fake, port))


async def _make() -> Fake:
    return Fake()


async def _start(fake: Fake, port: int) -> "tuple[uvicorn.Server, asyncio.Task[None]]":
    config = uvicorn.Config(
        fake.app(), port=port, log_level="error", ws="websockets-sansio", lifespan="off",
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    return server, task


async def _stop(running: "tuple[uvicorn.Server, asyncio.Task[None]]") -> None:
    server, task = running
    server.should_exit = True
    await asyncio.wait([task], timeout=5)


async def _quiet() -> None:
    """Let go of everything that still waits, so that the loop can be closed."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)


@pytest.fixture(scope="session")
def built() -> None:
    """The widget as it is shipped, and its words in both languages."""
    if not SCRIPT.exists():
        pytest.fail("The widget is not built: npm run build")
    if not list(_LOCALE.rglob("*.mo")):
        program = [sys.executable, "-m", "tongxin.project.catalogs", "compile"]
        subprocess.run(program, check=True, capture_output=True)


@pytest.fixture
def stand(built: None) -> Iterator[Stand]:
    standing = Stand()
    yield standing
    standing.close()


@pytest.fixture
def fake(stand: Stand) -> Fake:
    return stand.fake


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(locale="zh-CN", viewport={"width": 1200, "height": 800})
    made.set_default_timeout(10_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, stand: Stand) -> Page:
    """小梅 in the shop, with the chat closed."""
    return _visit(context, stand.shop)


@pytest.fixture
def visit(context: BrowserContext, stand: Stand) -> Callable[..., Page]:
    return lambda path="": _visit(context, stand.shop + path)


def _visit(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    page.locator("tongxin-widget .fab").wait_for()
    return page
