"""When somebody did what lets one write to them, and how often one has since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tongxin.center.kit.sql import rows, table
from tongxin.service.channels.queries import openings, window_rules_at
from tongxin.service.channels.rules import window_of
from tongxin.service.channels.values import Window

# What happened later counts anew; what was told late, or twice, changes nothing.
_OPEN = """
INSERT INTO channels_opening (inbox_id, kind, value, after, at, used)
SELECT o.inbox_id, o.kind, o.value, o.after, max(o.at), 0
FROM json_to_recordset(%s) AS o (inbox_id bigint, kind text, value text, after text, at timestamptz)
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
ON CONFLICT (inbox_id, kind, value, after) DO UPDATE SET at = EXCLUDED.at, used = 0
WHERE channels_opening.at < EXCLUDED.at
"""
_USE = """
UPDATE channels_opening o SET used = o.used + u.many
FROM (SELECT kind, value, after, count(*) AS many
    FROM json_to_recordset(%s) AS u (kind text, value text, after text) GROUP BY 1, 2, 3) u
WHERE o.inbox_id = %s AND (o.kind, o.value, o.after) = (u.kind, u.value, u.after)
"""
_CLOSE = """
DELETE FROM channels_opening o
USING json_to_recordset(%s) AS c (kind text, value text, at timestamptz)
WHERE o.inbox_id = %s AND (o.kind, o.value) = (c.kind, c.value) AND o.at <= c.at
"""


@dataclass(frozen=True)
class Opens:
    """Somebody at an address did something that may open a window."""

    inbox_id: int
    kind: str
    value: str
    after: str
    at: datetime


def note_openings(*, openings: Iterable[Opens]) -> None:
    """Note what opens windows, where a channel has any."""
    noted = [one.__dict__ for one in openings]
    if noted:
        rows(_OPEN, [table(noted)])


def use_openings(*, inbox_id: int, recipients: Sequence[Sequence[str]], now: datetime) -> None:
    """Note that messages went out to these addresses (kind, value, name): each by its best window."""
    rules = window_rules_at(inbox_id=inbox_id) if recipients else ()
    if not rules:
        return
    opened = openings(spots=[(inbox_id, kind, value) for kind, value, *_ in recipients])
    used = []
    for kind, value, *_name in recipients:
        window: Window = window_of(rules, opened.get((inbox_id, kind, value), ()), now)
        used.append({"kind": kind, "value": value, "after": window.after})
    rows(_USE, [table(used), inbox_id])


def close_openings(*, inbox_id: int, refused: Sequence[tuple[str, str, datetime]]) -> None:
    """Note that the service takes nothing more for these addresses (kind, value, when it was written).

    It counts, not we: we may not have heard of all that it did, or of what it changed.
    """
    if refused:
        closed = table({"kind": kind, "value": value, "at": at} for kind, value, at in refused)
        rows(_CLOSE, [closed, inbox_id])
