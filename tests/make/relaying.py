"""Let handlers hear what happened, as the worker does."""

import time

from tests.make.world import NOON
from tongxin.center.timeline.relay import SUBSCRIPTIONS, deliver, unsettled

_PATIENCE = 120  # seconds: a test of another worker may be one long transaction


def settle() -> None:
    """Wait until no transaction, in whichever database of this server, holds events back."""
    until = time.monotonic() + _PATIENCE
    while unsettled() and time.monotonic() < until:
        time.sleep(0.01)


def relayed() -> None:
    """Let the rooms hear everything that happened."""
    for subscription in SUBSCRIPTIONS.values():
        settle()
        while deliver(subscription, now=NOON):
            settle()
