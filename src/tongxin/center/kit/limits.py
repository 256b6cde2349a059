"""Take units of a limited thing: never count and then insert."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any

from tongxin.center.kit.sql import rows

_LEVEL = """LEAST(%(size)s::float8,
    bucket.tokens + GREATEST(0, EXTRACT(EPOCH FROM %(now)s - bucket.filled_at)) * %(rate)s)"""


def taking(whose: str) -> str:
    """Return the statement that takes from the bucket whose name ``whose`` (SQL) selects, if it holds enough.

    It returns ``tokens``, what is left then. Its values are those of ``limit``.
    """
    return f"""
INSERT INTO kit_bucket AS bucket (name, tokens, filled_at) SELECT name, %(size)s - %(cost)s, %(now)s
FROM ({whose}) whose (name)
ON CONFLICT (name) DO UPDATE SET filled_at = %(now)s, tokens = {_LEVEL} - %(cost)s WHERE {_LEVEL} >= %(cost)s
RETURNING tokens
"""  # noqa: S608 - our own words


def level_of(whose: str) -> str:
    """Return the statement that says what such a bucket holds."""
    return f"SELECT {_LEVEL} FROM kit_bucket bucket WHERE name = ({whose})"  # noqa: S608 - our own words


_NAMED = "SELECT %(name)s::text"
_TAKE, _LEFT = taking(_NAMED), level_of(_NAMED)


@dataclass(frozen=True)
class Allowance:
    """What a token bucket says: units left, seconds until it is full, seconds until one may retry."""

    granted: bool
    limit: int
    remaining: int
    reset: int
    retry_after: int


@dataclass(frozen=True)
class Limit:
    """A token bucket of ``size`` that refills at ``per_second``, and what one takes from it."""

    size: int
    per_second: float
    cost: float = 1

    def values(self, now: datetime) -> Mapping[str, Any]:
        """Return what ``taking`` and ``level_of`` ask for."""
        return {"size": self.size, "rate": self.per_second, "cost": self.cost, "now": now}

    def told(self, left: float, *, granted: bool) -> Allowance:
        """Return what the bucket says with so much left in it."""
        return Allowance(
            granted=granted,
            limit=self.size,
            remaining=int(left),
            reset=ceil((self.size - left) / self.per_second),
            retry_after=0 if granted else max(1, ceil((self.cost - left) / self.per_second)),
        )


def take(*, name: str, size: int, per_second: float, cost: float, now: datetime) -> Allowance:
    """Take ``cost`` units from a token bucket of ``size`` that refills at ``per_second``.

    Exact at any concurrency: the row's conditional update decides. ``cost`` must not exceed ``size``.
    """
    limit = Limit(size, per_second, cost)
    values = {"name": name, **limit.values(now)}
    taken = rows(_TAKE, values)
    left: float = taken[0][0] if taken else rows(_LEFT, values)[0][0]
    return limit.told(left, granted=bool(taken))
