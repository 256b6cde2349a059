"""Forty at the same moment: one gate, one rate, one turn for each conversation."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.make.together import together
from tests.make.world import NOON, World, world
from tests.plugins.faulty import installed
from tongxin.service.channels.actions import Outgoing, create_inbox, enqueue
from tongxin.service.channels.actions.queueing import Claimed, claim
from tongxin.service.channels.queries import capabilities

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def box(transactional_db: None, tmp_path: Path) -> Iterator[int]:
    with installed(tmp_path, "rate = { count = 50, seconds = 60 }"):
        tea: World = world()
        inbox_id = create_inbox(actor=tea.owner, channel="faulty", name="信箱", now=NOON)
        going = [
            Outgoing(tea.workspace_id, inbox_id, n + 1, n % 30, {"recipient": ["faulty", "u", ""], "text": "1"})
            for n in range(300)
        ]  # fmt: skip
        enqueue(outgoing=going, now=NOON)
        yield inbox_id


def test_forty_who_send_take_no_more_than_the_rate_and_nothing_twice(box: int) -> None:
    can = capabilities("faulty")

    def take() -> list[Claimed]:
        return [one for _ in range(5) for one in claim(inbox_id=box, can=can, most=3, now=NOON)]

    claimed = [one for some in together([take] * 40) for one in some]

    assert can.rate is not None
    assert len(claimed) == can.rate.burst
    assert max(Counter(one.lane for one in claimed).values()) == 1
    assert max(Counter(one.id for one in claimed).values()) == 1


def test_forty_who_put_the_same_into_the_queue_put_it_in_once(box: int) -> None:
    again = Outgoing(1, box, 1000, 1, {"recipient": ["faulty", "u", ""], "text": "1"})

    made = together([lambda: enqueue(outgoing=[again], now=NOON)] * 40)

    assert sum(made) == 1
