"""The live wall: who waits, who serves, and how the day goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tongxin.center.accounts.queries import Seat
from tongxin.faces.desk.given import number
from tongxin.faces.desk.queueing import offered
from tongxin.faces.desk.rows import draw, name_or_code, sight
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import attempt
from tongxin.faces.doors.pages import render, zone_of
from tongxin.service.conversations import queries
from tongxin.service.conversations.actions import assign
from tongxin.service.conversations.queries import ConversationRow, View
from tongxin.service.queues.actions import move
from tongxin.service.team.queries import (
    PresenceRow,
    QueueNow,
    SheetRow,
    presences,
    queues_now,
    sheets,
)
from tongxin.service.team.values import AwayFor, State

_MOST = 20


@dataclass(frozen=True)
class Wall:
    """What a supervisor wants to see at once."""

    waiting: Sequence[ConversationRow]
    counts: Mapping[str, int]
    team: Sequence[tuple[PresenceRow, SheetRow]]
    queues: Sequence[QueueNow]

    @property
    def online(self) -> int:
        return sum(presence.state is State.ONLINE for presence, _sheet in self.team)

    @property
    def has_more(self) -> bool:
        """Whether more people wait than are shown."""
        return len(self.waiting) == _MOST

    @property
    def longest(self) -> datetime | None:
        """Since when whoever waits longest has waited."""
        return self.waiting[0].waiting_since if self.waiting else None

    @property
    def room(self) -> int:
        """How much more those who are online could hold."""
        here = [p for p, _sheet in self.team if p.state is State.ONLINE]
        return sum(max(0, p.capacity - p.load) for p in here)


@require_GET
@members_only("team.read")
def page(request: HttpRequest) -> HttpResponse:
    """Show the wall; it fetches itself again every few seconds."""
    seat, now = seat_of(request), timezone.now()
    context = {
        "wall": _wall(seat, now), "now": now, "draw": draw, "hours": hours, "away_words": away_words(),
        "sight": lambda: sight(seat.actor.id, View.WAITING.value, is_item=False), "name_or_code": name_or_code,
        "offered": offered(seat.actor),
    }  # fmt: skip
    return render(request, "desk/wall.html", context)


@require_POST
@members_only("conversation.assign")
def transfer(request: HttpRequest) -> HttpResponse:
    """Give a conversation to a member or to another queue, whoever has it now."""
    actor, given, now = seat_of(request).actor, request.POST, timezone.now()
    to, ids = given.get("to", ""), [number("conv", given.get("conversation", ""))]

    def act() -> object:
        if to.startswith("que_"):
            return move(actor=actor, conversation_ids=ids, queue_id=number("que", to), now=now)
        return assign(actor=actor, conversation_ids=ids, member_id=number("mem", to), now=now)

    attempt(request, act, _("It was transferred."))
    return redirect("desk:wall")


def hours(seconds: int) -> str:
    """Return a time as hours and minutes: ``3:05``."""
    return f"{seconds // 3600}:{seconds % 3600 // 60:02}"


def away_words() -> dict[str, str]:
    return {
        AwayFor.UNSAID: "", AwayFor.BREAK: _("Break"), AwayFor.MEAL: _("Meal"),
        AwayFor.MEETING: _("Meeting"), AwayFor.TRAINING: _("Training"),
    }  # fmt: skip


def _wall(seat: Seat, now: datetime) -> Wall:
    actor = seat.actor
    midnight = now.astimezone(zone_of(seat)).replace(hour=0, minute=0, second=0, microsecond=0)
    day = sheets(actor=actor, since=midnight, until=midnight + timedelta(days=1), now=now)
    by_member = {row.member_id: row for row in day}
    return Wall(
        waiting=queries.conversations(actor=actor, view=View.WAITING, limit=_MOST).items,
        counts=queries.counts(actor=actor),
        team=[(row, by_member[row.member_id]) for row in presences(actor=actor)],
        queues=queues_now(actor=actor, now=now),
    )
