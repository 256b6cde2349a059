from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tongxin.center.kit.placeholders import Value

SHARE = "reply.share"  # the permission to write words that everybody has


@dataclass(frozen=True)
class Setting:
    """What a text is filled in with for one conversation, and in which language it is best said."""

    values: Mapping[str, Value]
    language: str
    house_language: str


class Rest(StrEnum):
    """What became of words that rest until their time. What was sent rests no more: it is a message."""

    WAITING = "waiting"
    ASKING = "asking"
    FAILED = "failed"
    CANCELLED = "cancelled"


class OnReply(StrEnum):
    """What happens to scheduled words when the person writes before their time."""

    ASK = "ask"
    CANCEL = "cancel"
    SEND = "send"
