"""Begin conversations: one statement for all, one number after the other in each workspace."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tongxin.center.kit.sql import columns_of, instances, table
from tongxin.center.kit.text import clean, clip
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.values import CameBy

Spot = tuple[int, int]  # (inbox_id, endpoint_id)
# Whoever would open something at the same spot takes turns: first the rows are held, then the turns.
TURN = "conversations.begin"

# The numbers of a workspace are given out in the order of what begins.
_OPEN = f"""
WITH begun AS MATERIALIZED (
    SELECT row_number() OVER (PARTITION BY workspace_id ORDER BY place) AS nth, *
    FROM json_to_recordset(%s) AS asked (place int, workspace_id bigint, inbox_id bigint, person_id bigint,
        endpoint_id bigint, text text, at timestamptz, came_from_id bigint, came_by text, is_side bool)
), numbering AS (
    INSERT INTO conversations_numbering AS numbering (workspace_id, last)
    SELECT workspace_id, count(*) FROM begun GROUP BY 1 ORDER BY 1
    ON CONFLICT (workspace_id) DO UPDATE SET last = numbering.last + excluded.last
    RETURNING workspace_id, last
), upcoming AS (
    SELECT workspace_id, last - (SELECT count(*) FROM begun b WHERE b.workspace_id = n.workspace_id) AS before
    FROM numbering n
)
INSERT INTO conversations_conversation
    (workspace_id, number, inbox_id, person_id, endpoint_id, subject, status, is_snoozed, woke,
     wants_human, unanswered, opened_at, last_message_id, last_at, last_text, last_kind,
     person_got_id, person_seen_id, member_seen_id, came_from_id, came_by, queue_id, is_side)
SELECT b.workspace_id, before + nth, inbox_id, person_id, endpoint_id, text, 'new', false, '', false, 0, at,
       0, at, '', 'in', 0, 0, 0, came_from_id, came_by, i.queue_id, is_side
FROM begun b JOIN upcoming u ON u.workspace_id = b.workspace_id JOIN channels_inbox i ON i.id = b.inbox_id
ORDER BY b.workspace_id, nth
RETURNING {columns_of(Conversation, "conversations_conversation")}
"""  # noqa: S608 - our own columns
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
    return [c.pk for c in begun(beginnings)]


def begun(beginnings: Sequence[Beginning]) -> list[Conversation]:
    """Return the conversations themselves, which nobody else can hold yet."""
    if not beginnings:
        return []
    beginning = table(
        {
            **vars(b), "place": place, "came_by": b.came_by.value,
            "text": clip(clean(b.text), _SUBJECT),
        }
        for place, b in enumerate(beginnings)
    )  # fmt: skip
    made: dict[int, list[Conversation]] = {}
    for c in sorted(instances(Conversation, _OPEN, [beginning]), key=lambda c: c.number):
        made.setdefault(c.workspace_id, []).append(c)
    upcoming = {workspace_id: iter(each) for workspace_id, each in made.items()}
    return [next(upcoming[b.workspace_id]) for b in beginnings]
