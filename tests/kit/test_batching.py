"""Who comes alone is served at once; behind a crowd those who come while it breathes go together."""

import asyncio
from collections.abc import Sequence

import pytest

from tests.make import loops
from tongxin.center.kit.batching import CROWD, Batcher


class House:
    """Serves batches, notes how large they were, and breathes until it is told to go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, breath: float = 1) -> None:
        self.sizes: list[int] = []
        self.breaths = 0
        self.goes_on = asyncio.Event()
        self.batcher: Batcher[int, int] = Batcher(self._flush, breath=breath)
        monkeypatch.setattr(self.batcher, "_breathe", self._breathe)

    async def _flush(self, batch: Sequence[int]) -> Sequence[int]:
        self.sizes.append(len(batch))
        return [item + 1 for item in batch]

    async def _breathe(self) -> None:
        self.breaths += 1
        await self.goes_on.wait()

    async def ask(self, many: int) -> list[int]:
        return list(await asyncio.gather(*map(self.batcher.ask, range(many))))


def test_those_who_come_behind_a_crowd_go_together(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> House:
        house = House(monkeypatch)
        assert await house.ask(CROWD) == list(range(1, CROWD + 1))
        late = [asyncio.create_task(house.ask(2))]
        for _turn in range(9):
            await asyncio.sleep(0)
        late.append(asyncio.create_task(house.ask(3)))
        for _turn in range(9):
            await asyncio.sleep(0)
        assert house.sizes == [CROWD]
        house.goes_on.set()
        assert await asyncio.gather(*late) == [[1, 2], [1, 2, 3]]
        await house.batcher.drain()
        return house

    house = loops.run(story())

    assert house.sizes == [CROWD, 5]
    assert house.breaths == 1


@pytest.mark.parametrize(("many", "breath"), [(CROWD - 1, 1.0), (CROWD, 0.0)])
def test_nobody_waits_behind_a_few_or_where_no_breath_is_taken(
    monkeypatch: pytest.MonkeyPatch, many: int, breath: float
) -> None:
    async def story() -> House:
        house = House(monkeypatch, breath)
        await house.ask(many)
        assert await house.ask(1) == [1]
        return house

    house = loops.run(story())

    assert house.sizes == [many, 1]
    assert not house.breaths


def test_whoever_was_asked_behind_a_breath_is_served_before_the_house_closes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def story() -> list[int]:
        house = House(monkeypatch)
        await house.ask(CROWD)
        last = asyncio.create_task(house.ask(1))
        await asyncio.sleep(0)
        house.goes_on.set()
        await house.batcher.drain()
        return await last

    assert loops.run(story()) == [1]
