"""That somebody types is passed on once in a while, beside everything else, and never piles up."""

import threading

import pytest

from tongxin.project.hinting import PAUSE, Hints


class Clock:
    def __init__(self) -> None:
        self.at = 1.0

    def __call__(self) -> float:
        return self.at


def test_each_conversation_is_shown_once_in_a_while() -> None:
    clock, shown = Clock(), list[int]()
    hints = Hints(shown.append, clock)

    assert hints.note([1, 1, 2]) == 2
    clock.at += PAUSE - 0.1
    assert hints.note([1]) == 0
    clock.at += 0.1
    assert hints.note([1]) == 1

    hints.end(wait=True)
    assert sorted(shown) == [1, 1, 2]


def test_where_a_service_is_slow_the_next_are_left_out() -> None:
    goes_on = threading.Event()
    hints = Hints(lambda _pk: goes_on.wait(30), Clock())

    taken = hints.note(range(100))
    goes_on.set()

    assert 1 < taken < 50
    hints.end(wait=True)


@pytest.mark.parametrize("error", [OSError("nobody answers"), ValueError("it broke")])
def test_what_goes_wrong_stops_nobody(error: Exception) -> None:
    clock, shown = Clock(), list[int]()

    def show(pk: int) -> None:
        if pk == 1:
            raise error
        shown.append(pk)

    hints = Hints(show, clock)
    assert hints.note([1, 2]) == 2

    hints.end(wait=True)
    assert shown == [2]
