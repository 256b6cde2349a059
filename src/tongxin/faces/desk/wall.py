"""The live wall: who waits, who serves, and how the day goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxin.center.accounts.queries import Seat
from tongxin.faces.desk.rows import draw, sight
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.pages import render, zone_of
from tongxin.service.conversations import queries
from tongxin.service.conversations.queries import ConversationRow, View
from tongxin.service.team.queries import PresenceRow, SheetRow, presences, sheets
from tongxin.service.team.values import AwayFor, State

_MOST = 20


@dataclass(frozen=True)
class Wall:
    """What a supervisor wants to see at once."""

    waiting: Sequence[ConversationRow]
    counts: Mapping[str, int]
    team: Sequence[tuple[PresenceRow, SheetRow]]

    @property
    def online(self) -> int:
        return sum(presence.state is State.ONLINE for presence, _sheet in self.team)

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
        "sight": lambda: sight(seat.actor.id, View.WAITING.value),
    }  # fmt: skip
    return render(request, "desk/wall.html", context)


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
    )
