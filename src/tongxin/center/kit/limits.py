"""Take units of a limited thing: never count and then insert."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from tongxin.center.kit.sql import rows

_TAKE = """
INSERT INTO kit_bucket AS bucket (name, tokens, filled_at) VALUES (%(name)s, %(size)s - %(cost)s, %(now)s)
ON CONFLICT (name) DO UPDATE SET filled_at = %(now)s, tokens = LEAST(%(size)s::float8,
    bucket.tokens + GREATEST(0, EXTRACT(EPOCH FROM %(now)s - bucket.filled_at)) * %(rate)s) - %(cost)s
WHERE LEAST(%(size)s::float8,
    bucket.tokens + GREATEST(0, EXTRACT(EPOCH FROM %(now)s - bucket.filled_at)) * %(rate)s) >= %(cost)s
RETURNING tokens
"""
_LEFT = """
SELECT LEAST(%(size)s::float8,
    tokens + GREATEST(0, EXTRACT(EPOCH FROM %(now)s - filled_at)) * %(rate)s)
FROM kit_bucket WHERE name = %(name)s
"""


@dataclass(frozen=True)
class Allowance:
    """What a token bucket says: units left, seconds until it is full, seconds until one may retry."""

    granted: bool
    limit: int
    remaining: int
    reset: int
    retry_after: int


def take(*, name: str, size: int, per_second: float, cost: float, now: datetime) -> Allowance:
    """Take ``cost`` units from a token bucket of ``size`` that refills at ``per_second``.

    Exact at any concurrency: the row's conditional update decides. ``cost`` must not exceed ``size``.
    """
    values = {"name": name, "size": size, "rate": per_second, "cost": cost, "now": now}
    taken = rows(_TAKE, values)
    granted = bool(taken)
    left: float = taken[0][0] if granted else rows(_LEFT, values)[0][0]
    return Allowance(
        granted=granted,
        limit=size,
        remaining=int(left),
        reset=ceil((size - left) / per_second),
        retry_after=0 if granted else max(1, ceil((cost - left) / per_second)),
    )
