"""Share out the work."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from tongxin.center.kit.actor import house
from tongxin.center.kit.sql import rows
from tongxin.center.kit.turns import take_turns
from tongxin.service.conversations.actions import assign
from tongxin.service.conversations.actions import hand_out as give
from tongxin.service.team.models import Presence
from tongxin.service.team.queries import desks, routings
from tongxin.service.team.rules import hand_out, language_of
from tongxin.service.team.values import Desk, Routing, Waiting

_MOST_AT_ONCE = 500
_CLAIM = """
SELECT id, inbox_id, last_text FROM conversations_conversation
WHERE workspace_id = %s AND assignee_id IS NULL AND waiting_since IS NOT NULL AND NOT is_snoozed
  AND inbox_id = ANY(%s::bigint[])
ORDER BY waiting_since, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""

_OWNER_AWAY = """
SELECT c.id FROM conversations_conversation c LEFT JOIN team_presence p ON p.member_id = c.assignee_id
WHERE c.workspace_id = %s AND c.id = ANY(%s::bigint[]) AND c.assignee_id IS NOT NULL
  AND c.waiting_since IS NOT NULL AND p.state IS DISTINCT FROM 'online'
"""


def route(*, workspace_ids: Collection[int], now: datetime) -> int:
    """Give those who wait to members who can serve them, longest wait first; returns how many."""
    return sum(_route(workspace_id, now) for workspace_id in sorted(workspace_ids))


def requeue(*, workspace_id: int, conversation_ids: Sequence[int], now: datetime) -> int:
    """Take conversations from owners who are not online, back into the queue; returns how many."""
    found = [pk for (pk,) in rows(_OWNER_AWAY, [workspace_id, list(conversation_ids)])]
    actor = replace(house(workspace_id), permissions=frozenset({"conversation.assign"}))
    return assign(actor=actor, conversation_ids=found, member_id=None, now=now) if found else 0


@transaction.atomic
def _route(workspace_id: int, now: datetime) -> int:
    take_turns(
        "team.route", [workspace_id]
    )  # one at a time in a workspace, so that nobody is given too much
    known = routings(workspace_id=workspace_id)
    here = desks(workspace_id=workspace_id, known=known, now=now)
    servable = _servable(here, known.values())
    if not servable:
        return 0
    room = sum(desk.room for desk in here) // min(r.weight for r in servable.values())
    claimed = rows(_CLAIM, [workspace_id, list(servable), min(room, _MOST_AT_ONCE)])
    waiting = [Waiting(pk, servable[inbox_id], language_of(text)) for pk, inbox_id, text in claimed]
    pairs = hand_out(here, waiting, now)
    Presence.objects.filter(pk__in={member_id for _pk, member_id in pairs}).update(given_at=now)
    return give(actor=house(workspace_id), pairs=pairs, now=now)


def _servable(here: Iterable[Desk], known: Iterable[Routing]) -> dict[int, Routing]:
    """Return the inboxes of which somebody can serve at least one: others would stand in their way."""
    return {
        r.inbox_id: r
        for r in known
        if r.is_automatic
        and any(d.room >= r.weight and d.skills.issuperset(r.skills) for d in here)
    }
