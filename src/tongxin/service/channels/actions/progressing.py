"""What became of messages that a channel had taken."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.text import clean, clip
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import Fact, about
from tongxin.service.channels.events import DepartureFailed, DepartureProgressed
from tongxin.service.channels.ports import Failure, Progress, Stage
from tongxin.service.channels.values import LONGEST_NAME

_RANK = {Stage.SENT: 0, Stage.DELIVERED: 1, Stage.READ: 2, Stage.FAILED: 3}
_KNOWN = """
SELECT external_id FROM channels_departure WHERE inbox_id = %s AND external_id = ANY(%s::text[])
"""
# Only onwards: what was read is not delivered any more, whatever is told late.
_MOVE = """
UPDATE channels_departure d SET stage = p.stage, failure = p.failure,
    detail = CASE WHEN p.failure = '' THEN d.detail ELSE p.detail END,
    state = CASE WHEN p.stage = 'failed' THEN 'dead' ELSE d.state END
FROM json_to_recordset(%(told)s) AS p (external_id text, stage text, rank int, failure text, detail text)
WHERE d.inbox_id = %(inbox)s AND d.external_id = p.external_id AND d.state = 'sent'
  AND p.rank > CASE d.stage WHEN 'delivered' THEN 1 WHEN 'read' THEN 2 ELSE 0 END
RETURNING d.workspace_id, d.message_id, d.stage, d.failure
"""


def progress(*, inbox_id: int, told: Sequence[Progress], now: datetime) -> set[str]:
    """Note how far messages have come; returns the names that we do not know (yet)."""
    furthest: dict[str, Progress] = {}
    for one in told:
        name = clean(one.external_id)[:LONGEST_NAME]
        if (
            name
            and _RANK[one.stage] >= _RANK[furthest[name].stage if name in furthest else Stage.SENT]
        ):
            furthest[name] = one
    if not furthest:
        return set()
    known = {name for (name,) in rows(_KNOWN, [inbox_id, list(furthest)])}
    noted = [_noted(name, one) for name, one in furthest.items() if name in known]
    moved = rows(_MOVE, {"told": table(noted), "inbox": inbox_id})
    record(fact for row in moved for fact in _facts(inbox_id, row, now))
    return furthest.keys() - known


def _noted(name: str, one: Progress) -> dict[str, Any]:
    failure = str(one.failure or Failure.CONTENT) if one.stage is Stage.FAILED else ""
    return {
        "external_id": name, "stage": one.stage.value, "rank": _RANK[one.stage], "failure": failure,
        "detail": clip(clean(one.detail), 2000),
    }  # fmt: skip


def _facts(inbox_id: int, moved: tuple[Any, ...], now: datetime) -> Iterator[Fact]:
    workspace_id, message_id, stage, failure = moved
    where = about(workspace_id, "house:0", "message", message_id, now)
    if stage == Stage.FAILED:
        yield DepartureFailed(**where, inbox_id=inbox_id, message_id=message_id, failure=failure)
    else:
        yield DepartureProgressed(**where, inbox_id=inbox_id, message_id=message_id, stage=stage)
