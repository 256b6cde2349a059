"""Several handlers carried together: each hears everything once and in order, read as seldom as can be."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.make.relaying import settle
from tests.make.together import together
from tests.make.world import NOON
from tests.timeline.conftest import NAME, slowly_tell, subjects, tell
from tongxin.center.timeline.relay import Handler, Subscription, carry
from tongxin.center.timeline.values import Delivered

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def _pair(first: Handler, second: Handler, batch: int = 10) -> list[Subscription]:
    kinds = frozenset({"tea.brewed", "tea.spilled"})
    return [
        Subscription(NAME, kinds, first, batch),
        Subscription(f"{NAME}.too", kinds | {"cup.washed"}, second, batch),
    ]


def _carried(subscriptions: Sequence[Subscription]) -> tuple[int, bool]:
    settle()
    return carry(subscriptions, now=NOON)


def test_who_stands_at_the_same_place_reads_together() -> None:
    first: list[str] = []
    second: list[str] = []
    pair = _pair(lambda e: first.extend(subjects(e)), lambda e: second.extend(subjects(e)))
    tell("pot:1")
    _carried(pair)
    tell("pot:2")
    tell("cup:1", kind="cup.washed")
    settle()

    with CaptureQueriesContext(connection) as asked:
        read, more = carry(pair, now=NOON)

    assert (first, second) == (["pot:1", "pot:2"], ["pot:1", "pot:2", "cup:1"])
    assert (read, more) == (2, False)
    assert (
        sum("FROM timeline_event" in one["sql"] and "kind = ANY" in one["sql"] for one in asked)
        == 1
    )


def test_who_failed_is_handed_it_again_and_the_others_are_not() -> None:
    first: list[str] = []
    second: list[str] = []
    fails = [True]

    def sometimes(events: Sequence[Delivered]) -> None:
        if fails.pop() if fails else False:
            raise RuntimeError("not now")
        first.extend(subjects(events))

    pair = _pair(sometimes, lambda e: second.extend(subjects(e)))
    tell("pot:1", "pot:2")
    _carried(pair)
    tell("pot:3")
    settle()
    carry(pair, now=NOON + HOUR)

    assert first == second == ["pot:1", "pot:2", "pot:3"]


def test_a_full_page_is_handed_over_batch_by_batch() -> None:
    first: list[list[str]] = []
    second: list[str] = []
    pair = _pair(lambda e: first.append(subjects(e)), lambda e: second.extend(subjects(e)), 2)
    pair[1] = replace(pair[1], batch=5)
    tell(*(f"pot:{n}" for n in range(12)))

    more = True
    while more:
        _read, more = _carried(pair)

    assert [pot for batch in first for pot in batch] == second == [f"pot:{n}" for n in range(12)]
    assert {len(batch) for batch in first} == {2}


def test_many_workers_carry_together_and_nothing_is_lost_or_doubled() -> None:
    first: list[str] = []
    second: list[str] = []
    pair = _pair(lambda e: first.extend(subjects(e)), lambda e: second.extend(subjects(e)), 7)
    ends = threading.Event()

    def work() -> None:
        while not ends.is_set():
            carry(pair, now=NOON)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    together([partial(slowly_tell, f"writer {n}", n * 0.004) for n in range(5)])
    ends.set()
    for worker in workers:
        worker.join()
    while _carried(pair)[1]:
        pass

    for heard in (first, second):
        assert len(heard) == len(set(heard)) == 50
        for n in range(5):
            own = [subject for subject in heard if subject.startswith(f"writer {n}:")]
            assert own == [f"writer {n}:{m}" for m in range(10)]
