"""A chat whose visitor is gone goes on by mail: once, gathered, and it comes back."""

from datetime import datetime, timedelta

import pytest

from tests.conversations.test_switching import MEI, address, chat, mail_back, mails
from tests.make.world import NOON, World
from tongxin.center.people.actions import block
from tongxin.center.timeline.models import Event
from tongxin.service.channels.actions import change_inbox, create_inbox
from tongxin.service.channels.models import Departure, Gate, Inbox
from tongxin.service.conversations.actions import SOON, mail_unread, recall, reply, resolve
from tongxin.service.conversations.models import Message
from tongxin.service.conversations.values import Received, State

__all__ = ["address", "chat", "mails"]
pytestmark = pytest.mark.usefixtures("mails", "address")


def answer(tea: World, chat: Received, text: str, at: datetime = NOON) -> int:
    [pk] = reply(actor=tea.owner, conversation_ids=[chat.conversation_id], text=text, now=at)
    return int(pk)


def later(**passed: int) -> datetime:
    return NOON + timedelta(**passed)


def test_two_minutes_later_everything_unread_goes_in_one_mail(tea: World, chat: Received) -> None:
    answer(tea, chat, "已为您补发")
    last = answer(tea, chat, "快递单号 SF123", later(minutes=1))

    assert mail_unread(now=later(seconds=119)) == 0
    assert mail_unread(now=later(minutes=2, seconds=1)) == 1

    mail = Departure.objects.get()
    assert (mail.message_id, mail.payload["recipient"][:2]) == (last, ["email", MEI])
    assert "已为您补发\n\n快递单号 SF123" in mail.payload["text"]
    assert mail.payload["text"].startswith("您已离开")
    told = Event.objects.get(kind="conversation.mailed")
    assert told.data["messages"] == 2


def test_what_went_goes_once_and_what_is_new_goes_alone(tea: World, chat: Received) -> None:
    answer(tea, chat, "已为您补发")
    assert [mail_unread(now=later(minutes=3)), mail_unread(now=later(minutes=4))] == [1, 0]

    answer(tea, chat, "今天发出", later(minutes=5))

    assert mail_unread(now=later(minutes=8)) == 1
    latest = Departure.objects.latest("pk").payload["text"]
    assert "今天发出" in latest
    assert "补发" not in latest


def another(tea: World, **kept: int) -> int:
    settings = {"address": "tea@xiaoman.example", "smtp_host": "mail.example"}
    pk = create_inbox(actor=tea.owner, channel="email", name="茶馆", settings=settings, now=NOON)
    Inbox.objects.filter(pk=pk).update(**kept)
    return int(pk)


def test_of_several_mailboxes_that_of_the_chat_s_queue_mails(tea: World, chat: Received) -> None:
    Inbox.objects.filter(pk=tea.inbox_id).update(queue_id=7)
    own = another(tea, queue_id=7)
    answer(tea, chat, "已为您补发")

    assert mail_unread(now=later(minutes=3)) == 1
    assert Departure.objects.get().inbox_id == own


def test_a_mailbox_that_works_mails_for_one_that_does_not(
    tea: World, chat: Received, mails: int
) -> None:
    other = another(tea)
    Gate.objects.update_or_create(inbox_id=mails, defaults={"hold_reason": "auth"})
    answer(tea, chat, "已为您补发")
    assert mail_unread(now=later(minutes=3)) == 1

    Gate.objects.update(hold_reason="")
    assert mail_unread(now=later(minutes=4)) == 0  # by whichever it went, it went

    assert Departure.objects.get().inbox_id == other


def test_whoever_is_there_or_has_read_it_gets_none(tea: World, chat: Received) -> None:
    pk = answer(tea, chat, "已为您补发")
    Message.objects.filter(pk=pk).update(state=State.READ)
    assert mail_unread(now=later(minutes=30)) == 0

    Message.objects.filter(pk=pk).update(state=State.DELIVERED)
    assert mail_unread(now=later(minutes=9)) == 0
    assert mail_unread(now=later(minutes=11)) == 1


def test_a_quick_look_finds_what_is_due_and_a_long_one_what_is_late(
    tea: World, chat: Received
) -> None:
    pk = answer(tea, chat, "已为您补发")
    Message.objects.filter(pk=pk).update(state=State.DELIVERED)
    assert mail_unread(now=later(minutes=10, seconds=20), looks_back=SOON) == 1

    answer(tea, chat, "今天发出", later(minutes=30))
    assert mail_unread(now=later(minutes=46), looks_back=SOON) == 0
    assert mail_unread(now=later(minutes=46)) == 1


def test_a_mail_that_answers_it_is_heard_in_the_chat_and_answered_by_mail(
    tea: World, chat: Received, mails: int
) -> None:
    answer(tea, chat, "已为您补发")
    mail_unread(now=later(minutes=3))

    heard = mail_back(tea, mails, chat)

    assert (heard.place_id, heard.person_id) == (chat.conversation_id, chat.person_id)
    assert Message.objects.get(pk=answer(tea, chat, "不客气", later(minutes=9))).inbox_id == mails


def test_who_comes_back_writes_in_the_chat_and_is_answered_there(
    tea: World, chat: Received
) -> None:
    answer(tea, chat, "已为您补发")
    mail_unread(now=later(minutes=3))

    tea.write("我回来了", at=later(minutes=4))

    assert mail_unread(now=later(minutes=9)) == 0
    assert (
        Message.objects.get(pk=answer(tea, chat, "好", later(minutes=9))).inbox_id == tea.inbox_id
    )


def test_what_was_taken_back_or_may_not_go_does_not(tea: World, chat: Received) -> None:
    pk = answer(tea, chat, "说错了")
    recall(actor=tea.owner, message_ids=[pk], now=later(seconds=30))
    assert mail_unread(now=later(minutes=3)) == 0

    answer(tea, chat, "已为您补发", later(minutes=3))
    change_inbox(
        actor=tea.owner,
        inbox_id=tea.inbox_id,
        name="官网",
        settings={"mail_unread": False},
        now=later(minutes=3),
    )
    assert mail_unread(now=later(minutes=9)) == 0

    change_inbox(
        actor=tea.owner,
        inbox_id=tea.inbox_id,
        name="官网",
        settings={"mail_unread": True},
        now=later(minutes=3),
    )
    block(actor=tea.owner, person_ids=[chat.person_id], reason="", now=later(minutes=3))
    assert mail_unread(now=later(minutes=9)) == 0


def test_a_settled_talk_says_its_last_word_by_mail_as_well(tea: World, chat: Received) -> None:
    answer(tea, chat, "已为您补发")
    resolve(actor=tea.owner, conversation_ids=[chat.conversation_id], now=later(minutes=1))

    assert mail_unread(now=later(minutes=3)) == 1
