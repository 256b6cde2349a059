"""Pure decisions about channels."""

from tongxin.service.channels.rules.abilities import capabilities_of
from tongxin.service.channels.rules.filling import filled
from tongxin.service.channels.rules.pacing import (
    MOST_ATTEMPTS,
    Bucket,
    back_off,
    hold_for,
    refilled,
)
from tongxin.service.channels.rules.windows import window_of

__all__ = [
    "MOST_ATTEMPTS",
    "Bucket",
    "back_off",
    "capabilities_of",
    "filled",
    "hold_for",
    "refilled",
    "window_of",
]
