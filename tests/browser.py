"""One real Chromium for all browser tests of a run.

While it runs, Playwright keeps an event loop in the test's thread, and Django opens other database
connections there than before: a test with a browser asks the house by HTTP, not by the ORM.
"""

import os
from collections.abc import Iterator
from functools import cache

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

from tongxin.project.setup.chromium import found

_FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser for the whole session; skipped with the reason where there is none."""
    # Playwright keeps an event loop in this thread; Django must not take it for ours.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    path = found()
    if path is None:
        _without(
            "no Chromium: `make test` installs one where it may; CHROMIUM=/path/of/it names one"
        )
    try:
        browser = _playwright().chromium.launch(executable_path=path, args=_FLAGS)
    except Error as error:
        _without(f"Chromium does not start: {error.message.splitlines()[0]}")
    yield browser
    browser.close()


@cache
def _playwright() -> Playwright:
    return sync_playwright().start()


def _without(reason: str) -> None:
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


# A browser that is to save data fetches nothing before it is asked for.
FRUGAL = "Object.defineProperty(navigator, 'connection', {value: {saveData: true}})"


def slow_down(page: Page, milliseconds: int = 400) -> None:
    """Let everything this page asks for take so long."""
    slow = {
        "offline": False,
        "latency": milliseconds,
        "downloadThroughput": -1,
        "uploadThroughput": -1,
    }
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
