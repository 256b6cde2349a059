from collections.abc import Callable, Iterator, Sequence

import pytest

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
