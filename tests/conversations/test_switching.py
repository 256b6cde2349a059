"""A conversation goes on at another of its person's addresses, and what they write there is heard in it."""

from datetime import timedelta

import pytest

from tests.make.world import NOON, World, world
from tongxin.center.kit.refusals import Refused
from tongxin.center.people.actions import Claimable, note_address
from tongxin.center.people.models import Identity
from tongxin.center.people.values import Address
from tongxin.service.channels.actions import create_inbox
from tongxin.service.channels.models import Departure
from tongxin.service.channels.ports import Arrival
from tongxin.service.channels.values import Capabilities, Heard
from tongxin.service.conversations.actions import carry_out, merge, receive, reply, switch
from tongxin.service.conversations.models import Conversation, Message
from tongxin.service.conversations.queries import WayRow, thread, ways
from tongxin.service.conversations.rules import is_offered, nearness, token_of
from tongxin.service.conversations.values import Received

MEI = "mei@post.example"
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def mails(tea: World) -> int:
    settings = {"address": "help@xiaoman.example", "smtp_host": "mail.example"}
    return create_inbox(actor=tea.owner, channel="email", name="邮箱", settings=settings, now=NOON)


@pytest.fixture
def chat(tea: World) -> Received:
    return tea.write("壶盖碎了")


@pytest.fixture
def address(tea: World, chat: Received) -> int:
    note_address(
        actor=tea.owner, person_ids=[chat.person_id], kind=Claimable.EMAIL, value=MEI, now=NOON
    )
    return Identity.objects.get(person_id=chat.person_id, kind="email").pk


def go(tea: World, chat: Received, inbox_id: int, address: int) -> int:
    return switch(
        actor=tea.owner, conversation_id=chat.conversation_id, inbox_id=inbox_id, identity_id=address,
        now=LATER,
    )  # fmt: skip


def offered(tea: World, chat: Received) -> list[WayRow]:
    return list(ways(actor=tea.owner, conversation_id=chat.conversation_id, now=LATER))


def said(tea: World, chat: Received) -> Message:
    [pk] = reply(
        actor=tea.owner, conversation_ids=[chat.conversation_id], text="已为您补发", now=LATER
    )
    return Message.objects.get(pk=pk)


def mail_back(tea: World, mails: int, chat: Received, sender: str = MEI) -> Received:
    number = Conversation.objects.get(pk=chat.conversation_id).number
    arrival = Arrival(
        "a@post.example", Address("email", sender, "小梅"), "谢谢", LATER, subject="Re: 壶盖碎了",
        token=token_of(tea.workspace_id, number), details={"token_by": "address"},
    )  # fmt: skip
    [heard] = receive(heard=[Heard(mails, tea.workspace_id, "email", arrival)], now=LATER)
    return heard


@pytest.mark.usefixtures("address")
def test_every_address_that_an_inbox_reaches_is_offered(
    tea: World, chat: Received, mails: int
) -> None:
    own, other = offered(tea, chat)

    assert (own.inbox_id, own.is_next, own.conversation_id) == (
        tea.inbox_id,
        True,
        chat.conversation_id,
    )
    assert (other.inbox_id, other.address, other.conversation_id) == (mails, MEI, None)
    assert other.window.is_open


def test_an_answer_goes_there_and_its_answer_comes_back(
    tea: World, chat: Received, mails: int, address: int
) -> None:
    assert go(tea, chat, mails, address) == 1
    sent = said(tea, chat)
    assert (sent.inbox_id, sent.state, sent.conversation_id) == (
        mails,
        "queued",
        chat.conversation_id,
    )
    carry_out(message_ids=[sent.pk], now=LATER)
    assert Departure.objects.get().payload["recipient"] == ["email", MEI, "小梅"]

    heard = mail_back(tea, mails, chat)

    assert (heard.place_id, heard.person_id) == (chat.conversation_id, chat.person_id)
    shown = thread(actor=tea.owner, conversation_id=chat.conversation_id)
    assert [letter.is_stranger for letter in shown.letters] == [False]
    assert said(tea, chat).inbox_id == mails  # they wrote there last


def test_the_chat_goes_on_once_they_write_in_it(
    tea: World, chat: Received, mails: int, address: int
) -> None:
    go(tea, chat, mails, address)
    tea.write("我回来了", at=LATER)

    assert said(tea, chat).inbox_id == tea.inbox_id


def test_whoever_else_answers_by_mail_is_a_stranger(
    tea: World, chat: Received, mails: int, address: int
) -> None:
    go(tea, chat, mails, address)
    mail_back(tea, mails, chat, sender="tom@post.example")

    shown = thread(actor=tea.owner, conversation_id=chat.conversation_id)
    assert [letter.is_stranger for letter in shown.letters] == [True]


def test_twice_is_once_and_back_is_back(
    tea: World, chat: Received, mails: int, address: int
) -> None:
    own = Conversation.objects.get(pk=chat.conversation_id).endpoint_id
    assert [go(tea, chat, mails, address), go(tea, chat, mails, address)] == [1, 0]
    assert [go(tea, chat, tea.inbox_id, own), go(tea, chat, tea.inbox_id, own)] == [1, 0]

    assert go(tea, chat, mails, address) == 1
    assert Conversation.objects.count() == 2
    assert [way.is_next for way in offered(tea, chat)] == [True, False]
    assert offered(tea, chat)[0].inbox_id == mails


def test_it_comes_along_when_the_conversation_is_merged(
    tea: World, chat: Received, mails: int, address: int
) -> None:
    go(tea, chat, mails, address)
    other = tea.write("另一件事", by="老王")
    merge(
        actor=tea.owner,
        conversation_ids=[chat.conversation_id],
        into_id=other.conversation_id,
        now=LATER,
    )

    heard = mail_back(tea, mails, chat)

    assert heard.place_id == other.conversation_id
    assert heard.person_id == chat.person_id


def test_what_does_not_fit_is_refused(tea: World, chat: Received, mails: int, address: int) -> None:
    stranger = world("Leaf")
    with pytest.raises(Refused, match="inbox"):
        go(tea, chat, stranger.inbox_id, address)
    with pytest.raises(Refused, match="does not reach"):
        go(tea, chat, mails, Conversation.objects.get(pk=chat.conversation_id).endpoint_id)
    with pytest.raises(Refused, match="no such address"):
        go(
            tea,
            chat,
            mails,
            Conversation.objects.get(pk=tea.write("x", by="老王").conversation_id).endpoint_id,
        )


def test_a_channel_where_only_people_begin_is_not_offered() -> None:
    assert is_offered(Capabilities(reaches=("phone",)), "phone")
    assert not is_offered(Capabilities(reaches=("phone",)), "email")
    assert not is_offered(Capabilities(reaches=("telegram",), sends_first=False), "telegram")
    assert not is_offered(Capabilities(reaches=("webchat",), live=True), "webchat")


def test_what_a_channel_names_first_comes_first() -> None:
    wanted = ("sms", "email")

    assert [nearness(name, wanted) for name in ("sms_twilio", "email", "line")] == [0, 1, 2]
