from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

MOST_SPANS, MOST_DAYS = 6, 1000  # of one day; of one calendar

Clock = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$", examples=["09:00"])]


@dataclass(frozen=True)
class Span:
    """An interval of a day, by the clock of the calendar: from (inclusive) to (exclusive, up to 24:00)."""

    opens: Clock
    closes: Clock


Spans = Annotated[tuple[Span, ...], Field(max_length=MOST_SPANS)]

_WORKDAY = [{"opens": "09:00", "closes": "12:00"}, {"opens": "13:00", "closes": "18:00"}]
_USUAL = [*[_WORKDAY] * 5, [], []]


@dataclass(frozen=True)
class SpecialDay:
    """A day that is not as usual: closed, where it has no spans; of one year, or ``yearly``."""

    on: date
    spans: Spans = ()
    yearly: bool = False
    name: Annotated[str, Field(max_length=60)] = ""


@dataclass(frozen=True)
class Hours:
    """When somebody is there: the spans of each weekday (Monday first), and the days that differ."""

    time_zone: Annotated[str, Field(max_length=64, examples=["Asia/Shanghai"])]
    week: Annotated[tuple[Spans, ...], Field(min_length=7, max_length=7, examples=[_USUAL])]
    days: Annotated[tuple[SpecialDay, ...], Field(max_length=MOST_DAYS)] = ()
