"""Who gets what."""

import heapq
from collections.abc import Sequence
from datetime import datetime, timedelta

from tongxin.service.team.values import Desk

# A desk sends a sign of life every 25 s; three may be missed.
PATIENCE = timedelta(seconds=80)


def hand_out(desks: Sequence[Desk], waiting: Sequence[int]) -> list[tuple[int, int]]:
    """Give each waiting conversation, in order, to the desk that is least busy for its size.

    Returns (conversation_id, member_id). No desk gets more than it has room for.
    """
    heap = [(d.load / d.capacity, d.member_id, d.load, d.capacity) for d in desks if d.room]
    heapq.heapify(heap)
    pairs = []
    for conversation_id in waiting:
        if not heap:
            break
        _busy, member_id, load, capacity = heapq.heappop(heap)
        pairs.append((conversation_id, member_id))
        if load + 1 < capacity:
            heapq.heappush(heap, ((load + 1) / capacity, member_id, load + 1, capacity))
    return pairs


def is_gone(seen_at: datetime, now: datetime) -> bool:
    return now - seen_at > PATIENCE
