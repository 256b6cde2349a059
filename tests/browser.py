"""One real Chromium for all browser tests of a run.

While it runs, Playwright keeps an event loop in the test's thread, and Django opens other database
connections there than before: a test with a browser asks the house by HTTP, not by the ORM.
"""

import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Playwright, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser for the whole session; skipped with the reason where there is none."""
    # Playwright keeps an event loop in this thread; Django must not take it for ours.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    playwright = _playwright()
    path = find(playwright)
    if path is None:
        _without("no Chromium on the PATH: apt install chromium, or playwright install chromium")
    try:
        browser = playwright.chromium.launch(executable_path=path, args=_FLAGS)
    except Error as error:
        _without(f"Chromium does not start: {error.message.splitlines()[0]}")
    yield browser
    browser.close()


def find(playwright: Playwright) -> str | None:
    """Return the path of a Chromium: on the PATH, else Playwright's own."""
    named = (shutil.which(name) for name in _NAMES)
    own = playwright.chromium.executable_path
    return next((path for path in named if path), own if Path(own).exists() else None)


@cache
def _playwright() -> Playwright:
    return sync_playwright().start()


def _without(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
