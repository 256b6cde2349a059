"""How the shop calls what stands where: its own statuses, and what is on hold today."""

from collections.abc import Mapping
from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.service.conversations import actions
from tongxin.service.conversations.values import Status, Tint

_STATUSES = (
    (Status.ON_HOLD, "等仓库 Warehouse", "正在为您核实", Tint.AMBER),
    (Status.ON_HOLD, "等景德镇 Kiln", "窑厂正在制作", Tint.AMBER),
    (Status.ON_HOLD, "等快递 Courier", "正在催促快递", Tint.CINNABAR),
    (Status.OPEN, "主管跟进 Lead", "", Tint.CINNABAR),
    (Status.RESOLVED, "已退款 Refunded", "已退款", Tint.JADE),
    (Status.RESOLVED, "已换货 Exchanged", "已换货", Tint.JADE),
)
_ON_HOLD = {"linxi": "等仓库 Warehouse", "greta": "等快递 Courier", "zhao": "主管跟进 Lead"}


def name_statuses(owner: Actor, now: datetime) -> Mapping[str, int]:
    """Let the shop have its own statuses; return them by name."""
    return {
        name: actions.create_status(
            actor=owner, category=category, name=name, shown=shown, tint=tint, now=now
        )
        for category, name, shown, tint in _STATUSES
    }


def put_on_hold(
    owner: Actor, talks: Mapping[str, int], statuses: Mapping[str, int], now: datetime
) -> None:
    """Let some of today's talks wait for somebody else."""
    for who, name in _ON_HOLD.items():
        if who in talks:
            actions.set_status(
                actor=owner, conversation_ids=[talks[who]], status_id=statuses[name], now=now
            )
