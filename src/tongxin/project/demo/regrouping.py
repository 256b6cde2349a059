"""What belongs together, and what does not: one talk is merged into another, one is split."""

from collections.abc import Mapping
from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.service.conversations import actions
from tongxin.service.conversations.models import Message

_MERGED = ("v4", "greta")
_SPLIT = ("ouyang", "茶针")


def regroup(staff: Mapping[str, Actor], talks: Mapping[str, int], now: datetime) -> None:
    """Merge what Greta wrote from another device into her talk, and split a second matter off."""
    source, target = (talks[who] for who in _MERGED)
    actions.merge(actor=staff["anna"], conversation_ids=[source], into_id=target, now=now)
    who, word = _SPLIT
    other = Message.objects.filter(conversation=talks[who], text__contains=word)
    actions.split(
        actor=staff["li"], conversation_id=talks[who], now=now,
        message_ids=list(other.values_list("pk", flat=True)),
    )  # fmt: skip
