"""Who is connected, and to what they listen."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import Any

import orjson

Frame = Mapping[str, Any]
Topic = Hashable
Spot = tuple[int, str, str]  # a visitor: inbox, kind and value of their address
MOST_WAITING = 500
MOST_OWN = 20_000
KNOWN_RETIRED = 120  # seconds: longer than anything asked before may still be under way


class Overrun(Exception):
    """A listener does not take what is sent to it."""


class Line:
    """One connected browser: frames wait here until it takes them."""

    __slots__ = ("_reader", "_waiting", "is_overrun", "topics")

    def __init__(self) -> None:
        self._waiting: deque[str] = deque()
        self._reader: asyncio.Future[None] | None = None
        self.topics: set[Topic] = set()
        self.is_overrun = False

    def send(self, frame: Frame) -> None:
        self.send_text(encode(frame))

    def send_text(self, text: str) -> None:
        """Let a frame wait; a browser too slow for it is cut off and comes back fresh."""
        if len(self._waiting) >= MOST_WAITING:
            self.cut()
        else:
            self._waiting.append(text)
            self._wake()

    def send_first(self, frame: Frame) -> None:
        """Let a frame go before whatever waits: what came in while it was made is news after it."""
        self._waiting.appendleft(encode(frame))
        self._wake()

    def cut(self) -> None:
        """Send this browser away to come back and ask anew."""
        self.is_overrun = True
        self._wake()

    async def next(self) -> str:
        """Return the next frame; one reader only. Raises Overrun once some were lost."""
        while not self._waiting and not self.is_overrun:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        if self.is_overrun:
            raise Overrun
        return self._waiting.popleft()

    def taken(self) -> list[str]:
        """Return what waits, without waiting."""
        frames = list(self._waiting)
        self._waiting.clear()
        return frames

    def _wake(self) -> None:
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)


class Hub:
    """Lines by topic. A topic is a visitor's address or a workspace."""

    def __init__(self) -> None:
        self._lines: dict[Topic, set[Line]] = defaultdict(set)
        self._talks: dict[int, set[Spot]] = defaultdict(set)
        self._followed: dict[Topic, set[int]] = defaultdict(set)
        self._own: dict[int, None] = {}
        self._retired: dict[Topic, float] = {}
        self._newcomers: set[int] = set()

    @property
    def is_empty(self) -> bool:
        """Whether nobody is connected to this process."""
        return not self._lines

    def join(self, line: Line, topic: Topic) -> None:
        self._lines[topic].add(line)
        line.topics.add(topic)

    def part(self, line: Line, topic: Topic) -> None:
        lines = self._lines[topic]
        lines.discard(line)
        line.topics.discard(topic)
        if not lines:
            del self._lines[topic]
            for conversation_id in self._followed.pop(topic, ()):
                self._forget(conversation_id, topic)

    def _forget(self, conversation_id: int, topic: Topic) -> None:
        spots = self._talks[conversation_id]
        spots -= {topic}
        if not spots:
            del self._talks[conversation_id]

    def retire(self, address: Topic, now: float) -> None:
        """Send whoever came by this address away, and know for a while that it opens nothing."""
        for line in self.lines(address):
            line.cut()
        self._retired = {a: until for a, until in self._retired.items() if until > now}
        self._retired[address] = now + KNOWN_RETIRED

    @property
    def has_retired(self) -> bool:
        return bool(self._retired)

    def is_retired(self, address: Topic) -> bool:
        """Whether an address was retired just now; of earlier ones the database knows."""
        return address in self._retired

    def cut_all(self) -> None:
        """Send everybody away to come back and ask anew: something may have been missed."""
        for lines in self._lines.values():
            for line in lines:
                line.cut()

    def own(self, message_id: int) -> None:
        """Remember that this process has told its listeners of a message already."""
        self._own[message_id] = None
        if len(self._own) > MOST_OWN:
            del self._own[next(iter(self._own))]

    def leave(self, line: Line) -> None:
        for topic in tuple(line.topics):
            self.part(line, topic)

    def follow(self, topic: Spot, conversation_id: int) -> None:
        """Remember whose conversation this is, as long as they are connected.

        It may be several visitors', where conversations were merged. Who only posts listens to nothing.
        """
        if topic not in self._lines:
            return
        self._talks[conversation_id].add(topic)
        self._followed[topic].add(conversation_id)
        self._newcomers.add(conversation_id)

    def is_following(self, topic: Spot, conversation_id: int) -> bool:
        return conversation_id in self._followed.get(topic, ())

    def followed(self) -> Collection[int]:
        """Return the conversations whose visitors are connected."""
        return list(self._talks)

    def is_followed(self, conversation_id: int) -> bool:
        return conversation_id in self._talks

    @property
    def has_newcomers(self) -> bool:
        return bool(self._newcomers)

    def newcomers(self) -> Collection[int]:
        """Return the conversations that were followed since the last time."""
        came, self._newcomers = self._newcomers, set()
        return came

    def listeners_of(self, conversation_id: int) -> Collection[Spot]:
        """Return the topics that want news of this conversation, of those that are connected."""
        return tuple(self._talks.get(conversation_id, ()))

    def is_news(self, conversation_id: int, message_id: int) -> bool:
        """Whether a visitor's own words are news to somebody here: to another tab, or from another process."""
        topics = self._talks.get(conversation_id)
        if topics is None:
            return False
        return message_id not in self._own or any(len(self._lines[t]) > 1 for t in topics)

    def lines(self, topic: Topic) -> Iterable[Line]:
        return self._lines.get(topic, ())

    def is_heard(self, topic: Topic) -> bool:
        return topic in self._lines

    def publish(self, topic: Topic, frame: Frame, *, but: Line | None = None) -> None:
        """Send a frame to everybody who listens to a topic (but one)."""
        if topic in self._lines:
            text = encode(frame)
            for line in self._lines[topic]:
                if line is not but:
                    line.send_text(text)


def encode(frame: Frame) -> str:
    return orjson.dumps(frame).decode()
