"""Every fact reaches its handlers: none lost, none twice, in order, whatever happens meanwhile."""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import OperationalError, connection, transaction

from tests.make.relaying import settle
from tests.make.together import together
from tests.make.world import NOON
from tests.timeline.conftest import NAME, Subscribe, slowly_tell, subjects, tell
from tongxin.center.accounts.models import Workspace
from tongxin.center.kit.actor import Actor
from tongxin.center.timeline.actions import drop_set_aside, retry_set_aside
from tongxin.center.timeline.models import Cursor, Event, SetAside
from tongxin.center.timeline.queries import set_aside
from tongxin.center.timeline.relay import PATIENCE, Subscription, deliver, rebase, unsettled
from tongxin.center.timeline.values import Delivered

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)
MANAGER = Actor(1, "member", 1, frozenset({"event.manage"}))


def delivered(subscription: Subscription, now: datetime = NOON) -> int:
    settle()
    return deliver(subscription, now=now)


def drain(subscription: Subscription) -> None:
    while delivered(subscription):
        pass


def cursor() -> tuple[int, int]:
    return Cursor.objects.values_list("born_in", "event_id").get(handler=NAME)


def test_facts_come_in_order_and_in_batches(subscribe: Subscribe) -> None:
    heard: list[list[str]] = []
    subscription = subscribe(lambda events: heard.append(subjects(events)), 2)
    tell("pot:1", "pot:2")
    tell("cup:1", kind="cup.washed")
    tell("pot:3", kind="tea.spilled")

    counts = [delivered(subscription) for _ in range(3)]

    assert heard == [["pot:1", "pot:2"], ["pot:3"]]
    assert counts == [2, 1, 0]


def test_a_fact_that_is_committed_late_is_still_heard_and_in_order(subscribe: Subscribe) -> None:
    heard: list[str] = []
    subscription = subscribe(lambda events: heard.extend(subjects(events)), 10)
    written, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        with suppress(OperationalError), transaction.atomic():
            tell("slow")  # takes the smaller id ...
            written.set()
            go_on.wait(20)
        connection.close()  # ... and commits last

    thread = threading.Thread(target=slowly)
    thread.start()
    written.wait(20)
    tell("fast")
    too_early = deliver(subscription, now=NOON)
    is_held_back = unsettled()
    go_on.set()
    thread.join()
    both = delivered(subscription)

    assert (too_early, is_held_back, both) == (0, True, 2)
    assert heard == ["slow", "fast"]


def test_many_slow_and_fast_writers_lose_and_double_nothing(subscribe: Subscribe) -> None:
    heard: list[str] = []
    subscription = subscribe(lambda events: heard.extend(subjects(events)), 7)
    ends = threading.Event()

    def carry() -> None:
        while not ends.is_set():
            deliver(subscription, now=NOON)
        drain(subscription)
        connection.close()

    carrier = threading.Thread(target=carry)
    carrier.start()
    together([partial(slowly_tell, f"writer {n}", n * 0.004) for n in range(5)])
    ends.set()
    carrier.join()

    assert sorted(heard) == sorted(f"writer {n}:{m}" for n in range(5) for m in range(10))
    for n in range(5):
        own = [subject for subject in heard if subject.startswith(f"writer {n}:")]
        assert own == [f"writer {n}:{m}" for m in range(10)]


def test_two_workers_at_once_deliver_once(subscribe: Subscribe) -> None:
    heard: list[str] = []

    def slowly(events: Sequence[Delivered]) -> None:
        heard.extend(subjects(events))
        time.sleep(0.05)

    subscription = subscribe(slowly, 10)
    tell(*(f"pot:{n}" for n in range(30)))
    settle()

    for _ in range(4):
        together([lambda: deliver(subscription, now=NOON) for _ in range(8)])
    drain(subscription)

    assert heard == [f"pot:{n}" for n in range(30)]


def test_what_a_handler_writes_and_its_place_commit_together(subscribe: Subscribe) -> None:
    is_broken = True

    def write(events: Sequence[Delivered]) -> None:
        for event in events:
            Workspace.objects.create(name=event.subject, created_at=NOON)
        if is_broken:
            raise RuntimeError("the kettle is empty")

    subscription = subscribe(write, 10)
    tell("pot:1", "pot:2")

    failed = delivered(subscription)
    after_failure = (Workspace.objects.count(), Cursor.objects.get(handler=NAME).failures)
    is_broken = False
    passed = delivered(subscription, NOON + HOUR)

    assert (failed, after_failure) == (0, (0, 1))
    assert passed == 2
    written = Workspace.objects.order_by("pk").values_list("name", flat=True)
    assert list(written) == ["pot:1", "pot:2"]


def spilling(events: Sequence[Delivered]) -> None:
    """A handler that writes down what it hears, and cannot take what was spilled."""
    for event in events:
        Workspace.objects.create(name=event.subject, created_at=NOON)
        if event.kind == "tea.spilled":
            raise ValueError(event.subject)


def spilled(subscription: Subscription) -> None:
    """Hand over as often as a handler's patience lasts, and once more."""
    for n in range(PATIENCE + 1):
        delivered(subscription, NOON + n * HOUR)


def test_a_failing_handler_waits_a_little_before_it_tries_again(subscribe: Subscribe) -> None:
    tries: list[int] = []

    def fail(events: Sequence[Delivered]) -> None:
        tries.append(len(events))
        raise ValueError

    subscription = subscribe(fail, 10)
    tell("pot:1")

    for seconds in (0, 1, 3, 4, 10):
        delivered(subscription, NOON + timedelta(seconds=seconds))

    assert len(tries) == 3  # 1 and 4 were too early


def test_the_one_that_cannot_be_taken_is_set_aside_and_the_others_go_on(
    subscribe: Subscribe,
) -> None:
    subscription = subscribe(spilling, 10)
    tell("pot:1")
    tell("pot:2", kind="tea.spilled")
    tell("pot:3")

    spilled(subscription)
    tell("pot:4")
    delivered(subscription, NOON + 9 * HOUR)

    [row] = set_aside(actor=MANAGER)
    assert (row.handler, row.subject, row.error) == (NAME, "pot:2", "ValueError('pot:2')")
    written = Workspace.objects.order_by("pk").values_list("name", flat=True)
    assert list(written) == ["pot:1", "pot:3", "pot:4"]
    assert Cursor.objects.get(handler=NAME).failures == 0


def test_what_was_set_aside_passes_once_it_can(subscribe: Subscribe) -> None:
    subscription = subscribe(spilling, 10)
    tell("pot:1", "pot:2", kind="tea.spilled")
    spilled(subscription)
    rows = set_aside(actor=MANAGER)
    heard: list[str] = []

    in_vain = retry_set_aside(actor=MANAGER, set_aside_ids=[r.id for r in rows], now=NOON)
    subscribe(lambda events: heard.extend(subjects(events)), 10)
    passed = retry_set_aside(actor=MANAGER, set_aside_ids=[r.id for r in rows], now=NOON)
    again = retry_set_aside(actor=MANAGER, set_aside_ids=[r.id for r in rows], now=NOON)

    assert (in_vain, passed, again) == (0, 2, 0)
    assert heard == ["pot:1", "pot:2"]
    assert not SetAside.objects.exists()
    told = Event.objects.filter(kind="event.released").order_by("pk")
    assert [event.data["outcome"] for event in told] == ["retried", "retried"]


def test_of_those_tried_again_only_the_broken_one_stays(subscribe: Subscribe) -> None:
    subscription = subscribe(spilling, 10)
    tell("pot:1", "pot:2", kind="tea.spilled")
    spilled(subscription)

    def only_the_first(events: Sequence[Delivered]) -> None:
        if any(event.subject == "pot:2" for event in events):
            raise KeyError("pot:2")

    subscribe(only_the_first, 10)
    ids = [row.id for row in set_aside(actor=MANAGER)]
    passed = retry_set_aside(actor=MANAGER, set_aside_ids=ids, now=NOON)

    [left] = set_aside(actor=MANAGER)
    assert (passed, left.subject, left.error) == (1, "pot:2", "KeyError('pot:2')")


def test_what_a_plugin_that_is_gone_left_stays_and_can_be_dropped(subscribe: Subscribe) -> None:
    subscription = subscribe(spilling, 10)
    tell("pot:1", kind="tea.spilled")
    spilled(subscription)
    SetAside.objects.update(handler="somebody.gone")
    ids = [row.id for row in set_aside(actor=MANAGER)]

    passed = retry_set_aside(actor=MANAGER, set_aside_ids=ids, now=NOON)
    dropped = drop_set_aside(actor=MANAGER, set_aside_ids=ids, now=NOON)

    assert (passed, dropped, SetAside.objects.count()) == (0, 1, 0)
    assert Event.objects.get(kind="event.released").data["outcome"] == "dropped"


def test_another_workspace_neither_sees_nor_releases_it(subscribe: Subscribe) -> None:
    subscription = subscribe(spilling, 10)
    tell("pot:1", kind="tea.spilled", workspace_id=2)
    spilled(subscription)
    ids = list(SetAside.objects.values_list("pk", flat=True))

    assert not list(set_aside(actor=MANAGER))
    assert retry_set_aside(actor=MANAGER, set_aside_ids=ids, now=NOON) == 0
    assert drop_set_aside(actor=MANAGER, set_aside_ids=ids, now=NOON) == 0
    assert SetAside.objects.count() == 1


def test_after_a_restore_order_and_place_stay(subscribe: Subscribe) -> None:
    heard: list[str] = []
    subscription = subscribe(lambda events: heard.extend(subjects(events)), 2)
    tell("pot:1", "pot:2")
    delivered(subscription)
    tell("pot:3")
    tell("pot:4")

    rebase()
    rebase()
    before = list(Event.objects.order_by("born_in", "id").values_list("subject", flat=True))
    tell("pot:5")
    drain(subscription)

    assert before == [f"pot:{n}" for n in range(1, 5)]
    assert not Event.objects.exclude(subject="pot:5").filter(born_in__gte=0).exists()
    assert heard == [f"pot:{n}" for n in range(1, 6)]


def test_a_handler_that_hears_nothing_leaves_its_place(subscribe: Subscribe) -> None:
    subscription = subscribe(lambda _events: None, 10)
    delivered(subscription)
    before = cursor()
    tell("cup:1", kind="cup.washed")

    delivered(subscription)

    assert cursor() == before
