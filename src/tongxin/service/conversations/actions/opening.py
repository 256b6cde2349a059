"""Begin conversations: one statement for all, and one number after the other in each workspace."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.text import clean, clip
from tongxin.service.conversations.values import CameBy

Spot = tuple[int, int]  # (inbox_id, endpoint_id)
# Whoever would open something at the same spot takes turns: first the rows are held, then the turns.
TURN = "conversations.begin"

_NUMBERS = """
INSERT INTO conversations_numbering AS numbering (workspace_id, last)
SELECT * FROM unnest(%s::bigint[], %s::int[]) AS asked (workspace_id, last) ORDER BY 1
ON CONFLICT (workspace_id) DO UPDATE SET last = numbering.last + excluded.last
RETURNING workspace_id, last
"""
_OPEN = """
INSERT INTO conversations_conversation
    (workspace_id, number, inbox_id, person_id, endpoint_id, subject, status, is_snoozed, woke,
     wants_human, unanswered, opened_at, last_message_id, last_at, last_text, last_kind,
     person_got_id, person_seen_id, member_seen_id, came_from_id, came_by, queue_id, is_side)
SELECT begun.workspace_id, number, inbox_id, person_id, endpoint_id, text, 'new', false, '', false, 0, at,
       0, at, '', 'in', 0, 0, 0, came_from_id, came_by, i.queue_id,
       is_side
FROM json_to_recordset(%s) AS begun (workspace_id bigint, number int, inbox_id bigint, person_id bigint,
    endpoint_id bigint, text text, at timestamptz, came_from_id bigint, came_by text,
    is_side bool)
JOIN channels_inbox i ON i.id = begun.inbox_id ORDER BY begun.workspace_id, number
RETURNING workspace_id, number, id
"""
_SUBJECT = 80


@dataclass(frozen=True)
class Beginning:
    """A conversation about to begin, with the words it begins with, and the one it came from, if any.

    At the ``side`` of what else is open at its endpoint: what is split off, and what threads (a mail).
    """

    workspace_id: int
    inbox_id: int
    endpoint_id: int
    person_id: int
    text: str
    at: datetime
    came_from_id: int | None = None
    is_side: bool = False
    is_part: bool = False

    @property
    def came_by(self) -> CameBy:
        if self.is_part:
            return CameBy.SPLIT
        return CameBy.NONE if self.came_from_id is None else CameBy.FOLLOW_UP


def begin(beginnings: Sequence[Beginning]) -> list[int]:
    """Begin conversations; return their ids in the same order. The caller holds their turns."""
    if not beginnings:
        return []
    numbers = _numbers([b.workspace_id for b in beginnings])
    beginning = table(
        {
            **asdict(b),
            "came_by": b.came_by.value,
            "number": number,
            "text": clip(clean(b.text), _SUBJECT),
        }
        for b, number in zip(beginnings, numbers, strict=True)
    )
    begun = {(workspace_id, number): pk for workspace_id, number, pk in rows(_OPEN, [beginning])}
    return [begun[b.workspace_id, n] for b, n in zip(beginnings, numbers, strict=True)]


def _numbers(workspace_ids: Sequence[int]) -> list[int]:
    """Give out the next conversation number of each workspace, in order."""
    counts = {w: workspace_ids.count(w) for w in workspace_ids}
    last: dict[int, int] = dict(rows(_NUMBERS, [list(counts), list(counts.values())]))
    upcoming = {w: last[w] - count for w, count in counts.items()}
    numbers = []
    for workspace_id in workspace_ids:
        upcoming[workspace_id] += 1
        numbers.append(upcoming[workspace_id])
    return numbers
