"""Workers, members and the person at the same moment: what rests leaves once, or not at all."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.make.together import together
from tests.make.world import NOON, World, world
from tongxin.service.conversations.models import Message
from tongxin.service.replies.actions import cancel, hold, release_due
from tongxin.service.replies.models import Held

MANY = 20


@pytest.fixture
def tea(transactional_db: None) -> World:
    return world()


def rested(tea: World, many: int) -> list[int]:
    ids = tea.conversations(many)
    return hold(actor=tea.owner, conversation_ids=ids, text="您好", seconds=1, now=NOON)


def due(tea: World) -> int:
    return release_due(now=NOON.replace(minute=5))


def test_many_workers_send_everything_once(tea: World) -> None:
    rested(tea, MANY)

    released = together([partial(due, tea)] * 6)

    assert sum(released) == MANY
    assert Message.objects.filter(kind="out").count() == MANY
    assert not Held.objects.exists()


def test_what_is_taken_back_while_it_leaves_is_either_sent_or_taken_back(tea: World) -> None:
    held = rested(tea, MANY)

    def take_back() -> int:
        return sum(len(cancel(actor=tea.owner, held_ids=[pk], now=NOON)) for pk in reversed(held))

    works: list[Callable[[], int]] = [partial(due, tea), partial(due, tea), take_back]
    first, other, taken = together(works)

    assert first + other + taken == MANY
    assert Message.objects.filter(kind="out").count() == first + other


def test_a_worker_that_dies_while_it_sends_has_done_nothing(
    tea: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rested(tea, 1)

    def die(*_anything: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Held, "delete", die)
        with pytest.raises(KeyboardInterrupt):
            due(tea)

    assert not Message.objects.filter(kind="out").exists()
    assert due(tea) == 1
