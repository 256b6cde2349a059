"""Tell desks that are open what their members want to hear of."""

from collections.abc import Iterable
from dataclasses import dataclass

from tongxin.center.kit.signals import LIVE, tell
from tongxin.center.kit.text import clip
from tongxin.service.notices.values import Occasion

ALERT = "alert"  # what the wire calls it
_LONGEST = 120


@dataclass(frozen=True)
class Alert:
    """Something for one member (or for whoever wants it: None): who is meant, and what was said."""

    workspace_id: int
    member_id: int | None
    occasion: Occasion
    conversation_id: int
    name: str = ""
    text: str = ""
    rings: bool = False  # a telephone does: whoever is meant sees it at once


def alert(*, alerts: Iterable[Alert]) -> None:
    """Tell every process that holds desks."""
    tell(
        LIVE,
        [
            {
                "t": ALERT, "w": one.workspace_id, "m": one.member_id, "o": one.occasion,
                "c": one.conversation_id, "n": one.name, "x": clip(one.text, _LONGEST), "r": one.rings,
            }
            for one in alerts
        ],
    )  # fmt: skip
