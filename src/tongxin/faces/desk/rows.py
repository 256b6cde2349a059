"""The rows of a list. Lists are looked at again and again, so a row that looks the same is drawn once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import lru_cache
from itertools import chain

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from tongxin.center.kit.ids import public_id
from tongxin.faces.doors.dates import Calendar, calendar
from tongxin.faces.doors.pages import jinja
from tongxin.service.channels.queries import icon_of
from tongxin.service.conversations.queries import ConversationRow
from tongxin.service.conversations.values import Status

_TAGS = 3
TINTS = {"plain": "", "jade": "well", "amber": "soon", "cinnabar": "late"}  # of chips in the look
_MOST = 99
_DRAWN, _LOOKS = 8192, 256
_WHEN = "\0"  # nothing else in a page can be this


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
    icon: str


def name_or_code(name: str, person_id: int) -> str:
    """Return a person's name, or a short code that tells strangers apart."""
    return name or _("Visitor %(code)s") % {"code": public_id("per", person_id)[-4:].upper()}


@dataclass(frozen=True, eq=False)
class Look:
    """How rows look on one day: to whom, in which view, in which zone and language.

    ``is_item``: whether a row is an item of a list by itself, and not a part of one.
    """

    member_id: int
    view: str
    told: Calendar
    is_item: bool


@dataclass(frozen=True)
class Sight:
    """From where rows are seen on the page that is being rendered, and how it tells times."""

    look: Look
    told: Calendar


def sight(member_id: int, view: str, *, is_item: bool = True) -> Sight:
    """Return how rows look on the page that is being rendered."""
    told = calendar()
    today = told.now.astimezone(told.zone).date()
    language = get_language() or ""
    return Sight(_look(member_id, view, today, told.zone, language, is_item=is_item), told)


def draw(
    row: ConversationRow, seen: Sight, snippet: str = "", *, is_chosen: bool = False
) -> Markup:
    """Return a row's HTML; a ``snippet`` takes the place of the last message."""
    return Markup("".join(_pieces(row, seen, snippet, is_chosen=is_chosen)))  # noqa: S704 - the template escapes


def draw_all(rows: Iterable[ConversationRow], seen: Sight, chosen: int) -> Markup:
    """Return the HTML of rows, one of which may be chosen (0: none)."""
    drawn = (_pieces(row, seen, "", is_chosen=row.id == chosen) for row in rows)
    return Markup("".join(chain.from_iterable(drawn)))  # noqa: S704 - the template escapes


def _pieces(
    row: ConversationRow, seen: Sight, snippet: str, *, is_chosen: bool
) -> tuple[str, str, str]:
    before, after = _drawn(row, seen.look, snippet, is_chosen=is_chosen)
    return before, escape(seen.told.ago(_since(row)[0])) if after else "", after


@lru_cache(maxsize=_DRAWN)
def _drawn(row: ConversationRow, look: Look, snippet: str, *, is_chosen: bool) -> tuple[str, str]:
    """Return a row's HTML; where somebody waits, around how long: that goes on while all else stays."""
    one = _item(row, look, snippet)
    html = jinja("desk/row.html").render(one=one, look=look, is_chosen=is_chosen)
    before, _when, after = html.partition(_WHEN)
    return before, after


@lru_cache(maxsize=_LOOKS)
def _look(
    member_id: int, view: str, _today: date, zone: tzinfo, language: str, *, is_item: bool
) -> Look:
    told = Calendar(timezone.now(), zone, language.startswith("zh"))
    return Look(member_id, view, told, is_item)


def _since(row: ConversationRow) -> tuple[datetime, bool]:
    """Return the time a row shows, and whether that is since when somebody waits."""
    if row.waiting_since is not None and not row.is_snoozed:
        return row.waiting_since, True
    return row.last_at, False


def _item(row: ConversationRow, look: Look, snippet: str) -> Item:
    at, waits = _since(row)
    name = name_or_code(row.person_name, row.person_id)
    return Item(
        row=row,
        address=public_id("conv", row.id),
        name=name,
        initial=name[:1].upper(),
        at=at,
        when=_WHEN if waits else look.told.moment(at),
        waits=waits,
        text=snippet or row.last_text or _("[file]"),
        is_ours=not snippet and row.last_kind == "out",
        count=str(row.unanswered) if row.unanswered <= _MOST else "99+",
        chips=_chips(row, look.member_id, look.told),
        icon=icon_of(row.channel),
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
