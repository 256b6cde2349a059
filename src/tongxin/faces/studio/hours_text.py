"""Business hours as people write them: ``09:00-12:00, 13:00-18:00``, and days one a line.

A line of days is ``2026-10-01..2026-10-07 closed National Day`` or ``2026-10-10 09:00-18:00``, with
``yearly`` where it comes back every year; 休 and 每年 are understood, too. A calendar file (iCalendar) may
stand in its place: its whole days are closed.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

from tongxin.service.hours.values import MOST_DAYS, Span, SpecialDay

CLOSED, YEARLY = frozenset({"closed", "休", "休息", "关", "放假"}), frozenset({"yearly", "每年"})
_COMMAS = re.compile(r"[,，、;；]|\s+(?=\d)")
_SPAN = re.compile(r"(\d{1,2})(?:[:：](\d{2}))?\s*[-–—~～至到]\s*(\d{1,2})(?:[:：](\d{2}))?")
_DATE = r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
_LINE = re.compile(rf"{_DATE}(?:\s*(?:\.\.|[~～至到])\s*{_DATE})?\s*(.*)")
_SPANS = re.compile(rf"(?:{_SPAN.pattern})(?:\s*[,，、]\s*(?:{_SPAN.pattern}))*")
_EVENT = re.compile(r"BEGIN:VEVENT(.*?)END:VEVENT", re.DOTALL)
_FIELD = re.compile(r"^(DTSTART|DTEND|SUMMARY|RRULE)[^:\n]*:(.*)$", re.MULTILINE)
_LONGEST_NAME = 60


def read_spans(text: str) -> tuple[Span, ...]:
    """Return the spans of a day; none where nothing, or "closed", is written. Raises ValueError."""
    told = text.strip()
    if not told or told.lower() in CLOSED:
        return ()
    return tuple(_span(part) for part in _COMMAS.split(told) if part.strip())


def written_spans(spans: Sequence[Span]) -> str:
    return ", ".join(f"{span.opens}-{span.closes}" for span in spans)


def read_days(text: str) -> list[SpecialDay]:
    """Return the days that a text tells. Raises ValueError with the line that it cannot understand."""
    if "BEGIN:VCALENDAR" in text:
        return _once(_events(text))
    found: list[SpecialDay] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        try:
            found += _days(line)
        except ValueError:
            raise ValueError(line) from None
        if len(found) > MOST_DAYS:
            raise ValueError(line)
    return found


def written_days(days: Sequence[SpecialDay], closed: str = "closed", yearly: str = "yearly") -> str:
    """Return days as ``read_days`` reads them; those that follow each other and are alike, together."""
    lines = []
    ordered = list(enumerate(sorted(days, key=lambda day: (day.yearly, day.on))))
    alike = groupby(
        ordered, lambda item: (item[1].on.toordinal() - item[0], item[1].spans, item[1].yearly, item[1].name)
    )  # fmt: skip
    for _key, group in alike:
        run = [day for _place, day in group]
        first, last = run[0], run[-1]
        when = f"{first.on}" if len(run) == 1 else f"{first.on}..{last.on}"
        hours = written_spans(first.spans) or closed
        lines.append(" ".join(filter(None, [when, yearly * first.yearly, hours, first.name])))
    return "\n".join(lines)


def _days(line: str) -> Iterator[SpecialDay]:
    matched = _LINE.fullmatch(line)
    if matched is None:
        raise ValueError(line)
    *numbers, rest = matched.groups()
    first = _date(numbers[:3])
    last = _date(numbers[3:]) if numbers[3] else first
    if not 0 <= (last - first).days < MOST_DAYS:
        raise ValueError(line)
    yearly, spans, name = _rest(rest.strip())
    for day in range((last - first).days + 1):
        yield SpecialDay(first + timedelta(days=day), spans, yearly, name)


def _rest(text: str) -> tuple[bool, tuple[Span, ...], str]:
    """Return whether it is yearly, the hours and the name that follow a date."""
    word, _space, after = text.partition(" ")
    yearly = word.lower() in YEARLY
    text = after.strip() if yearly else text
    word, _space, after = text.partition(" ")
    if not text or word.lower() in CLOSED:
        return yearly, (), after.strip()[:_LONGEST_NAME]
    matched = _SPANS.match(text)
    if matched is None:
        raise ValueError(text)
    return yearly, read_spans(matched[0]), text[matched.end() :].strip()[:_LONGEST_NAME]


def _span(text: str) -> Span:
    matched = _SPAN.fullmatch(text.strip())
    if matched is None:
        raise ValueError(text)
    opens, closes = _clock(matched[1], matched[2]), _clock(matched[3], matched[4])
    return Span(opens, closes)


def _clock(hour: str, minute: str | None) -> str:
    told = f"{int(hour):02}:{minute or '00'}"
    if told > "24:00" or told[3:] > "59":
        raise ValueError(told)
    return told


def _date(numbers: Sequence[str]) -> date:
    year, month, day = map(int, numbers)
    return date(year, month, day)


def _events(text: str) -> Iterator[SpecialDay]:
    """Return the whole days of a calendar file; an event's end is the day after it."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text).replace("\r", "")
    for event in _EVENT.findall(unfolded):
        told = dict(_FIELD.findall(event))
        first = _whole_day(told.get("DTSTART", ""))
        end = _whole_day(told.get("DTEND", "")) or (first and first + timedelta(days=1))
        if first is None or end is None:
            continue
        yearly = "FREQ=YEARLY" in told.get("RRULE", "")
        name = told.get("SUMMARY", "").replace("\\,", ",").strip()[:_LONGEST_NAME]
        for day in range(min((end - first).days, MOST_DAYS)):
            yield SpecialDay(first + timedelta(days=day), (), yearly, name)


def _whole_day(text: str) -> date | None:
    found = re.match(r"(\d{4})(\d{2})(\d{2})", text)
    try:
        return _date(found.groups()) if found else None
    except ValueError:
        return None


def _once(days: Iterator[SpecialDay]) -> list[SpecialDay]:
    """Return each date once: calendars tell some days twice."""
    found = {(day.on, day.yearly): day for day in days}
    return list(found.values())[:MOST_DAYS]
