"""Who gets what: never too much, never what they cannot do, never less than there is room for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxin.service.queues.values import Fallback, Sharing, Strategy
from tongxin.service.team.rules import (
    PATIENCE,
    fits,
    hand_out,
    is_gone,
    language_of,
    most,
    sheet,
    why,
)
from tongxin.service.team.values import (
    AwayFor,
    Desk,
    Routing,
    State,
    Stretch,
    Waiting,
    Why,
)

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
SKILLS = st.frozensets(st.sampled_from(["repairs", "wholesale", "刻字"]), max_size=2)
LANGUAGES = st.sampled_from(["zh", "en", "ja"])
DESKS = st.lists(
    st.builds(
        Desk,
        member_id=st.integers(1, 50),
        load=st.integers(0, 150),
        capacity=st.integers(0, 120),
        skills=SKILLS,
        languages=st.frozensets(LANGUAGES),
        given_at=st.none() | st.datetimes(timezones=st.just(UTC)),
        queues=st.frozensets(st.integers(1, 3), max_size=2),
    ),
    max_size=8,
    unique_by=lambda desk: desk.member_id,
)
ROUTINGS = st.builds(
    Routing,
    inbox_id=st.integers(1, 3),
    is_automatic=st.just(True),
    weight=st.sampled_from([5, 20, 100]),
    strategy=st.sampled_from(Strategy),
    skills=SKILLS.map(sorted),
)
SHARINGS = st.builds(
    Sharing,
    queue_id=st.integers(0, 3),
    name=st.just(""),
    strategy=st.none() | st.sampled_from(Strategy),
    fallback=st.sampled_from(Fallback),
    fallback_id=st.integers(1, 3),
    fallback_minutes=st.just(5),
    late_before=st.none(),
    hours=st.none(),
)
WAITING = st.lists(
    st.builds(
        Waiting,
        id=st.integers(1, 1000),
        routing=ROUTINGS,
        sharing=SHARINGS,
        language=LANGUAGES | st.just(""),
        is_late=st.booleans(),
        returned_by=st.integers(0, 50),
    ),
    max_size=40,
    unique_by=lambda one: one.id,
)
USUAL = Sharing(0, "", None, Fallback.STAY, 0, 0, None, None)
CHAT = Routing(1, is_automatic=True, weight=20, strategy=Strategy.LEAST_BUSY, skills=())


def after(desks: list[Desk], waiting: list[Waiting]) -> list[Desk]:
    """Return the desks with what was handed out to them."""
    weights = {one.id: one.routing.weight for one in waiting}
    taken = [(member_id, weights[pk]) for pk, member_id in hand_out(desks, waiting, NOON)]
    return [
        Desk(
            d.member_id, d.load + sum(w for m, w in taken if m == d.member_id), d.capacity, d.skills
        )
        for d in desks
    ]


@given(DESKS, WAITING)
def test_nobody_gets_more_than_they_have_room_for(
    desks: list[Desk], waiting: list[Waiting]
) -> None:
    for before, now in zip(desks, after(desks, waiting), strict=True):
        assert now.load == before.load or now.load <= now.capacity


@given(DESKS, WAITING)
def test_nobody_gets_what_they_lack_the_skills_for(
    desks: list[Desk], waiting: list[Waiting]
) -> None:
    skills = {desk.member_id: desk.skills for desk in desks}
    needed = {one.id: one.routing.skills for one in waiting}

    for pk, member_id in hand_out(desks, waiting, NOON):
        assert skills[member_id].issuperset(needed[pk])


@given(DESKS, WAITING)
def test_nobody_waits_on_while_somebody_could_serve_them(
    desks: list[Desk], waiting: list[Waiting]
) -> None:
    given_ = {pk for pk, _member in hand_out(desks, waiting, NOON)}
    in_the_end = after(desks, waiting)

    for one in waiting:
        if one.id not in given_:
            assert not any(fits(desk, one) for desk in in_the_end)


def asks(one: Waiting) -> object:
    return one.routing, one.sharing, one.is_late


@given(DESKS, WAITING)
def test_nobody_is_given_what_is_not_offered_to_them(
    desks: list[Desk], waiting: list[Waiting]
) -> None:
    here, those = {d.member_id: d for d in desks}, {one.id: one for one in waiting}

    for pk, member_id in hand_out(desks, waiting, NOON):
        queue_id = those[pk].sharing.queue_id
        own = queue_id == 0 or queue_id in here[member_id].queues
        assert own or (those[pk].is_late and those[pk].sharing.fallback is not Fallback.STAY)


@given(DESKS, WAITING)
def test_as_many_as_could_be_served_are_looked_at(
    desks: list[Desk], waiting: list[Waiting]
) -> None:
    for one in waiting:
        alike = [replace(one, id=pk) for pk in range(60)]
        assert len(hand_out(desks, alike, NOON)) <= most(desks, one)


def test_the_queues_own_members_come_first_and_who_let_it_lie_last() -> None:
    presale = Sharing(7, "售前", Strategy.LEAST_BUSY, Fallback.ANYONE, 0, 0, None, None)
    own, other = Desk(2, 60, 100, queues=frozenset({7})), Desk(1, 0, 100)
    late = Waiting(1, CHAT, presale, is_late=True)

    assert hand_out([own, other], [late], NOON) == [(1, 2)]
    assert hand_out([own, other], [replace(late, returned_by=2)], NOON) == [(1, 1)]
    assert hand_out([own], [replace(late, returned_by=2)], NOON) == [(1, 2)]
    assert hand_out([other], [replace(late, is_late=False)], NOON) == []


@given(DESKS, WAITING)
def test_of_two_that_ask_for_the_same_the_first_is_served_first(
    desks: list[Desk], waiting: list[Waiting]
) -> None:
    given_ = {pk for pk, _member in hand_out(desks, waiting, NOON)}

    for place, one in enumerate(waiting):
        if one.id not in given_:
            assert not [x for x in waiting[place:] if x.id in given_ and asks(x) == asks(one)]


@given(DESKS, WAITING)
def test_the_order_of_the_desks_does_not_matter(desks: list[Desk], waiting: list[Waiting]) -> None:
    assert hand_out(desks, waiting, NOON) == hand_out(desks[::-1], waiting, NOON)


def test_the_least_busy_for_their_size_comes_first() -> None:
    desks = [Desk(1, 40, 100), Desk(2, 60, 200), Desk(3, 0, 0)]

    pairs = hand_out(desks, [Waiting(pk, CHAT, USUAL) for pk in range(5)], NOON)

    assert [member_id for _pk, member_id in pairs] == [2, 1, 2, 2, 1]


def test_in_turn_means_whoever_has_waited_longest_for_work() -> None:
    in_turn = Routing(1, is_automatic=True, weight=20, strategy=Strategy.IN_TURN, skills=())
    desks = [
        Desk(1, 0, 100, given_at=NOON - timedelta(minutes=1)),
        Desk(2, 60, 100, given_at=NOON - timedelta(minutes=9)),
        Desk(3, 20, 100),
    ]

    pairs = hand_out(desks, [Waiting(pk, in_turn, USUAL) for pk in range(3)], NOON)

    assert [member_id for _pk, member_id in pairs] == [3, 2, 1]


def test_who_speaks_the_language_comes_first_but_nobody_waits_for_them() -> None:
    desks = [
        Desk(1, 0, 40, languages=frozenset({"zh"})),
        Desk(2, 20, 60, languages=frozenset({"en"})),
    ]

    pairs = hand_out(desks, [Waiting(pk, CHAT, USUAL, "en") for pk in range(3)], NOON)

    assert [member_id for _pk, member_id in pairs] == [2, 2, 1]


@pytest.mark.parametrize(
    ("desks", "automatic", "reason"),
    [
        ([], True, Why.NOBODY_ONLINE),
        ([Desk(1, 0, 100)], True, Why.NOBODY_SKILLED),
        ([Desk(1, 90, 100, frozenset({"刻字"})), Desk(2, 0, 100)], True, Why.NO_ROOM),
        ([Desk(1, 0, 100, frozenset({"刻字"}))], True, Why.SOON),
        ([Desk(1, 0, 100, frozenset({"刻字"}))], False, Why.BY_HAND),
    ],
)
def test_it_is_told_why_nobody_has_a_conversation(
    desks: list[Desk], automatic: bool, reason: Why
) -> None:
    engraving = Routing(1, automatic, 20, Strategy.LEAST_BUSY, ["刻字"])

    assert why(desks, Waiting(7, engraving, USUAL), 1)[0] is reason


@given(DESKS, WAITING)
def test_what_will_be_served_soon_is_what_would_be_handed_out(
    desks: list[Desk], waiting: list[Waiting]
) -> None:
    for one in waiting:
        served = bool(hand_out(desks, [one], NOON))
        assert (why(desks, one, 1)[0] is Why.SOON) is served


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("壶盖碎了", "zh"),
        ("Where is my order?", "en"),
        ("茶壺はいつ届きますか", "ja"),
        ("주문 언제 와요", "ko"),
        ("Где заказ", "ru"),
        ("20871 ??", ""),
    ],
)
def test_a_script_suggests_a_language(text: str, language: str) -> None:
    assert language_of(text) == language


@given(st.timedeltas(timedelta(0), timedelta(minutes=5)))
def test_a_desk_is_gone_when_it_has_been_silent_for_longer_than_our_patience(
    silence: timedelta,
) -> None:
    assert is_gone(NOON, NOON + silence) is (silence > PATIENCE)


STRETCHES = st.lists(
    st.builds(
        Stretch,
        at=st.timedeltas(timedelta(days=-2), timedelta(days=2)).map(lambda ago: NOON + ago),
        state=st.sampled_from(State),
        away_for=st.sampled_from(AwayFor),
    ),
    max_size=12,
).map(lambda changes: sorted(changes, key=lambda change: change.at))


@given(STRETCHES, st.timedeltas(timedelta(0), timedelta(days=2)))
def test_a_time_sheet_adds_up_to_the_whole_time(changes: list[Stretch], length: timedelta) -> None:
    totals = sheet(changes, NOON, NOON + length)

    assert sum(totals.values(), timedelta()) == length
    assert all(time > timedelta() for time in totals.values())


def test_a_time_sheet_tells_for_how_long_one_was_what() -> None:
    hour = timedelta(hours=1)
    day = [
        Stretch(NOON - 2 * hour, State.ONLINE),
        Stretch(NOON + hour, State.AWAY, AwayFor.MEAL),
        Stretch(NOON + 1.5 * hour, State.ONLINE),
        Stretch(NOON + 9 * hour, State.OFFLINE),
    ]

    assert sheet(day, NOON, NOON + 2 * hour) == {
        (State.ONLINE, AwayFor.UNSAID): 1.5 * hour,
        (State.AWAY, AwayFor.MEAL): 0.5 * hour,
    }
    assert sheet([], NOON, NOON + hour) == {(State.OFFLINE, AwayFor.UNSAID): hour}
