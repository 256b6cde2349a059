"""Business time: over nights, lunch, holidays, worked weekends and changes of the clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tongxin.service.hours.rules import (
    after,
    before,
    elapsed,
    is_open,
    next_opening,
    problem,
    tidied,
)
from tongxin.service.hours.values import Hours, Span, SpecialDay

HOUR = timedelta(hours=1)
SHANGHAI, NEW_YORK, BERLIN = "Asia/Shanghai", "America/New_York", "Europe/Berlin"


def weekdays(*spans: str, zone: str = SHANGHAI, days: tuple[SpecialDay, ...] = ()) -> Hours:
    """Return hours that are the same from Monday to Friday."""
    told = tuple(Span(*span.split("-")) for span in spans)
    return Hours(zone, (told,) * 5 + ((), ()), days)


def at(text: str, zone: str = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


LUNCH = weekdays("09:00-12:00", "13:00-18:00")
# The National Day of 2026 as a shop may have it: a week off, two weekends worked for it.
NATIONAL = weekdays(
    "09:00-18:00",
    days=(
        *(SpecialDay(date(2026, 10, day), name="国庆") for day in range(1, 8)),
        SpecialDay(date(2026, 9, 27), (Span("09:00", "18:00"),), name="调休上班"),
        SpecialDay(date(2026, 10, 10), (Span("10:00", "16:00"),), name="调休上班"),
    ),
)


@pytest.mark.parametrize(
    ("hours", "since", "hours_to_go", "until"),
    [
        # What two vendors' documents reckon wrong (they say Monday 09:00 and Tuesday 11:00).
        (weekdays("09:00-17:00"), "2026-11-20T17:00", 8, "2026-11-23T17:00"),
        (weekdays("08:00-17:00"), "2026-11-20T16:00", 4, "2026-11-23T11:00"),
        # Lunch does not count.
        (LUNCH, "2026-11-23T11:30", 1, "2026-11-23T13:30"),
        (LUNCH, "2026-11-23T12:15", 0.5, "2026-11-23T13:30"),
        (LUNCH, "2026-11-23T09:00", 3, "2026-11-23T12:00"),
        (LUNCH, "2026-11-23T09:00", 8, "2026-11-23T18:00"),
        (LUNCH, "2026-11-20T17:30", 9, "2026-11-24T09:30"),
        # Before the week off, and over it: a Saturday is worked, the eight days before are not.
        (NATIONAL, "2026-09-30T17:00", 2, "2026-10-08T10:00"),
        (NATIONAL, "2026-10-09T17:00", 3, "2026-10-10T12:00"),
        (NATIONAL, "2026-10-09T17:00", 8, "2026-10-12T10:00"),
        (NATIONAL, "2026-09-25T17:00", 2, "2026-09-27T10:00"),
    ],
)
def test_golden_vectors(hours: Hours, since: str, hours_to_go: float, until: str) -> None:
    span = hours_to_go * HOUR

    assert after(hours, at(since), span) == at(until)
    assert elapsed(hours, at(since), at(until)) == span


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        # Clocks leap from 2:00 to 3:00 on March 8: a night from 0 to 6 has five hours.
        ("2026-03-08T00:00", "2026-03-08T06:00", 5),
        ("2026-03-08T01:30", "2026-03-08T03:30", 1),
        # And fall from 2:00 to 1:00 on November 1: seven.
        ("2026-11-01T00:00", "2026-11-01T06:00", 7),
    ],
)
def test_clocks_leap_and_fall(since: str, until: str, hours: float) -> None:
    always = Hours(NEW_YORK, ((Span("00:00", "24:00"),),) * 7)

    assert elapsed(always, at(since, NEW_YORK), at(until, NEW_YORK)) == hours * HOUR


def test_hours_within_a_leap_begin_and_end_with_it() -> None:
    def sundays(opens: str, closes: str) -> Hours:
        return Hours(NEW_YORK, ((),) * 6 + ((Span(opens, closes),),))

    leap = datetime(2026, 3, 8, 7, 0, tzinfo=UTC)
    day = (leap - 12 * HOUR, leap + 12 * HOUR)

    assert elapsed(sundays("02:15", "02:45"), *day) == timedelta()
    assert elapsed(sundays("01:00", "02:30"), *day) == HOUR
    assert elapsed(sundays("02:30", "04:00"), *day) == HOUR
    assert next_opening(sundays("02:30", "04:00"), day[0]) == leap


def test_a_working_day_is_as_long_in_summer_as_in_winter() -> None:
    hours = weekdays("09:00-17:00", zone=BERLIN)

    for month in (1, 3, 7, 10):
        friday = at(f"2026-{month:02}-02T09:00", BERLIN)
        span = after(hours, friday, 40 * HOUR)
        assert span is not None
        assert elapsed(hours, friday, span) == 40 * HOUR


def test_a_day_of_one_year_counts_more_than_the_day_of_every_year() -> None:
    closed = SpecialDay(date(2000, 5, 1), yearly=True, name="劳动节")
    open_once = SpecialDay(date(2026, 5, 1), (Span("10:00", "12:00"),))
    hours = weekdays("09:00-18:00", days=(closed, open_once))

    assert is_open(hours, at("2026-05-01T11:00"))
    assert not is_open(hours, at("2026-05-01T13:00"))
    assert not is_open(hours, at("2025-05-01T11:00"))
    assert not is_open(hours, at("2028-05-01T11:00"))


def test_the_next_opening() -> None:
    assert next_opening(LUNCH, at("2026-11-23T12:30")) == at("2026-11-23T13:00")
    assert next_opening(LUNCH, at("2026-11-23T10:30")) == at("2026-11-23T10:30")
    assert next_opening(LUNCH, at("2026-11-20T18:00")) == at("2026-11-23T09:00")
    assert next_opening(NATIONAL, at("2026-09-30T18:00")) == at("2026-10-08T09:00")
    assert not is_open(LUNCH, at("2026-11-23T12:00"))
    assert is_open(LUNCH, at("2026-11-23T13:00"))


def test_what_is_never_open_never_comes() -> None:
    never = Hours(SHANGHAI, ((),) * 7, (SpecialDay(date(2026, 1, 1)),))
    once = Hours(SHANGHAI, ((),) * 7, (SpecialDay(date(2026, 1, 1), (Span("09:00", "10:00"),)),))
    now = at("2026-11-23T12:00")

    for hours in (never, once):
        assert next_opening(hours, now) is None
        assert after(hours, now, HOUR) is None
        assert elapsed(hours, now, now + 1000 * HOUR) == timedelta()
    assert before(never, now, HOUR) is None
    assert before(once, now, HOUR) == at("2026-01-01T09:00")
    assert before(once, now, 2 * HOUR) is None


def test_where_there_are_no_hours_it_is_always() -> None:
    now = at("2026-11-22T03:00")

    assert is_open(None, now)
    assert next_opening(None, now) == now
    assert (after(None, now, HOUR), before(None, now, HOUR)) == (now + HOUR, now - HOUR)
    assert elapsed(None, now, now + HOUR) == HOUR
    assert elapsed(None, now, now - HOUR) == timedelta()


@pytest.mark.parametrize(
    ("hours", "wrong"),
    [
        (LUNCH, ""),
        (weekdays("09:00-12:00", "12:00-24:00"), ""),
        (weekdays("09:00-12:00", zone="Asia/Nowhere"), "zone"),
        (weekdays("09:00-12:00", zone="../etc/passwd"), "zone"),
        (weekdays("09:00-12:00", zone=""), "zone"),
        (weekdays("09:00-12:00", "11:00-13:00"), "span"),
        (weekdays("12:00-09:00"), "span"),
        (weekdays("09:00-09:00"), "span"),
        (weekdays(days=(SpecialDay(date(2026, 1, 1)), SpecialDay(date(2026, 1, 1)))), "twice"),
        (weekdays(days=(SpecialDay(date(2026, 1, 1)), SpecialDay(date(2026, 1, 1), yearly=True))), ""),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_found(hours: Hours, wrong: str) -> None:
    assert problem(hours) == wrong


def _spans(minutes: list[int]) -> tuple[Span, ...]:
    clock = [f"{m // 60:02}:{m % 60:02}" for m in sorted(set(minutes))]
    return tuple(Span(*pair) for pair in zip(clock[::2], clock[1::2], strict=False))


SPANS = st.lists(st.integers(0, 1440), max_size=6).map(_spans)
DAYS = st.lists(
    st.builds(
        SpecialDay,
        on=st.dates(date(2025, 12, 1), date(2027, 2, 1)),
        spans=SPANS,
        yearly=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda day: (0 if day.yearly else day.on.year, day.on.month, day.on.day),
)
HOURS = st.builds(
    Hours,
    time_zone=st.sampled_from(
        [SHANGHAI, NEW_YORK, BERLIN, "Asia/Kathmandu", "Australia/Lord_Howe"]
    ),
    week=st.tuples(*[SPANS] * 7),
    days=DAYS.map(tuple),
)
MOMENTS = st.integers(0, 366 * 24 * 3600).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
A_WHILE = st.integers(0, 10 * 24 * 3600).map(lambda seconds: timedelta(seconds=seconds))


@given(HOURS, MOMENTS, A_WHILE, A_WHILE)
def test_time_adds_up(hours: Hours, start: datetime, one: timedelta, two: timedelta) -> None:
    middle, end = start + one, start + one + two

    parts = elapsed(hours, start, middle) + elapsed(hours, middle, end)

    assert parts == elapsed(hours, start, end)
    assert timedelta() <= parts <= end - start


@given(HOURS, MOMENTS, A_WHILE)
def test_forward_and_back(hours: Hours, start: datetime, span: timedelta) -> None:
    there = after(hours, start, span)
    assume(there is not None)
    assert there is not None

    assert elapsed(hours, start, there) == span
    if span:
        assert elapsed(hours, start, there - timedelta(seconds=1)) < span
    back = before(hours, there, span)
    assert back is not None
    assert back >= start
    assert elapsed(hours, back, there) == span


@given(HOURS, MOMENTS)
def test_it_is_closed_until_the_next_opening(hours: Hours, now: datetime) -> None:
    opens = next_opening(hours, now)
    assume(opens is not None)
    assert opens is not None

    assert opens >= now
    assert elapsed(hours, now, opens) == timedelta()
    assert is_open(hours, opens)
    assert is_open(hours, now) is (opens == now)


@given(HOURS, MOMENTS, A_WHILE)
def test_where_it_is_told_from_does_not_matter(
    hours: Hours, start: datetime, span: timedelta
) -> None:
    told = start.astimezone(ZoneInfo("Pacific/Auckland"))

    assert elapsed(hours, told, told + span) == elapsed(hours, start, start + span)
    assert after(hours, told, span) == after(hours, start, span)


@given(HOURS)
def test_tidying_changes_nothing_that_counts(hours: Hours) -> None:
    assert problem(hours) == problem(tidied(hours))
    assert tidied(tidied(hours)) == tidied(hours)
