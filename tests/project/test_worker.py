"""The worker's own threads: nobody who is called waits for a round, and one that breaks stops no other."""

import threading
from collections.abc import Callable, Iterator, Sequence

import pytest
from tests.journeys.house import wait_for

from tongxin.center.timeline.relay import Subscription
from tongxin.project import worker
from tongxin.project.halting import stopping

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def running() -> Iterator[Callable[..., threading.Thread]]:
    """Return what starts a thread of the worker, which ends with the test."""
    started = []

    def start(thread: threading.Thread) -> threading.Thread:
        started.append(thread)
        thread.start()
        return thread

    yield start
    stopping.set()
    for thread in started:
        thread.join(20)
    stopping.clear()


def test_a_round_that_breaks_or_takes_long_stops_no_other(
    running: Callable[..., threading.Thread],
) -> None:
    go_on, made = threading.Event(), list[str]()

    def breaks() -> None:
        raise ZeroDivisionError

    def lasts() -> None:
        go_on.wait(20)

    running(worker.Rounds([worker.Round(9, breaks), worker.Round(9, lambda: made.append("a"))]))
    running(worker.Rounds([worker.Round(9, lasts), worker.Round(9, lambda: made.append("b"))]))

    wait_for(lambda: made == ["a"], 20)
    go_on.set()
    wait_for(lambda: made == ["a", "b"], 20)


def test_a_lane_that_is_called_from_all_sides_forgets_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kinds = [f"tea.{n}" for n in range(200)]
    lane = worker.Lane(
        "test", [Subscription(kind, frozenset({kind}), lambda _events: None, 10) for kind in kinds]
    )
    taken = set[str]()

    def carried(subscriptions: Sequence[Subscription]) -> int:
        taken.update(s.name for s in subscriptions)
        return 0

    monkeypatch.setattr(lane, "_carry", carried)
    lane._pass()
    taken.clear()

    def call(mine: list[str]) -> None:
        for kind in mine:
            lane.call({kind})

    callers = [threading.Thread(target=call, args=[kinds[n::8]]) for n in range(8)]
    for caller in callers:
        caller.start()
    while any(caller.is_alive() for caller in callers) or lane.called.is_set():
        lane.called.clear()
        lane._pass()

    assert taken == set(kinds)
