"""Who is connected, and to what they listen."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from contextlib import suppress
from typing import Any

Frame = Mapping[str, Any]
Topic = Hashable
Spot = tuple[int, str, str]  # a visitor: inbox, kind and value of their address
MOST_WAITING = 500
MOST_OWN = 20_000


class Overrun(Exception):
    """A listener does not take what is sent to it."""


class Line:
    """One connected browser: frames wait here until it takes them."""

    __slots__ = ("is_overrun", "queue", "topics")

    def __init__(self) -> None:
        self.queue: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)
        self.topics: set[Topic] = set()
        self.is_overrun = False

    def send(self, frame: Frame) -> None:
        self.send_text(encode(frame))

    def send_text(self, text: str) -> None:
        """Put a frame in the queue; a browser too slow for it is cut off and comes back fresh."""
        try:
            self.queue.put_nowait(text)
        except asyncio.QueueFull:
            self.is_overrun = True

    async def next(self) -> str:
        """Return the next frame. Raises Overrun once some were lost."""
        text = "" if self.is_overrun else await self.queue.get()
        if self.is_overrun:
            raise Overrun
        return text

    def wake(self) -> None:
        """Let a line that waits look again whether it was cut off."""
        with suppress(asyncio.QueueFull):
            self.queue.put_nowait("")

    def taken(self) -> list[Any]:
        """Return what waits, without waiting."""
        frames = []
        with suppress(asyncio.QueueEmpty):
            while True:
                frames.append(json.loads(self.queue.get_nowait()))
        return frames


class Hub:
    """Lines by topic. A topic is a visitor's address or a workspace."""

    def __init__(self) -> None:
        self._lines: dict[Topic, set[Line]] = defaultdict(set)
        self._talks: dict[int, Spot] = {}
        self._followed: dict[Topic, set[int]] = defaultdict(set)
        self._own: dict[int, None] = {}

    def join(self, line: Line, topic: Topic) -> None:
        self._lines[topic].add(line)
        line.topics.add(topic)

    def part(self, line: Line, topic: Topic) -> None:
        self._lines[topic].discard(line)
        line.topics.discard(topic)

    def cut_all(self) -> None:
        """Send everybody away to come back and ask anew: something may have been missed."""
        for lines in self._lines.values():
            for line in lines:
                line.is_overrun = True
                line.wake()

    def own(self, message_id: int) -> None:
        """Remember that this process has told its listeners of a message already."""
        self._own[message_id] = None
        if len(self._own) > MOST_OWN:
            del self._own[next(iter(self._own))]

    def is_own(self, message_id: int) -> bool:
        return message_id in self._own

    def leave(self, line: Line) -> None:
        for topic in line.topics:
            lines = self._lines[topic]
            lines.discard(line)
            if not lines:
                del self._lines[topic]
                for conversation_id in self._followed.pop(topic, ()):
                    self._talks.pop(conversation_id, None)
        line.topics.clear()

    def follow(self, topic: Spot, conversation_id: int) -> None:
        """Remember whose conversation this is, as long as they are connected."""
        self._talks[conversation_id] = topic
        self._followed[topic].add(conversation_id)

    def listener_of(self, conversation_id: int) -> Spot | None:
        """Return the topic that wants news of this conversation, if it is connected."""
        return self._talks.get(conversation_id)

    def lines(self, topic: Topic) -> Iterable[Line]:
        return self._lines.get(topic, ())

    def is_heard(self, topic: Topic) -> bool:
        return topic in self._lines

    def count(self, topic: Topic) -> int:
        return len(self._lines.get(topic, ()))

    def publish(self, topic: Topic, frame: Frame, *, but: Line | None = None) -> None:
        """Send a frame to everybody who listens to a topic (but one)."""
        if topic in self._lines:
            text = encode(frame)
            for line in self._lines[topic]:
                if line is not but:
                    line.send_text(text)


def encode(frame: Frame) -> str:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))
