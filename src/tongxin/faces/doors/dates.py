"""Times in words, for many rows at once: the language, the zone and today are found out only once."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HOUR, _DAY = 60, 24 * 60


@dataclass(frozen=True)
class Calendar:
    """How a reader in one zone, at one moment, in one language, is told of times."""

    now: datetime
    zone: tzinfo
    is_chinese: bool

    def day(self, at: datetime) -> str:
        """Return the day in words: today, yesterday, tomorrow, else the date."""
        local = at.astimezone(self.zone)
        here = self.now.astimezone(self.zone)
        near = (local.date() - here.date()).days
        if abs(near) <= 1:
            return _("Today") if not near else _("tomorrow") if near > 0 else _("Yesterday")
        year = "" if local.year == here.year else local.year
        if self.is_chinese:
            return (
                f"{year}年{local.month}月{local.day}日" if year else f"{local.month}月{local.day}日"
            )
        return f"{_MONTHS[local.month - 1]} {local.day}" + (f", {year}" if year else "")

    def clock(self, at: datetime) -> str:
        return f"{at.astimezone(self.zone):%H:%M}"

    def moment(self, at: datetime) -> str:
        """Return a time as short as it can be: the clock today, the date before."""
        local = at.astimezone(self.zone)
        return (
            f"{local:%H:%M}"
            if local.date() == self.now.astimezone(self.zone).date()
            else self.day(at)
        )

    def ago(self, at: datetime) -> str:
        """Return how long ago something was, in the largest unit that fits."""
        minutes = max(timedelta(), self.now - at) // timedelta(minutes=1)
        if minutes < 1:
            return _("now")
        if minutes < _HOUR:
            return _("%(count)s min") % {"count": minutes}
        if minutes < _DAY:
            return _("%(count)s h") % {"count": minutes // _HOUR}
        return _("%(count)s d") % {"count": minutes // _DAY}


def calendar() -> Calendar:
    """Return the calendar of the page that is being rendered."""
    is_chinese = (translation.get_language() or "").startswith("zh")
    return Calendar(timezone.now(), timezone.get_current_timezone(), is_chinese)
