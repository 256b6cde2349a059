"""Passes on that somebody types: beside everything else, never often, and rather not than late."""

import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import BoundedSemaphore

log = logging.getLogger(__name__)

PAUSE = 5.0  # seconds for which services show it at least
_AT_ONCE, _MOST_WAITING, _MOST_KNOWN = 2, 16, 1000


class Hints:
    """Shows typing by ``show``, for each conversation once in a while; where many wait, the next is left out."""

    def __init__(
        self, show: Callable[[int], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._show = show
        self._clock = clock
        self._shown: dict[int, float] = {}
        self._room = BoundedSemaphore(_MOST_WAITING)
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="typing")

    def note(self, conversation_ids: Iterable[int]) -> int:
        """Take in that somebody types in these; returns in how many it is passed on."""
        return sum(self._is_due(pk) and self._begin(pk) for pk in conversation_ids)

    def end(self, *, wait: bool = False) -> None:
        """Leave out what waits."""
        self._pool.shutdown(wait=wait, cancel_futures=not wait)

    def _is_due(self, conversation_id: int) -> bool:
        last = self._shown.get(conversation_id)
        return last is None or self._clock() >= last + PAUSE

    def _begin(self, conversation_id: int) -> bool:
        if not self._room.acquire(blocking=False):
            return False
        now = self._clock()
        if len(self._shown) >= _MOST_KNOWN:
            self._shown = {pk: at for pk, at in self._shown.items() if at + PAUSE > now}
        self._shown[conversation_id] = now
        self._pool.submit(self._show, conversation_id).add_done_callback(self._ended)
        return True

    def _ended(self, shown: Future[object]) -> None:
        self._room.release()
        if not shown.cancelled() and (error := shown.exception()):
            log.info("typing was not shown: %s: %s", type(error).__name__, error)
