"""What the house does by itself: the relay of facts, and rounds that look for what is due."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.project.settings")
django.setup()

import psycopg  # noqa: E402
from django.db import connection  # noqa: E402

from tongxin.center.imports.actions import forget as forget_imports  # noqa: E402
from tongxin.center.imports.actions import work as work_imports  # noqa: E402
from tongxin.center.kit.idempotency import forget_before  # noqa: E402
from tongxin.center.kit.signals import FACTS, connection_info, heard, listen_statement  # noqa: E402
from tongxin.center.timeline.actions import forget  # noqa: E402
from tongxin.center.timeline.chain import BATCH, chain  # noqa: E402
from tongxin.center.timeline.relay import SUBSCRIPTIONS, Subscription, carry, unsettled  # noqa: E402
from tongxin.project.halting import AWAY, LOOK_AGAIN, now, stopping  # noqa: E402
from tongxin.project.traffic import Traffic  # noqa: E402
from tongxin.service.channels.actions import forget_calls  # noqa: E402
from tongxin.service.channels.values import CALLS, DEPARTURES, NEWS, TYPING  # noqa: E402
from tongxin.service.conversations.actions import SOON, mail_unread, wake_due  # noqa: E402
from tongxin.service.notices.actions import mail_due  # noqa: E402
from tongxin.service.outposts.actions import forget_heard, tell_waiting, work_heard  # noqa: E402
from tongxin.service.queues.actions import return_idle  # noqa: E402
from tongxin.service.replies.actions import release_due  # noqa: E402
from tongxin.service.team.actions import route_late, sweep  # noqa: E402
from tongxin.service.views.actions import work  # noqa: E402

log = logging.getLogger(__name__)

# Seconds between two passes of a lane: a lone fact is carried at once, a stream makes batches.
_BREATH, _LONG_BREATH, _STREAM = 0.05, 0.3, 20
_RESTS = 1.0
_KEYS_KEPT = timedelta(hours=24)

_BEGINS = {"job.begun", "import.checked", "import.begun", "import.undoing"}


class Lane(threading.Thread):
    """Runs some handlers, one after the other, whenever facts they hear are told."""

    def __init__(self, name: str, subscriptions: Iterable[Subscription]) -> None:
        super().__init__(name=name, daemon=True)
        self.subscriptions = {s.name: s for s in subscriptions}
        self.called = threading.Event()
        self._lock = threading.Lock()
        self._wanted = set(self.subscriptions)

    def call(self, kinds: set[str]) -> None:
        """Let the handlers of these kinds run soon."""
        self._want(name for name, s in self.subscriptions.items() if s.kinds & kinds)
        self.called.set()

    def run(self) -> None:
        while not stopping.is_set():
            if not self.called.wait(LOOK_AGAIN):
                self._want(self.subscriptions)
            self.called.clear()
            try:
                self._pass()
            except AWAY:
                log.warning("the database is away; trying again in a moment")
                connection.close()
                self._want(self.subscriptions)
                stopping.wait(1)
                self.called.set()

    def _want(self, names: Iterable[str]) -> None:
        with self._lock:
            self._wanted.update(names)

    def _pass(self) -> None:
        with self._lock:
            wanted, self._wanted = self._wanted, set()
        carried = self._carry([self.subscriptions[name] for name in wanted])
        if unsettled():
            self._want(wanted)
            self.called.set()
        stopping.wait(_LONG_BREATH if carried >= _STREAM else _BREATH)

    def _carry(self, subscriptions: Sequence[Subscription]) -> int:
        """Hand over everything that waits for these handlers; return how much that was."""
        carried, more = 0, bool(subscriptions)
        while more and not stopping.is_set():
            count, more = carry(subscriptions, now=now())
            carried += count
        return carried


class Chain(threading.Thread):
    """Links what happened, a moment after it did."""

    def __init__(self) -> None:
        super().__init__(name="chain", daemon=True)
        self.called = threading.Event()

    def call(self, _kinds: set[str]) -> None:
        self.called.set()

    def run(self) -> None:
        while not stopping.is_set():
            self.called.clear()
            try:
                while not stopping.is_set() and chain() == BATCH:
                    pass
            except AWAY:
                connection.close()
            stopping.wait(_RESTS)  # a stream of facts is linked in batches
            self.called.wait(LOOK_AGAIN)


class Jobs(threading.Thread):
    """Does what members began for many conversations or people at once, batch by batch, each job in its turn."""

    def __init__(self) -> None:
        super().__init__(name="jobs", daemon=True)
        self.called = threading.Event()

    def call(self, kinds: set[str]) -> None:
        if kinds & _BEGINS:
            self.called.set()

    def run(self) -> None:
        while not stopping.is_set():
            self.called.clear()
            try:
                while not stopping.is_set() and _work():
                    pass
            except AWAY:
                connection.close()
            self.called.wait(LOOK_AGAIN)


class Round:
    """Something to look after every so many seconds."""

    def __init__(self, seconds: float, does: Callable[[], object]) -> None:
        self.seconds, self.does, self.due = seconds, does, 0.0

    def make(self) -> None:
        if self.due <= time.monotonic():
            self.due = time.monotonic() + self.seconds
            self.does()


class Rounds(threading.Thread):
    """Makes rounds beside all else: whoever is called does not wait until a long one is over."""

    def __init__(self, rounds: Sequence[Round]) -> None:
        super().__init__(name="rounds", daemon=True)
        self.rounds = rounds

    def run(self) -> None:
        while not stopping.is_set():
            for round_ in self.rounds:
                self._make(round_)
            connection.close()  # there are more threads than connections: who waits has none
            stopping.wait(1)

    def _make(self, round_: Round) -> None:
        """Make one if it is due; if it breaks, the others are made all the same."""
        if stopping.is_set():
            return
        try:
            round_.make()
        except AWAY:
            connection.close()
        except Exception:
            log.exception("a round broke")


ROUNDS = [
    Round(1, lambda: release_due(now=now())),
    Round(2, lambda: wake_due(now=now())),
    Round(10, lambda: sweep(now=now())),
    Round(10, lambda: return_idle(now=now())),
    Round(10, lambda: route_late(now=now())),
    Round(20, lambda: mail_unread(now=now(), looks_back=SOON)),
    Round(600, lambda: mail_unread(now=now())),
    Round(60, lambda: mail_due(now=now())),
    Round(1, lambda: work_heard(clock=now)),
    Round(20, lambda: tell_waiting(now=now())),
    Round(3600, lambda: forget(now=now())),
    Round(3600, lambda: forget_calls(now=now())),
    Round(3600, lambda: forget_imports(now=now())),
    Round(3600, lambda: forget_heard(now=now())),
    Round(600, lambda: forget_before(before=now() - _KEYS_KEPT)),
]


def main() -> None:
    """Work until SIGTERM or SIGINT; what was begun is finished or was never done."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    everything = SUBSCRIPTIONS.values()
    lanes: list[Lane | Jobs | Chain] = [
        Lane("inside", [s for s in everything if not s.outside]),
        Lane("outside", [s for s in everything if s.outside]),
        Jobs(),
        Chain(),
    ]
    traffic = Traffic()
    rounds = Rounds([*ROUNDS, Round(10, traffic.look_after_listeners)])
    for thread in (*lanes, traffic, rounds):
        thread.start()
    while not stopping.is_set():
        try:
            _listen(lanes, traffic)
        except AWAY:
            stopping.wait(1)
    for lane in lanes:
        lane.called.set()
        lane.join(8)
    rounds.join(8)
    traffic.join()


def _listen(lanes: Iterable[Lane | Jobs | Chain], traffic: Traffic) -> None:
    with psycopg.connect(connection_info(), autocommit=True) as listening:
        listening.execute(listen_statement(FACTS, CALLS, DEPARTURES, NEWS, TYPING))
        while not stopping.is_set():
            for notification in listening.notifies(timeout=1, stop_after=1):
                items = heard(notification.payload)
                if notification.channel != FACTS:
                    traffic.call(notification.channel, items)
                    continue
                kinds = {item["k"] for item in items}
                for lane in lanes:
                    lane.call(kinds)


def _work() -> bool:
    """Do one batch of each kind of job, in turn; whether there was any."""
    done = work(now=now())
    return work_imports(now=now()) or done
