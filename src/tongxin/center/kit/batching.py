"""Many callers, one batch: flush when the last flush is done.

A lone caller is served at once; under load the batch grows to what came in while the last one was
being written (natural group commit), and while the house takes a breath behind a crowd: those who were
just answered speak again at once, and what is written together costs less.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")
CROWD = 16


class Full(Exception):
    """More is waiting than we promise to hold; the caller should come back."""


class Batcher(Generic[Item, Answer]):
    """Collects items and hands them to ``flush``, which answers them in order."""

    def __init__(
        self,
        flush: Callable[[Sequence[Item]], Awaitable[Sequence[Answer | Exception]]],
        *,
        most: int = 500,
        waiting: int = 20_000,
        breath: float = 0,
    ) -> None:
        """Behind a batch of at least ``CROWD`` items the next waits for ``breath`` seconds."""
        self._flush = flush
        self._breath = breath
        self._most = most
        self._limit = waiting
        self._queue: list[tuple[Item, asyncio.Future[Answer]]] = []
        self._running: asyncio.Task[None] | None = None

    async def ask(self, item: Item) -> Answer:
        """Return this item's answer once its batch is through; raise what its flush said of it."""
        if len(self._queue) >= self._limit:
            raise Full
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._queue.append((item, future))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await future

    async def drain(self) -> None:
        """Wait until nothing is under way."""
        if self._running is not None:
            await self._running

    async def _run(self) -> None:
        try:
            while self._queue:
                batch, self._queue = self._queue[: self._most], self._queue[self._most :]
                await self._serve(batch)
                if self._breath and len(batch) >= CROWD:
                    await self._breathe()
        finally:
            self._running = None

    async def _breathe(self) -> None:
        await asyncio.sleep(self._breath)

    async def _serve(self, batch: list[tuple[Item, "asyncio.Future[Answer]"]]) -> None:
        try:
            answers = await self._flush([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - every caller hears what went wrong
            answers = [error] * len(batch)
        for (_, future), answer in zip(batch, answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)
