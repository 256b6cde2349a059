"""Editing and recalling at the desk, at channels that others run: offered while it can be done, and what came of it."""

import re
from datetime import timedelta

from django.test import Client
from django.utils import timezone

from tests.make.world import World
from tongxin.center.kit.ids import public_id
from tongxin.center.people.values import Address
from tongxin.service.channels.actions import create_inbox
from tongxin.service.channels.models import Departure
from tongxin.service.channels.ports import Arrival
from tongxin.service.channels.values import Heard
from tongxin.service.conversations.actions import carry_out, receive, reply
from tongxin.service.conversations.models import Message


def answered(tea: World, *, hours_ago: float = 0, state: str = "sent") -> Message:
    """Let 小梅 write by Telegram, and be answered."""
    at = timezone.now() - timedelta(hours=hours_ago)
    given = {"token": "1:bot"}
    inbox_id = create_inbox(actor=tea.owner, channel="telegram", name="Bot", settings=given, now=at)
    arrival = Arrival("5:1", Address("telegram", "5", "小梅"), "什么时候到货", at)
    heard = Heard(inbox_id, tea.workspace_id, "telegram", arrival)
    mine = receive(heard=[heard], now=at)[0].conversation_id
    [pk] = reply(actor=tea.owner, conversation_ids=[mine], text="明天到货", now=at)
    carry_out(message_ids=[pk], now=at)
    if state == "sent":
        Departure.objects.update(state="sent", external_id="5:2")
        Message.objects.filter(pk=pk).update(state="sent", external_id="5:2")
    return Message.objects.get(pk=pk)


def shown(desk: Client, message: Message) -> str:
    path = f"/desk/c/{public_id('conv', message.conversation_id)}/"
    page = desk.get(path, headers={"HX-Request": "true"}).content.decode()
    [article] = re.findall(
        rf'<article class="msg ours" id="{public_id("msg", message.pk)}".*?</article>',
        page,
        re.DOTALL,
    )
    return str(article)


def offered(article: str) -> list[str]:
    return re.findall(r'data-mend="(\w+)"', article)


def test_what_is_said_by_telegram_can_be_changed_for_two_days(tea: World, li: Client) -> None:
    message = answered(tea, hours_ago=47)
    assert offered(shown(li, message)) == ["edit", "recall"]

    told = li.post(f"/desk/m/{public_id('msg', message.pk)}/edit/", {"text": "后天到货"})

    assert told.status_code == 204
    article = shown(li, message)
    assert "后天到货" in article
    assert "修改发送中" in article
    waiting = Departure.objects.exclude(mend_id=0).get()
    assert (waiting.state, waiting.payload["text"]) == ("waiting", "后天到货")


def test_later_it_is_not_offered_and_not_done(tea: World, li: Client) -> None:
    message = answered(tea, hours_ago=49)
    assert offered(shown(li, message)) == []

    told = li.post(f"/desk/m/{public_id('msg', message.pk)}/recall/")

    assert told.status_code == 409
    assert Message.objects.get(pk=message.pk).text == "明天到货"


def test_what_still_waits_can_be_taken_back_however_long_it_waits(tea: World, li: Client) -> None:
    message = answered(tea, hours_ago=49, state="queued")
    assert offered(shown(li, message)) == ["edit", "recall"]

    li.post(f"/desk/m/{public_id('msg', message.pk)}/recall/")

    assert not Departure.objects.exists()
    assert 'data-state="queued"' not in shown(li, message)


def test_where_the_vendor_refused_it_the_thread_says_what_the_person_has(
    tea: World, li: Client
) -> None:
    message = answered(tea)
    failed = {
        "text": "后天到货",
        "changed": "edited",
        "mend_state": "failed",
        "mend_error": "fixed",
    }
    Message.objects.filter(pk=message.pk).update(**failed)

    article = shown(li, message)

    assert "用户看到的仍是原来的内容。" in article
    assert "渠道已不允许修改或撤回这条消息。" in article
    assert "/retry/" in article
