"""What a vendor has approved may be written also where one may not write freely."""

from typing import Any

import pytest

from tests.make.templates import approved, by_whatsapp, writes_there
from tests.make.world import NOON, World
from tongxin.center.kit.refusals import Refused
from tongxin.service.channels.models import Departure, Template
from tongxin.service.conversations.actions import carry_out, reply, send_template
from tongxin.service.conversations.models import Carried, Conversation, Message

VALUES = {"name": "小梅", "no": "88"}


class Talk:
    """Tom has written to the shop's number; his vendor has approved one template."""

    def __init__(self, tea: World) -> None:
        self.tea = tea
        self.inbox_id = by_whatsapp(tea)
        self.id = writes_there(tea, self.inbox_id).conversation_id
        self.template_id = approved(self.inbox_id)

    def send(self, **more: Any) -> int:
        told = {"conversation_id": self.id, "template_id": self.template_id, "values": VALUES}
        return int(send_template(actor=self.tea.owner, now=NOON, **{**told, **more}))


@pytest.fixture
def talk(tea: World) -> Talk:
    return Talk(tea)


def test_it_stands_in_the_thread_and_its_channel_carries_it(talk: Talk) -> None:
    pk = talk.send(values={"name": " 小\n梅 ", "no": "88", "else": "x"}, client_id="t1")
    again = talk.send(client_id="t1", values={})
    carry_out(message_ids=[pk], now=NOON)

    said = Message.objects.get(pk=pk)
    assert (again, said.text, said.state) == (pk, "小 梅您好，订单 88 已发货。", "queued")
    assert Conversation.objects.get(pk=talk.id).assignee_id == talk.tea.owner.id
    [departure] = Departure.objects.filter(inbox_id=talk.inbox_id)
    assert departure.payload["text"] == said.text
    assert departure.payload["template"]["name"] == "order_sent"
    [body] = departure.payload["template"]["components"]
    assert [one["text"] for one in body["parameters"]] == ["小 梅", "88"]


def test_what_is_said_freely_carries_none(talk: Talk) -> None:
    said = reply(actor=talk.tea.owner, conversation_ids=[talk.id], text="您好", now=NOON)
    carry_out(message_ids=said, now=NOON)

    assert "template" not in Departure.objects.get(inbox_id=talk.inbox_id).payload
    assert not Carried.objects.exists()


@pytest.mark.parametrize("values", [{}, {"name": "小梅"}, {"name": "小梅", "no": " \n\x00"}])
def test_a_hole_is_not_left_empty(talk: Talk, values: dict[str, str]) -> None:
    with pytest.raises(Refused, match=r"template\.unfilled"):
        talk.send(values=values)

    assert not Carried.objects.exists()


def test_it_goes_by_its_own_inbox_only(talk: Talk) -> None:
    elsewhere = talk.tea.write("您好").conversation_id

    with pytest.raises(Refused, match=r"template\.elsewhere"):
        talk.send(conversation_id=elsewhere)
    with pytest.raises(Refused, match=r"template\.elsewhere"):
        talk.send(template_id=approved(by_whatsapp(talk.tea)))
    with pytest.raises(Refused, match=r"template\.missing"):
        talk.send(template_id=2**40)
    Template.objects.filter(pk=talk.template_id).delete()
    with pytest.raises(Refused, match=r"template\.missing"):
        talk.send()


def test_whoever_is_too_late_is_stopped(talk: Talk) -> None:
    with pytest.raises(Refused, match=r"conversation\.moved_on"):
        talk.send(fence=-1)


def test_a_template_is_a_message_at_most_as_long_as_others(talk: Talk) -> None:
    with pytest.raises(Refused, match=r"message\.too_long"):
        talk.send(values={"name": "很" * 20_000, "no": "1"})
