"""Measure what an agent waits for at the screen: another conversation, in a real Chromium on the same machine."""

import random
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import pairwise
from typing import Any, TypeVar

from tongxin.project.bench.figures import Figure, at_most, percentile
from tongxin.project.bench.house import House
from tongxin.project.setup import chromium
from tongxin.project.speech import Stop

Thing = TypeVar("Thing")
JUMPS, STEPS, WARM = 120, 45, 8
_LOOKED, _READ = 0.25, 1.0  # seconds at a conversation before the next
_LIMIT = 100.0
# From the press until the thread is there and was painted: the message of a channel comes after the frame.
_TIMED = """async (id) => {
  const isOpen = () => document.querySelector("main.thread")?.dataset.id === id
    && document.querySelector("#open").getAttribute("aria-busy") !== "true";
  const item = document.querySelector(`.item[data-id="${id}"]`);
  item.scrollIntoView();
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const began = performance.now();
  item.click();
  while (!isOpen()) {
    if (performance.now() > began + 10000) throw new Error("it did not open");
    await new Promise((done) => setTimeout(done, 0));
  }
  await new Promise((done) => requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = done;
    after.port2.postMessage(0);
  }));
  return performance.now() - began;
}"""

# When a conversation that was not in the list stands there, painted: which one, and the time since 1970.
_APPEARS = """() => {
  const items = () => [...document.querySelectorAll("#rows .item")];
  const known = new Set(items().map((one) => one.dataset.id));
  window.appeared = new Promise((done) => {
    const watch = new MutationObserver(() => {
      const fresh = items().find((one) => !known.has(one.dataset.id));
      if (!fresh) return;
      watch.disconnect();
      requestAnimationFrame(() => {
        const after = new MessageChannel();
        after.port1.onmessage = () => done([fresh.dataset.id, performance.timeOrigin + performance.now()]);
        after.port2.postMessage(0);
      });
    });
    watch.observe(document.body, { childList: true, subtree: true });
  });
}"""


def switching(house: House) -> Iterator[Figure]:
    """Jump about among 1,000,000 conversations; then read one after the other."""
    with _desk(house, "large") as page:
        ids = [one.get_attribute("data-id") for one in page.locator(".item").all()]
        rolled = random.Random(1)  # noqa: S311 - the same way each time
        places = [rolled.randrange(len(ids)) for _jump in range(WARM + JUMPS)]
        far = [
            ids[b] for a, b in pairwise(places) if abs(a - b) > 1
        ]  # the next one is there already
        yield _told("jumping to any other conversation", [_timed(page, pk, _LOOKED) for pk in far])
        yield _told("going on to the next", [_timed(page, pk, _READ) for pk in ids[:STEPS]])


def is_there() -> bool:
    """Whether there are the browser of the tests and a Chromium for it."""
    return find_spec("playwright") is not None and chromium.found() is not None


def appearing(
    house: House, cause: Callable[[Thing], float], things: Iterable[Thing]
) -> Iterator[tuple[Thing, str, float]]:
    """Cause one thing after the other, each of which begins a conversation in the quick workspace.

    Yields the thing, the conversation that appeared, and how many seconds after what ``cause`` returned (a time
    since 1970) it was painted. Raises Stop.
    """
    with _desk(house, "quick") as page, ThreadPoolExecutor(1) as beside:
        for thing in things:
            page.wait_for_timeout(_READ * 1000)
            page.evaluate(_APPEARS)
            began = beside.submit(cause, thing).result()
            conversation, at = page.evaluate("window.appeared")
            yield thing, conversation, at / 1000 - began


def _told(what: str, milliseconds: list[float]) -> Figure:
    counted = milliseconds[WARM:]
    middle = f"p50 {percentile(counted, 0.5):.0f} ms"
    name = f"{what} of 1,000,000, until painted: p95"
    return at_most(name, percentile(counted, 0.95), "ms", _LIMIT, middle)


def _timed(page: Any, conversation: str, rest: float) -> float:  # noqa: ANN401 - playwright is there for tests
    page.wait_for_timeout(rest * 1000)
    return float(page.evaluate(_TIMED, conversation))


@contextmanager
def _desk(house: House, size: str) -> Iterator[Any]:
    """Open the desk of a workspace, by its size. Raises Stop."""
    browser = chromium.found()
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise Stop("the browser of the tests is needed: run `make test` once") from None
    if browser is None:
        raise Stop("no Chromium was found: run `make test` once")
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        context = running.new_context(viewport={"width": 1440, "height": 900})
        at = f"http://127.0.0.1:{house.port}"
        session = house.keys[size]["session"]
        context.add_cookies([{"name": "tongxin_session", "value": session, "url": at}])
        page = context.new_page()
        page.goto(f"{at}/desk/all/")
        page.locator("body.connected").wait_for()
        try:
            yield page
        finally:
            running.close()
