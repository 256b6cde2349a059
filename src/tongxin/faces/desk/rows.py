"""The rows of a list, ready to be written down: with fifty of them every call counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from tongxin.center.kit.ids import public_id
from tongxin.faces.doors.dates import Calendar, calendar
from tongxin.service.conversations.queries import ConversationRow
from tongxin.service.conversations.values import Status

_TAGS = 3
_MOST = 99


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


def items(
    rows: Iterable[ConversationRow], member_id: int, snippets: Mapping[int, str] | None = None
) -> list[Item]:
    """Return rows as the list shows them; ``snippets`` take the place of the last message."""
    told = calendar()
    return [_item(row, member_id, told, (snippets or {}).get(row.id, "")) for row in rows]


def _item(row: ConversationRow, member_id: int, told: Calendar, snippet: str) -> Item:
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
        chips=_chips(row, member_id, told),
    )


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
    if row.status is Status.RESOLVED:
        chips.append(Chip("well", "check", _("Resolved")))
    chips += [Chip("", "", tag) for tag in row.tags[:_TAGS]]
    if row.assignee_name and row.assignee_id != member_id:
        chips.append(Chip("owner", "user", row.assignee_name))
    return chips
