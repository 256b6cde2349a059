"""Who gets what: never too much, never less than there is room for."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tongxin.service.team.rules import PATIENCE, hand_out, is_gone
from tongxin.service.team.values import Desk

DESKS = st.lists(
    st.builds(
        Desk, member_id=st.integers(1, 50), load=st.integers(0, 12), capacity=st.integers(0, 10)
    ),
    max_size=8,
    unique_by=lambda desk: desk.member_id,
)
WAITING = st.lists(st.integers(1, 1000), unique=True, max_size=60)
NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


@given(DESKS, WAITING)
def test_nobody_gets_more_than_they_have_room_for(desks: list[Desk], waiting: list[int]) -> None:
    pairs = hand_out(desks, waiting)

    for desk in desks:
        given_ = [pk for pk, member_id in pairs if member_id == desk.member_id]
        assert len(given_) <= desk.room


@given(DESKS, WAITING)
def test_as_many_are_served_as_there_is_room_for_the_first_first(
    desks: list[Desk], waiting: list[int]
) -> None:
    pairs = hand_out(desks, waiting)

    room = sum(desk.room for desk in desks)
    assert [pk for pk, _member in pairs] == waiting[:room]


@given(DESKS, WAITING)
def test_the_least_busy_for_their_size_comes_first(desks: list[Desk], waiting: list[int]) -> None:
    loads = {desk.member_id: desk.load for desk in desks}
    sizes = {desk.member_id: desk.capacity for desk in desks if desk.capacity}

    for _pk, member_id in hand_out(desks, waiting):
        busy = {m: loads[m] / size for m, size in sizes.items() if loads[m] < size}
        assert busy[member_id] == min(busy.values())
        loads[member_id] += 1


@given(DESKS, WAITING)
def test_the_order_of_the_desks_does_not_matter(desks: list[Desk], waiting: list[int]) -> None:
    assert hand_out(desks, waiting) == hand_out(desks[::-1], waiting)


@given(st.timedeltas(timedelta(0), timedelta(minutes=5)))
def test_a_desk_is_gone_when_it_has_been_silent_for_longer_than_our_patience(
    silence: timedelta,
) -> None:
    assert is_gone(NOON, NOON + silence) is (silence > PATIENCE)
