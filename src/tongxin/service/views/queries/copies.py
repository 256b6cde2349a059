"""What a copy of a conversation says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongxin.center.kit.ids import ConversationId, MemberId, PersonId
from tongxin.center.kit.sql import rows

_COPIES = """
WITH said AS (
    SELECT conversation_id, count(*) FILTER (WHERE kind = 'in') AS heard,
        count(*) FILTER (WHERE kind = 'out') AS answered, min(sent_at) FILTER (WHERE kind = 'out') AS first_at
    FROM conversations_message WHERE conversation_id = ANY(%(ids)s::bigint[]) GROUP BY conversation_id
)
SELECT c.id, c.number, c.subject, c.status, COALESCE(l.name, ''), COALESCE(t.name, ''), COALESCE(w.text, ''),
    c.person_id, p.name, i.name, i.channel, c.assignee_id, COALESCE(NULLIF(u.name, ''), u.email, ''),
    ARRAY(SELECT g.name FROM conversations_tagging x JOIN conversations_tag g ON g.id = x.tag_id
          WHERE x.conversation_id = c.id ORDER BY g.name),
    c.opened_at, said.first_at, c.last_at, c.waiting_since, COALESCE(said.heard, 0), COALESCE(said.answered, 0),
    r.score, r.is_solved, COALESCE(r.comment, ''), c.attributes
FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS wanted (id, place)
JOIN conversations_conversation c ON c.id = wanted.id
JOIN people_person p ON p.id = c.person_id
JOIN channels_inbox i ON i.id = c.inbox_id
LEFT JOIN said ON said.conversation_id = c.id
LEFT JOIN conversations_statuslabel l ON l.id = c.label_id
LEFT JOIN conversations_topic t ON t.id = c.topic_id
LEFT JOIN conversations_wrapup w ON w.conversation_id = c.id
LEFT JOIN conversations_rating r ON r.conversation_id = c.id
LEFT JOIN accounts_member m ON m.id = c.assignee_id LEFT JOIN accounts_user u ON u.id = m.user_id
ORDER BY wanted.place
"""


@dataclass(frozen=True)
class CopyRow:
    """One conversation, as a table has it; times are in UTC."""

    id: ConversationId
    number: int
    subject: str
    status: str
    own_status: str
    topic: str
    wrap_up: str
    person_id: PersonId
    person: str
    inbox: str
    channel: str
    assignee_id: MemberId | None
    assignee: str
    tags: Sequence[str]
    opened_at: datetime
    first_reply_at: datetime | None
    last_at: datetime
    waiting_since: datetime | None
    messages_in: int
    messages_out: int
    score: int | None
    solved: bool | None
    comment: str
    attributes: Mapping[str, Any]


def copies(conversation_ids: Sequence[int]) -> Sequence[CopyRow]:
    """Return copies of conversations that somebody was found to reach, in this order."""
    return [CopyRow(*row) for row in rows(_COPIES, {"ids": list(conversation_ids)})]
