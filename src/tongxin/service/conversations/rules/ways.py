"""Which other way of answering is worth offering."""

from collections.abc import Sequence

from tongxin.service.channels.values import Capabilities


def is_offered(can: Capabilities, kind: str) -> bool:
    """Whether a channel may begin at an address of this kind: not where only people may, nor at a screen."""
    return kind in can.reaches and can.sends_first and not can.live


def nearness(channel: str, wanted: Sequence[str]) -> int:
    """Return which place a channel has among the ways another one names (``sms`` is ``sms_twilio``, too)."""
    for place, name in enumerate(wanted):
        if channel == name or channel.startswith(f"{name}_"):
            return place
    return len(wanted)
