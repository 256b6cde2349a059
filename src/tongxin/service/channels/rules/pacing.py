"""How fast one goes, and how long one waits after a failure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tongxin.service.channels.values import Rate

MOST_ATTEMPTS = 15
_FIRST, _LONGEST = 2.0, 3600.0  # seconds between two attempts
_FIRST_HOLD, _LONGEST_HOLD = 1.0, 300.0  # seconds for which a whole inbox waits


@dataclass(frozen=True)
class Bucket:
    """What may be sent at once: ``tokens`` of them, as it was at a time (null: it is full)."""

    tokens: float | None
    at: datetime | None


def refilled(bucket: Bucket, rate: Rate | None, now: datetime) -> float:
    """Return how many may be sent now; without a rate, as many as one likes."""
    if rate is None:
        return float("inf")
    if bucket.tokens is None or bucket.at is None:
        return float(rate.burst)
    passed = max(0.0, (now - bucket.at).total_seconds())
    return min(float(rate.burst), bucket.tokens + passed * rate.per_second)


def back_off(attempts: int, luck: float) -> timedelta:
    """Return how long to wait after so many attempts: twice as long each time, up to an hour.

    ``luck`` (0 to 1) takes up to half of it away, so that not everybody comes back at once.
    """
    whole = min(_LONGEST, _FIRST * 2 ** min(max(attempts, 1) - 1, 20))
    return timedelta(seconds=whole * (1 - luck / 2))


def hold_for(falls: int, asked: float, luck: float) -> timedelta:
    """Return how long an inbox waits after it fell so often in a row; at least what its channel asked."""
    whole = min(_LONGEST_HOLD, _FIRST_HOLD * 2 ** min(max(falls, 1) - 1, 20))
    return timedelta(seconds=max(asked, whole * (1 - luck / 2)))
