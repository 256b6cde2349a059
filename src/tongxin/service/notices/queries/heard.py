"""What just happened, as members want to hear of it: who it was, and what they said."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tongxin.center.kit.sql import rows

_HEARD = """
WITH latest AS (
    SELECT DISTINCT ON (c.workspace_id, CASE WHEN c.assignee_id IS NULL THEN 0 ELSE c.id END)
        m.id, c.workspace_id, c.id AS conversation_id, c.number, c.assignee_id, c.person_id, m.text
    FROM conversations_message m JOIN conversations_conversation c ON c.id = m.conversation_id
    WHERE m.id = ANY(%s::bigint[]) AND NOT c.is_snoozed AND c.waiting_since IS NOT NULL
    ORDER BY c.workspace_id, CASE WHEN c.assignee_id IS NULL THEN 0 ELSE c.id END, m.id DESC
)
SELECT l.id, l.workspace_id, l.conversation_id, l.number, l.assignee_id, p.name, left(l.text, 200),
    COALESCE(NULLIF(u.language, ''), w.language)
FROM latest l
JOIN people_person p ON p.id = l.person_id
JOIN accounts_workspace w ON w.id = l.workspace_id
LEFT JOIN accounts_member a ON a.id = l.assignee_id LEFT JOIN accounts_user u ON u.id = a.user_id
ORDER BY l.id
"""
_ANY_DEVICE = (
    "SELECT EXISTS (SELECT FROM notices_pushaddress WHERE workspace_id = ANY(%s::bigint[]))"
)
_CALLED = """
SELECT n.id, n.workspace_id, n.member_id, n.about, n.conversation_id, c.number,
    COALESCE(NULLIF(b.name, ''), b.email, ''), n.text, COALESCE(NULLIF(u.language, ''), w.language)
FROM notices_notice n
JOIN conversations_conversation c ON c.id = n.conversation_id
JOIN accounts_workspace w ON w.id = n.workspace_id
JOIN accounts_member m ON m.id = n.member_id JOIN accounts_user u ON u.id = m.user_id
LEFT JOIN accounts_member a ON n.author = 'member:' || a.id LEFT JOIN accounts_user b ON b.id = a.user_id
WHERE n.id = ANY(%s::bigint[]) AND n.read_at IS NULL ORDER BY n.id
"""


@dataclass(frozen=True)
class HeardRow:
    """What a person said, in a conversation that waits, whose it is (if anybody's) and what they read."""

    message_id: int
    workspace_id: int
    conversation_id: int
    number: int
    assignee_id: int | None
    name: str
    text: str
    language: str


@dataclass(frozen=True)
class CalledRow:
    """What a member was called for, by whom (a name, or nobody), in the language they read."""

    id: int
    workspace_id: int
    member_id: int
    about: str
    conversation_id: int
    number: int
    author: str
    text: str
    language: str


def heard(*, message_ids: Collection[int]) -> Sequence[HeardRow]:
    """Return the last of these of people's words in each conversation that somebody is to answer.

    Of the conversations that nobody has, only the last in each workspace.
    """
    return [HeardRow(*row) for row in rows(_HEARD, [list(message_ids)])]


def called_in(*, notice_ids: Collection[int]) -> Sequence[CalledRow]:
    """Return those of these notices that were not read yet."""
    return [CalledRow(*row) for row in rows(_CALLED, [list(notice_ids)])]


def takes_pushes(*, workspace_ids: Collection[int]) -> bool:
    """Whether any member of these workspaces has a device that takes pushes."""
    [(some,)] = rows(_ANY_DEVICE, [list(workspace_ids)])
    return bool(some)
