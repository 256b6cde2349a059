"""Whoever listens at an inbox goes on with what somebody corrected, and stops where it was switched off."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests.journeys.house import wait_for

from tongxin.project import traffic
from tongxin.service.channels.actions import Listener
from tongxin.service.channels.values import NEWS, InboxRow

WRONG = InboxRow(7, 1, "email", "邮箱", "k7", {"imap_host": "wrong.example"}, True)
RIGHT = replace(WRONG, settings={"imap_host": "imap.example"})


class Stand:
    """The inboxes that are on; who was asked; and whether what is asked answers."""

    def __init__(self) -> None:
        self.on = [WRONG]
        self.asked: list[str] = []
        self.is_down = True

    def listen(self, listener: Listener, *, seconds: float, goes_on: Callable[[], bool]) -> bool:
        self.asked.append(str(listener.inbox.settings["imap_host"]))
        if self.is_down:
            raise OSError("wrong password")
        return True


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[Stand]:
    """A house whose listeners, once they failed, would rest for the longest time."""
    made, all_of_them = Stand(), list[traffic.Listening]()

    class Noted(traffic.Listening):
        def __init__(self, inbox: InboxRow) -> None:
            super().__init__(inbox)
            all_of_them.append(self)

    def nothing(*_given: Any, **_named: Any) -> None: ...

    monkeypatch.setattr(traffic, "Listening", Noted)
    monkeypatch.setattr(traffic, "listen_at", made.listen)
    monkeypatch.setattr(traffic, "inboxes_to_listen_at", lambda: made.on)
    monkeypatch.setattr(traffic, "note_trouble", nothing)
    monkeypatch.setattr(traffic, "_fetch_all", nothing)
    monkeypatch.setattr("random.uniform", lambda *_: 1000.0)
    yield made
    for thread in all_of_them:
        thread.leave()
        thread.join(20)
        assert not thread.is_alive()


def test_a_corrected_setting_is_tried_though_the_wrong_one_rests(stand: Stand) -> None:
    """A mailbox whose server was entered wrong at first was never read until the house began anew."""
    house = traffic.Traffic()
    house.look_after_listeners()
    wait_for(lambda: stand.asked == ["wrong.example"], 20)

    stand.on, stand.is_down = [RIGHT], False

    def corrected() -> bool:
        house.look_after_listeners()
        return stand.asked[-1] == "imap.example"

    wait_for(corrected, 20)


def test_a_corrected_password_is_tried_at_once(stand: Stand) -> None:
    house = traffic.Traffic()
    house.look_after_listeners()
    wait_for(lambda: len(stand.asked) == 1, 20)

    stand.is_down = False
    house.call(NEWS, [{"i": 7}])

    wait_for(lambda: len(stand.asked) == 2, 20)


def test_an_inbox_that_was_switched_off_is_tried_no_more(stand: Stand) -> None:
    house = traffic.Traffic()
    house.look_after_listeners()
    wait_for(lambda: len(stand.asked) == 1, 20)
    [listening] = house._listening.values()

    stand.on = []
    house.look_after_listeners()

    wait_for(lambda: not listening.is_alive(), 20)
    assert len(stand.asked) == 1
