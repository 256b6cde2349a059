"""A shop that is reached by WhatsApp, and what Meta lets it write there."""

from datetime import datetime
from itertools import count
from typing import Any

from tests.make.world import NOON, World
from tongxin.center.people.values import Address
from tongxin.service.channels.actions import create_inbox
from tongxin.service.channels.models import Template
from tongxin.service.channels.ports import Arrival
from tongxin.service.channels.values import Heard
from tongxin.service.conversations.actions import receive
from tongxin.service.conversations.values import Received

SENT = "{{name}}您好，订单 {{no}} 已发货。"
_numbers = count(1)


def by_whatsapp(tea: World, *, at: str = "https://nowhere.invalid") -> int:
    """Connect a number whose vendor is at an address."""
    settings = {
        "number_id": "106540352242922", "account_id": "102290129340398", "token": "EAAG-token",
        "app_secret": "f00d", "verify_token": "v", "api_base": at,
    }  # fmt: skip
    made: int = create_inbox(
        actor=tea.owner, channel="whatsapp", name="WhatsApp", settings=settings, now=NOON
    )
    return made


def writes_there(tea: World, inbox_id: int, *, at: datetime = NOON) -> Received:
    """Let Tom write to that number."""
    tom = Address("whatsapp", f"1650555{next(_numbers):04}", "Tom")
    arrival = Arrival(f"wamid.in{next(_numbers)}", tom, "壶裂了", at)
    [received] = receive(heard=[Heard(inbox_id, tea.workspace_id, "whatsapp", arrival)], now=at)
    return received


def approved(inbox_id: int, key: str = "order_sent", **more: Any) -> int:
    """Return a template that the inbox's vendor has approved."""
    told = {"name": key, "text": SENT, "holes": ["name", "no"], "details": {"is_named": True}}
    made = Template.objects.create(inbox_id=inbox_id, key=key, language="zh_CN", **{**told, **more})
    return int(made.pk)
