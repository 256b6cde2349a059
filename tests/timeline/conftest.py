import time
from collections.abc import Callable, Iterator, Sequence

import pytest
from django.db import transaction

from tests.make.world import NOON
from tongxin.center.timeline.models import Event
from tongxin.center.timeline.relay import SUBSCRIPTIONS, Handler, Subscription
from tongxin.center.timeline.values import Delivered

Subscribe = Callable[[Handler, int], Subscription]
NAME = "test.listen"


@pytest.fixture
def subscribe() -> Iterator[Subscribe]:
    """Return how a test lets a handler of its own hear ``tea.*`` facts, for as long as it runs."""

    def subscribe(handler: Handler, batch: int = 10) -> Subscription:
        kinds = frozenset({"tea.brewed", "tea.spilled"})
        SUBSCRIPTIONS[NAME] = Subscription(NAME, kinds, handler, batch)
        return SUBSCRIPTIONS[NAME]

    yield subscribe
    SUBSCRIPTIONS.pop(NAME, None)


def subjects(events: Sequence[Delivered]) -> list[str]:
    return [event.subject for event in events]


def tell(*subjects: str, kind: str = "tea.brewed", workspace_id: int = 1) -> None:
    Event.objects.bulk_create(
        Event(
            workspace_id=workspace_id, kind=kind, subject=subject, actor="house:0", happened_at=NOON
        )
        for subject in subjects
    )


def slowly_tell(name: str, pause: float) -> None:
    """Tell ten facts, each in a transaction that takes its time to commit."""
    for n in range(10):
        with transaction.atomic():
            tell(f"{name}:{n}")
            time.sleep(pause)
