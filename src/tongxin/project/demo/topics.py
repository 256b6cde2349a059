"""What people come to the shop for, and what was written down at the end of talks."""

from collections.abc import Mapping
from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.service.conversations import actions
from tongxin.service.conversations.values import Asks

_TOPICS: Mapping[str, tuple[str, ...]] = {
    "售前 Before buying": ("选壶 Choosing", "送礼与刻字 Gifts"),
    "物流 Shipping": ("延误 Late", "改地址 Address"),
    "售后 After sales": ("破损 Broken", "退款 Refund", "发票 Invoice"),
    "养护与课程 Care and classes": (),
}
_OF_TAGS = {
    "售前": "选壶 Choosing", "advice": "选壶 Choosing", "物流": "延误 Late", "shipping": "延误 Late",
    "破损": "破损 Broken", "换货": "破损 Broken", "退款": "退款 Refund", "发票": "发票 Invoice",
    "invoice": "发票 Invoice", "养护": "养护与课程 Care and classes", "课程": "养护与课程 Care and classes",
}  # fmt: skip


def name_topics(owner: Actor, inbox_id: int, now: datetime) -> Mapping[str, int]:
    """Let the shop have topics, and ask for them; return them by name."""
    made: dict[str, int] = {}
    for name, below in _TOPICS.items():
        made[name] = parent_id = actions.create_topic(actor=owner, name=name, now=now)
        for child in below:
            made[child] = actions.create_topic(
                actor=owner, name=child, parent_id=parent_id, now=now
            )
    actions.set_wrap_up(actor=owner, inbox_ids=[inbox_id], asks=Asks.MAY, now=now)
    return made


def wrap_up(
    agent: Actor,
    conversation_id: int,
    tags: tuple[str, ...],
    topics: Mapping[str, int],
    now: datetime,
) -> None:
    """Say what a talk was about, where its tags tell."""
    name = next((_OF_TAGS[tag] for tag in tags if tag in _OF_TAGS), None)
    if name is not None:
        actions.wrap_up(
            actor=agent, conversation_ids=[conversation_id], topic_id=topics[name], now=now
        )
