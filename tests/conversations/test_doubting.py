"""What comes back makes its address suspect, until somebody writes from it."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.desk.conftest import log_in
from tests.make.relaying import relayed
from tests.make.world import NOON, World, world
from tongxin.center.kit.ids import public_id
from tongxin.center.people.models import Identity
from tongxin.center.people.queries import person
from tongxin.center.people.values import Address
from tongxin.center.timeline.models import Event
from tongxin.service.channels.actions import create_inbox
from tongxin.service.channels.ports import Arrival, Failure
from tongxin.service.channels.values import Heard
from tongxin.service.conversations.actions import (
    Told,
    believe,
    doubt,
    mail_unread,
    note_departures,
    receive,
    reply,
)
from tongxin.service.conversations.queries import ways
from tongxin.service.conversations.values import Received, State

pytestmark = pytest.mark.django_db(transaction=True)
MEI = Address("email", "mei@post.example", "小梅")
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def tea() -> World:
    return world()


@pytest.fixture
def mails(tea: World) -> int:
    settings = {"address": "help@xiaoman.example", "smtp_host": "mail.example"}
    return create_inbox(actor=tea.owner, channel="email", name="邮箱", settings=settings, now=NOON)


def wrote(tea: World, inbox_id: int, minutes: int = 0) -> Received:
    at = NOON + timedelta(minutes=minutes)
    arrival = Arrival(f"{minutes}@post.example", MEI, "壶盖碎了", at, subject="壶盖")
    [received] = receive(heard=[Heard(inbox_id, tea.workspace_id, "email", arrival)], now=at)
    return received


def answered(tea: World, mail: Received, failure: Failure) -> None:
    [pk] = reply(actor=tea.owner, conversation_ids=[mail.conversation_id], text="补发", now=LATER)
    note_departures(told=[Told(pk, State.FAILED, failure)], now=LATER)
    relayed()


def suspects() -> list[str]:
    return [one.value for one in Identity.objects.exclude(suspect_since=None)]


def test_what_comes_back_makes_the_address_suspect_and_a_mail_from_it_clears_it(
    tea: World, mails: int
) -> None:
    mail = wrote(tea, mails)
    answered(tea, mail, Failure.INVALID_RECIPIENT)
    came_back = suspects()
    [known] = person(actor=tea.owner, person_id=mail.person_id).identities
    wrote(tea, mails, minutes=9)
    relayed()

    assert came_back == [MEI.value]
    assert known.suspect_since is not None
    assert suspects() == []
    told = Event.objects.filter(kind__startswith="identity.").order_by("pk")
    assert [event.kind for event in told] == ["identity.suspected", "identity.cleared"]


@pytest.mark.parametrize("failure", [Failure.TRANSIENT, Failure.QUOTA, Failure.BLOCKED])
def test_what_fails_otherwise_does_not(tea: World, mails: int, failure: Failure) -> None:
    answered(tea, wrote(tea, mails), failure)

    assert suspects() == []


def test_whoever_writes_there_is_told_before_they_do(
    tea: World, mails: int, client: Client
) -> None:
    mail = wrote(tea, mails)
    answered(tea, mail, Failure.INVALID_RECIPIENT)
    [way] = ways(actor=tea.owner, conversation_id=mail.conversation_id, now=LATER)
    log_in(client, tea.owner)
    shown = client.get(f"/desk/all/{public_id('conv', mail.conversation_id)}/").content.decode()

    assert way.suspect_since is not None
    assert "发到这个地址的消息被退回" in shown
    assert "无法送达" in shown


def test_what_a_visitor_did_not_read_is_mailed_to_no_such_address(tea: World, mails: int) -> None:
    chat = tea.write("在吗")
    Identity.objects.create(
        workspace_id=tea.workspace_id, person_id=chat.person_id, kind="email", value=MEI.value,
        known_since=NOON, suspect_since=NOON,
    )  # fmt: skip
    reply(actor=tea.owner, conversation_ids=[chat.conversation_id], text="在", now=NOON)

    assert mail_unread(now=NOON + timedelta(minutes=15)) == 0
    Identity.objects.filter(kind="email").update(suspect_since=None)
    assert mail_unread(now=NOON + timedelta(minutes=15)) == 1


def test_what_came_back_before_they_wrote_again_says_nothing(tea: World, mails: int) -> None:
    mail = wrote(tea, mails)
    wrote(tea, mails, minutes=9)
    [pk] = reply(actor=tea.owner, conversation_ids=[mail.conversation_id], text="补发", now=LATER)

    assert doubt(message_ids=[pk], now=LATER) == 0


def test_an_older_mail_that_is_heard_of_late_clears_nothing(tea: World, mails: int) -> None:
    mail = wrote(tea, mails)
    answered(tea, mail, Failure.INVALID_RECIPIENT)

    them = {"workspace_ids": [tea.workspace_id], "message_ids": [mail.message_id]}
    assert believe(**them, now=LATER) == 0
    assert suspects() == [MEI.value]
