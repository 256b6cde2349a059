"""What comes in from channels and goes out to them: threads of the worker, woken when there is something."""

import logging
import os
import random
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from socket import gethostname
from typing import Any, ClassVar

from django.db import connection

from tongxin.project.halting import AWAY, LOOK_AGAIN, now, stopping
from tongxin.project.hinting import Hints
from tongxin.service.channels.actions import (
    Listener,
    Refresher,
    fetch_now,
    inboxes_to_listen_at,
    inboxes_with_departures,
    listen_at,
    note_trouble,
    send_from,
)
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.channels.values import CALLS, DEPARTURES, NEWS, TYPING, InboxRow
from tongxin.service.conversations.actions import hear_calls, show_typing

_SENDERS = 3  # so that a slow service does not stop the others
_MOMENT = 0.2  # seconds until somebody looks whether a rate, or what goes before, lets more through
_LOOK = 1.0  # seconds: what was tried in vain is due again some time
_WAIT = 25.0  # seconds for which a channel waits for something to come in
_LONGEST_PAUSE = 300.0

log = logging.getLogger(__name__)


class Called(threading.Thread):
    """Works when it is called, and looks now and then even if nobody did."""

    looks = LOOK_AGAIN

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.called = threading.Event()

    def run(self) -> None:
        pause = 0.0
        while not stopping.is_set():
            self.called.wait(pause)
            self.called.clear()
            try:
                pause = _MOMENT if self.works() else self.looks
            except AWAY:
                pause = 1.0
            except Exception:
                log.exception("%s: something broke", self.name)
                pause = 1.0
            connection.close()  # there are more threads than connections: who waits has none

    def works(self) -> bool:
        """Do what there is to do; whether there may soon be more."""
        raise NotImplementedError


class Hearing(Called):
    """Interprets what came in."""

    looks = _LOOK

    def works(self) -> bool:
        while not stopping.is_set() and hear_calls(now=now()):
            pass
        return False


class Refreshing(Called):
    """Asks vendors for their templates now and then."""

    looks = 600.0

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._refresher = Refresher()

    def works(self) -> bool:
        self._refresher.ask(now=now())
        return False


class Sending(Called):
    """Carries out what waits, inbox by inbox, beside others who do the same."""

    looks = _LOOK
    _busy: ClassVar[set[int]] = set()
    _lock: ClassVar[threading.Lock] = threading.Lock()

    def works(self) -> bool:
        waiting = inboxes_with_departures(now=now())
        for inbox_id in waiting:
            with self._alone(inbox_id) as ours:
                while ours and not stopping.is_set() and send_from(inbox_id=inbox_id, clock=now):
                    pass
        return bool(waiting)

    @contextmanager
    def _alone(self, inbox_id: int) -> Iterator[bool]:
        with self._lock:
            ours = inbox_id not in self._busy
            self._busy.add(inbox_id)
        try:
            yield ours
        finally:
            if ours:
                with self._lock:
                    self._busy.discard(inbox_id)


class Listening(threading.Thread):
    """Listens at one inbox for as long as it is as it was."""

    def __init__(self, inbox: InboxRow) -> None:
        super().__init__(name=f"listening at {inbox.id}", daemon=True)
        self.listener = Listener(inbox, f"{gethostname()[:40]}:{os.getpid()}", now)
        self._is_left = False
        self._called = threading.Event()

    def hurry(self) -> None:
        """Rest no longer: somebody mended something, or there are news."""
        self._called.set()

    def leave(self) -> None:
        """Listen no more: the inbox is off, or no longer as it was."""
        self._is_left = True
        self.hurry()

    def run(self) -> None:
        """Come back after a failure, later each time, and not with all the others at once."""
        tries = 0
        while self._goes_on():
            try:
                ended_well = listen_at(self.listener, seconds=_WAIT, goes_on=self._goes_on)
                connection.close()
                if ended_well:
                    return
                self._rest(30)  # somebody else listens there
            except Exception as error:  # noqa: BLE001 - whatever a channel raises is shown with the inbox
                tries += 1
                self._told(error)
                pause = min(_LONGEST_PAUSE, 2.0 ** min(tries, 10)) * random.uniform(0.5, 1)  # noqa: S311
                self._rest(pause)

    def _goes_on(self) -> bool:
        return not (stopping.is_set() or self._is_left)

    def _rest(self, seconds: float) -> None:
        self._called.wait(seconds)
        self._called.clear()

    def _told(self, error: Exception) -> None:
        try:
            note_trouble(inbox_id=self.listener.inbox.id, error=error, now=now())
        except AWAY:
            pass
        finally:
            connection.close()


class Traffic:
    """All threads that channels keep busy."""

    def __init__(self) -> None:
        self.hearing = Hearing("hearing")
        self.senders = [Sending(f"sending {n}") for n in range(_SENDERS)]
        self.refreshing = Refreshing("refreshing")
        self.hints = Hints(_type)
        self._listening: dict[int, Listening] = {}

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def call(self, channel: str, items: Iterable[Mapping[str, Any]]) -> None:
        """Wake whoever is concerned."""
        if channel == CALLS:
            self.hearing.called.set()
        elif channel == DEPARTURES:
            for sender in self.senders:
                sender.called.set()
        elif channel == TYPING:
            self.hints.note(item["c"] for item in items)
        elif channel == NEWS:
            self._look({item["i"] for item in items})

    def _look(self, inbox_ids: set[int]) -> None:
        """Fetch what there is; who failed before does not rest any longer."""
        for pk in inbox_ids & self._listening.keys():
            self._listening[pk].hurry()
        _fetch_all(inbox_ids)

    def look_after_listeners(self) -> None:
        """Listen at every inbox whose channel has to be asked, as it is now."""
        wanted = {inbox.id: inbox for inbox in inboxes_to_listen_at()}
        for pk, one in self._listening.items():
            if wanted.get(pk) != one.listener.inbox:
                one.leave()
        going_on = {pk: one for pk, one in self._listening.items() if one.is_alive()}
        new = {pk: Listening(inbox) for pk, inbox in wanted.items() if pk not in going_on}
        self._listening = going_on | new
        for one in new.values():
            one.start()

    def join(self) -> None:
        self.hints.end()
        for thread in self._threads:
            thread.called.set()
        for thread in self._threads:
            thread.join(8)

    @property
    def _threads(self) -> Iterable[Called]:
        return (self.hearing, *self.senders, self.refreshing)


def _type(conversation_id: int) -> None:
    try:
        show_typing(conversation_id=conversation_id)
    finally:
        connection.close()


def _fetch_all(inbox_ids: Collection[int]) -> None:
    try:
        found = inboxes_by_id(inbox_ids=inbox_ids)
    finally:
        connection.close()
    for inbox in found.values():
        threading.Thread(target=_fetch, args=[inbox], daemon=True).start()


def _fetch(inbox: InboxRow) -> None:
    listener = Listener(inbox, "news", now)
    try:
        fetch_now(listener)
    except Exception as error:  # noqa: BLE001 - whoever listens there tries again
        note_trouble(inbox_id=inbox.id, error=error, now=now())
    finally:
        connection.close()
