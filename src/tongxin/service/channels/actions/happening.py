"""Events of channels: what somebody did there that is no message."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tongxin.center.kit.sql import rows, table
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.channels.events import ChannelEvent

_ONCE = """
INSERT INTO channels_heardevent (inbox_id, external_id, heard_at)
SELECT DISTINCT e.inbox_id, e.external_id, %s::timestamptz
FROM json_to_recordset(%s) AS e (inbox_id bigint, external_id text) ORDER BY 1, 2
ON CONFLICT DO NOTHING RETURNING inbox_id, external_id
"""


@dataclass(frozen=True)
class Happened:
    """An event as a channel heard it; the person, where we know who it is."""

    workspace_id: int
    inbox_id: int
    external_id: str
    event: str
    source: str
    person_id: int | None
    at: datetime


def tell_events(*, happened: Sequence[Happened], now: datetime) -> int:
    """Record events, each once however often it is told; returns how many are new."""
    fresh = untold(names={(h.inbox_id, h.external_id) for h in happened}, now=now)
    by_name = {(h.inbox_id, h.external_id): h for h in happened}
    record(_facts(by_name[name] for name in by_name if name in fresh))
    return len(fresh)


def untold(*, names: Collection[tuple[int, str]], now: datetime) -> set[tuple[int, str]]:
    """Return which events (inbox_id, external_id) nobody told before; from now on they are told."""
    if not names:
        return set()
    asked = table({"inbox_id": inbox_id, "external_id": name} for inbox_id, name in names)
    return {(inbox_id, name) for inbox_id, name in rows(_ONCE, [now, asked])}


def _facts(fresh: Iterable[Happened]) -> Iterable[ChannelEvent]:
    for h in fresh:
        by = f"person:{h.person_id}" if h.person_id else "house:0"
        where = about(h.workspace_id, by, "inbox", h.inbox_id, h.at, h.person_id)
        yield ChannelEvent(
            **where, inbox_id=h.inbox_id, event=h.event[:64], source=h.source[:200],
            external_id=h.external_id,
        )  # fmt: skip
