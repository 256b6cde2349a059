"""How fast one visitor, one agent or one place of origin may speak, over however many connections."""

from collections.abc import Hashable
from math import ceil

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.refusals import Reason, Refused


class TooFast(Refused):
    """Nothing was done; it may be tried again after some seconds."""

    def __init__(self, seconds: float) -> None:
        detail = _("Too many requests: wait a moment.")
        super().__init__("rate.limited", detail, Reason.LIMITED)
        self.retry_after = max(1, ceil(seconds))


class Pace:
    """A bucket of ``size`` frames for each speaker, refilled at ``per_second``; for one process.

    A bucket left alone for as long as it takes to fill is a full one, as good as none: so the buckets
    that nobody touched for that long are forgotten, all at once.
    """

    def __init__(self, size: float = 120, per_second: float = 60) -> None:
        self._size, self._per_second = size, per_second
        self._fills_in = size / per_second
        self._recent: dict[Hashable, tuple[float, float]] = {}
        self._earlier: dict[Hashable, tuple[float, float]] = {}
        self._turned = 0.0

    def take(self, who: Hashable, now: float, cost: int = 1) -> None:
        """Take what so many frames cost, at most ``size``. Raises TooFast."""
        self._forget(now)
        left, at = self._recent.get(who) or self._earlier.get(who) or (self._size, now)
        left = min(self._size, left + (now - at) * self._per_second)
        if left < cost:
            raise TooFast((cost - left) / self._per_second)
        self._recent[who] = (left - cost, now)

    def _forget(self, now: float) -> None:
        if now - self._turned >= self._fills_in:
            self._earlier, self._recent, self._turned = self._recent, {}, now
