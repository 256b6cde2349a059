"""Reckon in time that is open. Every answer is in UTC; nothing here knows what time it is.

Moments are taken to UTC first: two of one zone would be subtracted by their clocks, leaps and all.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tongxin.service.hours.values import Hours, Span, SpecialDay

Open = tuple[datetime, datetime]  # from (inclusive) to (exclusive), in UTC
_DAY = timedelta(days=1)
# A day that comes back every year does so within eight: the 29th of February around 2100.
_FAR = 366 * 9


def elapsed(hours: Hours | None, since: datetime, until: datetime) -> timedelta:
    """Return how much of the time between two moments is open; nothing where ``until`` comes first."""
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    if hours is None or until <= since:
        return max(until - since, timedelta())
    total = timedelta()
    for opens, closes in _onward(hours, since):
        if opens >= until:
            break
        total += min(closes, until) - max(opens, since)
    return total


def after(hours: Hours | None, since: datetime, span: timedelta) -> datetime | None:
    """Return the earliest moment by which so much open time has gone by since; None where it never does."""
    since = since.astimezone(UTC)
    if hours is None or span <= timedelta():
        return since + max(span, timedelta())
    left = span
    for opens, closes in _onward(hours, since):
        begins = max(opens, since)
        if closes - begins >= left:
            return begins + left
        left -= closes - begins
    return None


def before(hours: Hours | None, until: datetime, span: timedelta) -> datetime | None:
    """Return the latest moment since which so much open time has gone by; None where it never has."""
    until = until.astimezone(UTC)
    if hours is None or span <= timedelta():
        return until - max(span, timedelta())
    left = span
    for opens, closes in _back(hours, until):
        ends = min(closes, until)
        if ends - opens >= left:
            return ends - left
        left -= ends - opens
    return None


def is_open(hours: Hours | None, at: datetime) -> bool:
    return hours is None or next_opening(hours, at) == at


def next_opening(hours: Hours | None, at: datetime) -> datetime | None:
    """Return when it is open next: ``at``, where it is open then; None where it never is again."""
    at = at.astimezone(UTC)
    if hours is None:
        return at
    found = next(_onward(hours, at), None)
    return None if found is None else max(found[0], at)


def problem(hours: Hours) -> str:
    """Return what is wrong with hours, as the end of a code: ``zone``, ``span`` or ``twice``; else ""."""
    try:
        ZoneInfo(hours.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "zone"
    if any(_overlap(spans) for spans in (*hours.week, *(day.spans for day in hours.days))):
        return "span"
    dates = [_key(day) for day in hours.days]
    return "twice" if len(set(dates)) < len(dates) else ""


def tidied(hours: Hours) -> Hours:
    """Return hours with spans and days in their order."""
    week = tuple(_sorted(spans) for spans in hours.week)
    days = [SpecialDay(d.on, _sorted(d.spans), d.yearly, d.name.strip()) for d in hours.days]
    return Hours(hours.time_zone, week, tuple(sorted(days, key=lambda day: (day.on, day.yearly))))


def _onward(hours: Hours, since: datetime) -> Iterator[Open]:
    """Go through what is open from a moment on, the span that it falls into first."""
    yield from (span for span in _spans(hours, since, 1) if span[1] > since)


def _back(hours: Hours, until: datetime) -> Iterator[Open]:
    yield from (span for span in _spans(hours, until, -1) if span[0] < until)


def _spans(hours: Hours, at: datetime, step: int) -> Iterator[Open]:
    """Go through the days around and beyond a moment, one way; what is never open ends at once."""
    if not any(hours.week) and not any(day.spans for day in hours.days):
        return
    day = at.astimezone(ZoneInfo(hours.time_zone)).date() - step * _DAY
    for _number in range(_FAR):
        yield from _of_day(hours, day)[::step]
        if not date.min + _DAY < day < date.max - _DAY:
            return
        day += step * _DAY


@lru_cache(maxsize=4096)
def _of_day(hours: Hours, on: date) -> tuple[Open, ...]:
    """Return what is open on a day; what falls into an hour that the clocks leave out is nothing."""
    zone = ZoneInfo(hours.time_zone)
    found = ((_moment(on, s.opens, zone), _moment(on, s.closes, zone)) for s in _told(hours, on))
    return tuple((opens, closes) for opens, closes in found if opens < closes)


def _told(hours: Hours, on: date) -> tuple[Span, ...]:
    """Return the spans of a day: what its date says, else what its day of every year says, else its weekday."""
    days = _special(hours)
    once, yearly = days.get((on.year, on.month, on.day)), days.get((0, on.month, on.day))
    special = yearly if once is None else once
    return hours.week[on.weekday()] if special is None else special


@lru_cache(maxsize=256)
def _special(hours: Hours) -> dict[tuple[int, int, int], tuple[Span, ...]]:
    return {_key(day): day.spans for day in hours.days}


def _key(day: SpecialDay) -> tuple[int, int, int]:
    return 0 if day.yearly else day.on.year, day.on.month, day.on.day


def _moment(on: date, clock: str, zone: ZoneInfo) -> datetime:
    """Return when clocks show a time: the first time, where twice; where never, when they leap over it."""
    hour, minute = map(int, clock.split(":"))
    on, hour = (on + _DAY, 0) if hour == 24 else (on, hour)  # noqa: PLR2004 - midnight at the end
    local = datetime.combine(on, time(hour, minute))
    early = local.replace(tzinfo=zone).astimezone(UTC)
    late = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return _leap(zone, late, early) if late < early else early


def _leap(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """Return the second between two moments at which a zone's clocks leap forward."""
    was = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low).total_seconds() // 2)
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == was else (low, middle)
    return high


def _overlap(spans: tuple[Span, ...]) -> bool:
    """Whether a span is empty, or begins before the one before it ends."""
    kept = _sorted(spans)
    return any(span.opens >= span.closes for span in kept) or any(
        late.opens < early.closes for early, late in pairwise(kept)
    )


def _sorted(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    return tuple(sorted(spans, key=lambda span: span.opens))
