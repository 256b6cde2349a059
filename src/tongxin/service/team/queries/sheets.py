"""The time sheet: for how long who was what."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from tongxin.center.accounts.queries import members
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import MemberId
from tongxin.center.kit.moments import Moment
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import query
from tongxin.center.timeline.queries import history
from tongxin.service.team.rules import sheet
from tongxin.service.team.values import AwayFor, State, Stretch

_LONGEST = timedelta(days=31)


@dataclass(frozen=True)
class SheetRow:
    """How many seconds a member was online, away (for what) and offline."""

    member_id: MemberId
    name: str
    online: int
    away: Mapping[str, int]
    offline: int


@query("presence.sheet", needs="team.read")
def sheets(*, actor: Actor, since: Moment, until: Moment, now: datetime) -> Sequence[SheetRow]:
    """Return for how long each member was what between two times (at most 31 days), up to now.

    Raises Refused: ``sheet.range``.
    """
    if not timedelta() < until - since <= _LONGEST:
        raise Refused("sheet.range", _("Choose a time of at most 31 days."))
    here = members(actor=actor)
    told = history(
        actor=actor, kind="presence.changed", subjects=[f"member:{m.id}" for m in here], since=since,
        until=until,
    )  # fmt: skip
    changes: dict[int, list[Stretch]] = defaultdict(list)
    for event in told:
        state, away_for = State(event.data["state"]), AwayFor(event.data.get("away_for", ""))
        changes[event.data["member_id"]].append(Stretch(event.happened_at, state, away_for))
    return [_row(m.id, m.name, sheet(changes[m.id], since, min(until, now))) for m in here]


def _row(member_id: int, name: str, totals: Mapping[tuple[State, AwayFor], timedelta]) -> SheetRow:
    seconds = {key: round(time.total_seconds()) for key, time in totals.items()}
    of = {state: sum(s for (was, _for), s in seconds.items() if was is state) for state in State}
    away = {why.value: s for (was, why), s in seconds.items() if was is State.AWAY}
    return SheetRow(member_id, name, of[State.ONLINE], away, of[State.OFFLINE])
