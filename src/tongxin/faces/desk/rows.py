"""The rows of a list. Lists are looked at again and again, so a row that looks the same is drawn once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup

from tongxin.center.kit.ids import public_id
from tongxin.faces.doors.dates import Calendar
from tongxin.faces.doors.pages import jinja
from tongxin.service.conversations.queries import ConversationRow
from tongxin.service.conversations.values import Status

_TAGS = 3
TINTS = {"plain": "", "jade": "well", "amber": "soon", "cinnabar": "late"}  # of chips in the look
_MOST = 99
_DRAWN, _SIGHTS = 8192, 256


@dataclass(frozen=True)
class Chip:
    """A word on a row: how it is tinted, its icon (or none) and what it says."""

    tint: str
    icon: str
    text: str


@dataclass(frozen=True)
class Item:
    """One row of a list."""

    row: ConversationRow
    address: str
    name: str
    initial: str
    at: datetime
    when: str
    waits: bool
    text: str
    is_ours: bool
    count: str
    chips: Sequence[Chip]


def name_or_code(name: str, person_id: int) -> str:
    """Return a person's name, or a short code that tells strangers apart."""
    return name or _("Visitor %(code)s") % {"code": public_id("per", person_id)[-4:].upper()}


@dataclass(frozen=True, eq=False)
class Sight:
    """From where rows are seen: by whom, in which view, and how times are told in this minute."""

    member_id: int
    view: str
    told: Calendar


def sight(member_id: int, view: str) -> Sight:
    """Return how rows look on the page that is being rendered."""
    minute = timezone.now().replace(second=0, microsecond=0)
    return _sight(member_id, view, minute, timezone.get_current_timezone(), get_language() or "")


@lru_cache(maxsize=_DRAWN)
def draw(
    row: ConversationRow, seen: Sight, snippet: str = "", *, is_chosen: bool = False
) -> Markup:
    """Return a row's HTML; a ``snippet`` takes the place of the last message."""
    one = _item(row, seen, snippet)
    html = jinja("desk/row.html").render(one=one, view=seen.view, is_chosen=is_chosen)
    return Markup(html)  # noqa: S704 - the template escapes


@lru_cache(maxsize=_SIGHTS)
def _sight(member_id: int, view: str, minute: datetime, zone: tzinfo, language: str) -> Sight:
    return Sight(member_id, view, Calendar(minute, zone, language.startswith("zh")))


def _item(row: ConversationRow, seen: Sight, snippet: str) -> Item:
    told = seen.told
    waits = row.waiting_since is not None and not row.is_snoozed
    at = row.waiting_since if waits and row.waiting_since else row.last_at
    name = name_or_code(row.person_name, row.person_id)
    return Item(
        row=row,
        address=public_id("conv", row.id),
        name=name,
        initial=name[:1].upper(),
        at=at,
        when=told.ago(at) if waits else told.moment(at),
        waits=waits,
        text=snippet or row.last_text or _("[file]"),
        is_ours=not snippet and row.last_kind == "out",
        count=str(row.unanswered) if row.unanswered <= _MOST else "99+",
        chips=_chips(row, seen.member_id, told),
    )


def _status(row: ConversationRow) -> list[Chip]:
    """Return how a conversation stands: in the workspace's own words; else only where that is news."""
    symbol = {Status.RESOLVED: "check", Status.ON_HOLD: "timer"}.get(row.status, "")
    if row.status_name:
        return [Chip(TINTS[row.status_tint], symbol, row.status_name)]
    usual = {Status.RESOLVED: ("well", _("Resolved")), Status.ON_HOLD: ("soon", _("On hold"))}
    if row.status not in usual:
        return []
    tint, name = usual[row.status]
    return [Chip(tint, symbol, name)]


def _chips(row: ConversationRow, member_id: int, told: Calendar) -> list[Chip]:
    chips = []
    if row.wants_human:
        chips.append(Chip("late", "", _("Asks for a human")))
    if row.is_snoozed:
        until = row.snoozed_until
        when = f"{told.day(until)} {told.clock(until)}" if until else _("until a reply")
        chips.append(Chip("soon", "clock", when))
    if row.woke:
        chips.append(
            Chip(
                "soon", "", _("Back: time is up") if row.woke == "time" else _("Back: they replied")
            )
        )
    chips += _status(row)
    chips += [Chip("", "", tag) for tag in row.tags[:_TAGS]]
    if row.assignee_name and row.assignee_id != member_id:
        chips.append(Chip("owner", "user", row.assignee_name))
    if row.with_assistant:
        chips.append(Chip("owner", "sparkles", _("Assistant")))
    return chips
