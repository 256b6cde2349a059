"""Tell those who wait in which place they are, and about how long it will take."""

import asyncio
import logging
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any

from django.db import InterfaceError, OperationalError

from tongxin.faces.live.database import ask
from tongxin.faces.live.hub import Frame, Hub
from tongxin.service.conversations.queries import Place, places

_EVERY, _AT_MOST_EVERY = 10.0, 1.0
_LOOKED_BACK = 1800.0  # seconds: how fast the queue moved in the last half hour
_FEWEST = 3  # what is served more seldom says nothing about the next
_MOVES = frozenset({
    "conversation.assigned", "conversation.moved", "conversation.handed_over", "conversation.resolved", "message.sent",
})  # fmt: skip
_WROTE = "message.received"

log = logging.getLogger(__name__)


class Queue:
    """The places last told, and how often somebody was served."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._told: dict[int, Frame] = {}
        self._wrote: set[int] = set()
        self._placeless: set[int] = set()  # wrote, had no place then, and only wrote since
        self._served: dict[tuple[int, int], deque[float]] = defaultdict(deque)
        self._moved = asyncio.Event()

    def note(self, signals: Iterable[Mapping[str, Any]], now: float) -> None:
        """Hear facts: whoever is given to a member leaves the queue, and the others move up.

        Who writes may be in the queue from now on, unless they know their place, or had none when they
        wrote before.
        """
        for signal in signals:
            if signal["k"] == _WROTE:
                self._hear(signal["d"]["conversation_id"])
            else:
                self._placeless.discard(signal["d"].get("conversation_id", 0))
            if signal["k"] in _MOVES:
                self._moved.set()
            if signal["k"] == "conversation.assigned" and signal["d"]["member_id"]:
                self._served[signal["w"], signal["d"].get("queue_id", 0)].append(now)

    def _hear(self, pk: int) -> None:
        is_known = pk in self._told or pk in self._placeless
        if not is_known and self.hub.is_followed(pk):
            self._wrote.add(pk)
            self._moved.set()

    async def keep_telling(self) -> None:
        """Tell for ever: soon after somebody was served or came, and every few seconds."""
        while True:
            await self._rest()
            try:
                await self.tell(time.monotonic())
            except (OperationalError, InterfaceError):
                log.warning("the database is away; places are told later")

    async def tell(self, now: float) -> None:
        """Tell whoever is connected of their place, where it changed or they came just now."""
        newcomers = self.hub.newcomers()
        wrote, self._wrote = self._wrote, set()
        ids = self.hub.followed()
        found = await ask(places, conversation_ids=ids) if ids else {}
        frames = {pk: self._frame(place, now) for pk, place in found.items()}
        over: Frame = {"type": "queue", "place": 0, "minutes": None}
        for pk in self._told.keys() - frames.keys():
            self._publish(pk, over)
        for pk, frame in frames.items():
            if pk in newcomers or self._told.get(pk) != frame:
                self._publish(pk, frame)
        self._told = frames
        self._placeless = (self._placeless | wrote).intersection(ids) - frames.keys()

    async def _rest(self) -> None:
        for _moment in range(int(_EVERY / _AT_MOST_EVERY)):
            await asyncio.sleep(_AT_MOST_EVERY)
            if self._moved.is_set() or self.hub.has_newcomers:
                break
        self._moved.clear()

    def _frame(self, place: Place, now: float) -> Frame:
        minutes = self._minutes(place, now)
        return {"type": "queue", "place": place.place, "minutes": minutes}

    def _minutes(self, place: Place, now: float) -> int | None:
        """Return about how many minutes a place means; None where nobody can say."""
        served = self._served[place.workspace_id, place.queue_id]
        while served and served[0] < now - _LOOKED_BACK:
            served.popleft()
        if len(served) < _FEWEST:
            return None
        seconds = (now - served[0]) / len(served) * place.place
        return max(1, ceil(seconds / 60))

    def _publish(self, conversation_id: int, frame: Frame) -> None:
        for spot in self.hub.listeners_of(conversation_id):
            self.hub.publish(spot, frame)
