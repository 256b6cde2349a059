"""What statuses there are, and which conversations came from which."""

from collections.abc import Sequence
from dataclasses import dataclass

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, StatusId
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.service.conversations.models import StatusLabel
from tongxin.service.conversations.queries.within import within
from tongxin.service.conversations.values import CameBy, Status, Tint

_ORDER = {status.value: place for place, status in enumerate(Status)}
_LINKS = """
SELECT o.id, o.number, o.subject, o.status, c.came_by, true FROM conversations_conversation c
JOIN conversations_conversation o ON o.id = c.came_from_id
WHERE c.id = %(id)s AND c.workspace_id + 0 = %(workspace)s
UNION ALL
SELECT c.id, c.number, c.subject, c.status, c.came_by, false FROM conversations_conversation c
WHERE c.came_from_id = %(id)s AND c.workspace_id = %(workspace)s
ORDER BY 1
"""
_STATUSES = """
SELECT id, category, name, shown, tint, is_default, is_enabled FROM conversations_statuslabel
WHERE workspace_id = %s AND (is_enabled OR %s) ORDER BY place, id
"""


@dataclass(frozen=True)
class StatusRow:
    """A status in the workspace's own words; ``shown`` is what the person reads (empty: nothing)."""

    id: StatusId
    category: Status
    name: str
    shown: str
    tint: Tint
    is_default: bool
    is_enabled: bool


@dataclass(frozen=True)
class LinkRow:
    """A conversation that another came from (``is_earlier``), or that came from it, and how."""

    id: ConversationId
    number: int
    subject: str
    status: Status
    came_by: CameBy
    is_earlier: bool


@query("status.list", needs="conversation.read")
def statuses(*, actor: Actor, with_disabled: bool = False) -> Sequence[StatusRow]:
    """Return the workspace's own statuses, by category and place."""
    return sorted(
        (
            StatusRow(pk, Status(category), name, shown, Tint(tint), *flags)
            for pk, category, name, shown, tint, *flags in rows(
                _STATUSES, [actor.workspace_id, with_disabled]
            )
        ),
        key=lambda row: _ORDER[row.category],
    )


def has_words(*, workspace_id: int) -> bool:
    """Return whether any status of a workspace says something to people."""
    mine = StatusLabel.objects.filter(workspace_id=workspace_id)
    return mine.exclude(shown="").exists()


def links(*, actor: Actor, conversation_id: int) -> Sequence[LinkRow]:
    """Return what a conversation came from and what came from it, the oldest first."""
    values = {"id": conversation_id, "workspace": actor.workspace_id}
    found = rows(_LINKS, values)
    seen = set(within(actor, [row[0] for row in found])) if found else set()
    return [
        LinkRow(pk, number, subject, Status(status), CameBy(came_by), is_earlier)
        for pk, number, subject, status, came_by, is_earlier in found
        if pk in seen
    ]
