"""Doubt the addresses that messages did not reach; believe in those that people write from.

Both are heard late, and in any order: what is newer counts.
"""

from collections.abc import Collection
from datetime import datetime

from tongxin.center.kit.sql import rows
from tongxin.center.people.actions import clear, suspect

_ENDPOINTS = """
SELECT DISTINCT c.endpoint_id FROM conversations_message m
JOIN conversations_conversation c ON c.id = COALESCE(m.origin_id, m.conversation_id)
"""
_SILENT = f"""
{_ENDPOINTS} WHERE m.id = ANY(%(ids)s::bigint[]) AND NOT EXISTS (
    SELECT FROM conversations_conversation k JOIN conversations_message later ON later.conversation_id = k.id
    WHERE k.inbox_id = c.inbox_id AND k.endpoint_id = c.endpoint_id AND k.last_at > %(now)s
    AND later.kind = 'in' AND later.sent_at > %(now)s)
"""
# Where nothing is doubted, as in most chats, no message is looked at.
_DOUBTED = f"""
{_ENDPOINTS} JOIN people_identity i ON i.id = c.endpoint_id
WHERE m.id = ANY(%(ids)s::bigint[]) AND i.suspect_since < m.sent_at AND EXISTS (
    SELECT FROM people_identity s WHERE s.suspect_since IS NOT NULL
    AND s.workspace_id = ANY(%(workspace_ids)s::bigint[]))
"""


def doubt(*, message_ids: Collection[int], now: datetime) -> int:
    """Doubt the addresses that these messages came back from; returns how many are doubted anew."""
    silent = rows(_SILENT, {"ids": list(message_ids), "now": now})
    return suspect(identity_ids=[pk for (pk,) in silent], now=now)


def believe(*, workspace_ids: Collection[int], message_ids: Collection[int], now: datetime) -> int:
    """Doubt the addresses that these workspaces' messages came from no more; returns how many were doubted."""
    asked = {"ids": list(message_ids), "workspace_ids": list(workspace_ids)}
    doubted = rows(_DOUBTED, asked)
    return clear(identity_ids=[pk for (pk,) in doubted], now=now) if doubted else 0
