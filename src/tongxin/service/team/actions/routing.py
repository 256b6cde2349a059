"""Share out the work."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from tongxin.center.kit.actor import house
from tongxin.center.kit.sql import rows
from tongxin.center.kit.turns import take_turns
from tongxin.service.conversations.actions import Gift, give_back
from tongxin.service.conversations.actions import hand_out as give
from tongxin.service.conversations.values import Back
from tongxin.service.queues.queries import sharings
from tongxin.service.queues.values import Sharing
from tongxin.service.team.queries import desks, routings
from tongxin.service.team.queries.presence import waiting_of
from tongxin.service.team.rules import hand_out, most
from tongxin.service.team.values import Desk, Routing

_MOST_AT_ONCE = 500
# Of each queue and inbox as many as could find somebody, longest wait first. They are not held yet: who
# hands out holds them in the order of ids, as all writers do, and looks again whether they still wait.
_CANDIDATES = """
SELECT c.id, c.queue_id, c.inbox_id, c.last_text, c.waiting_since, c.returned_by
FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS spot (queue_id, inbox_id, most)
CROSS JOIN LATERAL (
    SELECT * FROM conversations_conversation c
    WHERE c.workspace_id = %s AND c.assignee_id IS NULL AND c.waiting_since IS NOT NULL AND NOT c.is_snoozed
      AND NOT c.with_assistant AND c.queue_id = spot.queue_id AND c.inbox_id = spot.inbox_id
    ORDER BY c.waiting_since, c.id LIMIT spot.most
) c ORDER BY c.waiting_since, c.id
"""
# What closed queues left behind counts as everyone's.
_SPOTS = """
SELECT queue_id, inbox_id, min(waiting_since) FROM conversations_conversation
WHERE workspace_id = %s AND assignee_id IS NULL AND waiting_since IS NOT NULL AND NOT is_snoozed
  AND NOT with_assistant
GROUP BY 1, 2 ORDER BY 1, 2
"""
_GIVEN = "UPDATE team_presence SET given_at = %s WHERE member_id = ANY(%s::bigint[])"
_OWNER_AWAY = """
SELECT c.id FROM conversations_conversation c LEFT JOIN team_presence p ON p.member_id = c.assignee_id
WHERE c.workspace_id + 0 = %s AND c.id = ANY(%s::bigint[]) AND c.assignee_id IS NOT NULL
  AND c.waiting_since IS NOT NULL AND p.state IS DISTINCT FROM 'online'
  AND (%s OR EXISTS (SELECT FROM queues_queue q
       WHERE q.workspace_id = c.workspace_id AND q.returns_absent AND q.closed_at IS NULL
         AND (q.id = c.queue_id OR (q.is_everyones AND c.queue_id = 0))))
"""
_RETURNS = "SELECT EXISTS (SELECT FROM queues_queue WHERE workspace_id = %s AND returns_absent AND closed_at IS NULL)"
_SLIPPING = """
SELECT DISTINCT q.workspace_id FROM queues_queue q
WHERE q.fallback <> 'stay' AND q.closed_at IS NULL AND EXISTS (
    SELECT FROM conversations_conversation c
    WHERE c.workspace_id = q.workspace_id AND c.queue_id = q.id AND c.assignee_id IS NULL
      AND c.waiting_since IS NOT NULL AND NOT c.is_snoozed AND NOT c.with_assistant)
"""


def route(*, workspace_ids: Collection[int], now: datetime) -> int:
    """Give those who wait to members who can serve them, longest wait first; returns how many."""
    return sum(_route(workspace_id, now) for workspace_id in sorted(workspace_ids))


def route_late(*, now: datetime) -> int:
    """Offer to others who waited long enough in their own queue; returns how many found somebody."""
    return route(workspace_ids=[pk for (pk,) in rows(_SLIPPING)], now=now)


def requeue(
    *, workspace_id: int, conversation_ids: Sequence[int], now: datetime, wherever: bool = True
) -> int:
    """Take conversations from owners who are not online, back into the queue; returns how many.

    Not ``wherever``: only where their queue says so.
    """
    if not wherever and rows(_RETURNS, [workspace_id]) == [(False,)]:
        return 0  # said of every message: most houses have no such queue
    values = [workspace_id, list(conversation_ids), wherever]
    found = [pk for (pk,) in rows(_OWNER_AWAY, values)]
    if not found:
        return 0
    with transaction.atomic():
        return give_back(
            actor=house(workspace_id), conversation_ids=found, why=Back.ABSENT, now=now,
            still=lambda c: c.waiting_since is not None,
        )  # fmt: skip


@transaction.atomic
def take_back(*, workspace_id: int, lain: Mapping[int, int], now: datetime) -> int:
    """Put conversations back into their queues whose owner (by conversation) did not pick up; how many."""
    return give_back(
        actor=house(workspace_id), conversation_ids=sorted(lain), why=Back.IDLE, now=now,
        still=lambda c: c.waiting_since is not None and c.assignee_id == lain.get(c.pk),
    )  # fmt: skip


@transaction.atomic
def _route(workspace_id: int, now: datetime) -> int:
    """Hand out until a look finds nothing more to give, so that what went away meanwhile leaves no gap."""
    take_turns(
        "team.route", [workspace_id]
    )  # one at a time in a workspace, so that nobody is given too much
    given, again = 0, True
    while again:
        found, again = _look(workspace_id, now)
        given += found
    return given


def _look(workspace_id: int, now: datetime) -> tuple[int, bool]:
    """Hand out once; return how many, and whether there may be more to give."""
    known = routings(workspace_id=workspace_id)
    here = desks(workspace_id=workspace_id, known=known, now=now)
    if not any(desk.room for desk in here):
        return 0, False
    shared = sharings(workspace_id=workspace_id, now=now)
    spots = _spots(workspace_id, here, known, shared)
    found = rows(_CANDIDATES, [*map(list, zip(*spots, strict=True)), workspace_id]) if spots else []
    pairs = hand_out(here, [waiting_of(row, known, shared) for row in found], now)
    if not pairs:
        return 0, False
    queues = {row[0]: row[1] for row in found}
    rows(_GIVEN, [now, sorted({member_id for _pk, member_id in pairs})])
    gifts = [Gift(pk, queues[pk], member_id) for pk, member_id in pairs]
    given = give(actor=house(workspace_id), gifts=gifts, now=now)
    return given, given < len(pairs) or any(many == _MOST_AT_ONCE for *_spot, many in spots)


def _spots(
    workspace_id: int, here: Sequence[Desk], known: Mapping[int, Routing],
    shared: Mapping[int, Sharing],
) -> list[tuple[int, int, int]]:  # fmt: skip
    """Return where people wait whom somebody can serve: queue, inbox, and how many there at most."""
    spots = []
    for queue_id, inbox_id, since in rows(_SPOTS, [workspace_id]):
        first = waiting_of((0, queue_id, inbox_id, "", since, 0), known, shared)
        many = most(here, first) if first.routing.is_automatic else 0
        if many:
            spots.append((queue_id, inbox_id, min(many, _MOST_AT_ONCE)))
    return spots
