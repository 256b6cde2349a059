"""Calling from the desk: one's own telephone rings, then the person's, and all stands in the conversation."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from tests.desk.conftest import log_in
from tests.make.relaying import relayed
from tests.make.world import NOON, World, world
from tests.plugins.standin import Asked, Reply, Vendor, vendor
from tests.team.line import MEI, Line, agent, told
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Refused
from tongxin.center.people.actions import Claimable, note_address
from tongxin.center.people.models import Identity
from tongxin.service.channels.actions import send_from
from tongxin.service.channels.models import Departure
from tongxin.service.conversations.models import Conversation, Message
from tongxin.service.conversations.queries import ways
from tongxin.service.conversations.values import Received
from tongxin.service.team.actions import call

pytestmark = pytest.mark.django_db(transaction=True)
SOON = NOON + timedelta(seconds=1)


@pytest.fixture
def tea(settings: Settings) -> World:
    settings.ADDRESS = "https://testserver"
    settings.TRUSTS_OWN_NETWORK = True
    return world()


@pytest.fixture
def exchange() -> Iterator[Vendor]:
    def answer(asked: Asked) -> Reply:
        return 201, {"sid": "CA7"}

    with vendor(answer) as runs:
        yield runs


@pytest.fixture
def line(tea: World, exchange: Vendor) -> Line:
    more = {"number": "+862155550000", "api_base": exchange.address}
    made = Line(tea, language="en", **more)
    made.call = "CA7"
    return made


@pytest.fixture
def chat(tea: World) -> Received:
    """Mei writes in the chat, and has left her number."""
    heard = tea.write("壶盖碎了，请回电")
    note_address(
        actor=tea.owner, person_ids=[heard.person_id], kind=Claimable.PHONE, value=MEI, now=NOON
    )
    return heard


def ring(line: Line, chat: Received, by: Actor, now: datetime = NOON) -> int:
    number = Identity.objects.get(person_id=chat.person_id, kind="phone")
    return call(
        actor=by,
        conversation_id=chat.conversation_id,
        inbox_id=line.id,
        identity_id=number.pk,
        now=now,
    )


def carried(line: Line, at: datetime = SOON) -> None:
    send_from(inbox_id=line.id, clock=lambda: at)
    relayed()


def below(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def test_the_agent_is_rung_then_the_person_and_only_speaking_ends_the_wait(
    line: Line, chat: Received, exchange: Vendor
) -> None:
    lin = agent(line.tea)
    pk = ring(line, chat, lin)
    carried(line)
    [asked] = exchange.asked
    form = asked.form()
    rung = line.ask(below(form["Url"]), From="+862155550000", To="+8613900139000")
    [number] = line.answer.iter("Number")
    over = [one.attrib["action"] for one in line.answer.iter("Dial")]
    line.understood()
    before = Conversation.objects.get(pk=chat.conversation_id)
    line.ask(number.attrib["statusCallback"], CallSid="CA8", CallStatus="in-progress")
    line.ask(over[0], DialCallStatus="completed", DialCallDuration="80")
    line.ask(below(form["StatusCallback"]), CallStatus="completed", CallDuration="95")
    line.understood()

    assert asked.path == "/2010-04-01/Accounts/AC0/Calls.json"
    assert (form["To"], form["From"]) == ("+8613900139000", "+862155550000")
    assert (rung, number.text, line.answer.find("Say")) == ("Say Dial", MEI, None)
    assert (before.waiting_since is not None, before.assignee_id) == (True, lin.id)
    talk = Conversation.objects.get(pk=chat.conversation_id)
    assert (talk.waiting_since, talk.unanswered, talk.status) == (None, 0, "open")
    assert Message.objects.get(pk=pk).state == "sent"
    said = told(line.tea, talk.pk, {f"member:{lin.id}": "林"})
    assert [one for one in said if "林" in one or "picked" in one or "Telephone" in one] == [
        "林 took it", "Telephone call", "林 calls them", "They picked up", "Spoke with 林 for 1:20",
    ]  # fmt: skip


def test_who_is_not_reached_still_waits(line: Line, chat: Received, exchange: Vendor) -> None:
    lin = agent(line.tea)
    ring(line, chat, lin)
    carried(line)
    form = exchange.asked[0].form()
    line.ask(below(form["Url"]))
    [dial] = line.answer.iter("Dial")
    line.ask(dial.attrib["action"], DialCallStatus="no-answer")
    line.understood()

    assert Conversation.objects.get(pk=chat.conversation_id).waiting_since is not None
    assert "They were not reached" in told(line.tea, chat.conversation_id, {})


def test_whoever_does_not_pick_up_keeps_the_conversation(
    line: Line, chat: Received, exchange: Vendor
) -> None:
    lin = agent(line.tea)
    ring(line, chat, lin)
    carried(line)
    line.ask(below(exchange.asked[0].form()["StatusCallback"]), CallStatus="no-answer")
    line.understood()

    assert Conversation.objects.get(pk=chat.conversation_id).assignee_id == lin.id
    said = told(line.tea, chat.conversation_id, {f"member:{lin.id}": "林"})
    assert "林 did not pick up" in said


def test_what_is_told_before_we_know_that_it_rings_finds_its_conversation(
    line: Line, chat: Received
) -> None:
    lin = agent(line.tea)
    pk = ring(line, chat, lin)
    place = f"step=out&call=call%3A{pk}&caller=%2B8613800138000&member={lin.id}"
    line.ask(f"{line.door}?{place}")
    line.understood()

    assert "林 calls them" in told(line.tea, chat.conversation_id, {f"member:{lin.id}": "林"})
    assert Message.objects.filter(kind="in").count() == 1  # nobody called us


@pytest.mark.parametrize("status", [429, 500])
def test_a_call_that_does_not_go_out_is_told_and_never_tried_again(
    line: Line, chat: Received, exchange: Vendor, status: int
) -> None:
    exchange.answer = lambda _asked: (status, {})
    pk = ring(line, chat, agent(line.tea))
    for minutes in range(3):
        carried(line, SOON + timedelta(minutes=30 * minutes))

    assert len(exchange.asked) == 1
    assert Message.objects.get(pk=pk).state == "failed"


def test_whoever_presses_twice_is_rung_once_and_may_call_again_later(
    line: Line, chat: Received
) -> None:
    lin = agent(line.tea)
    first, second = ring(line, chat, lin), ring(line, chat, lin, SOON)
    later = ring(line, chat, lin, NOON + timedelta(minutes=1))

    assert first == second != later


def test_nobody_is_rung_later_than_they_expect(
    line: Line, chat: Received, exchange: Vendor
) -> None:
    pk = ring(line, chat, agent(line.tea))
    carried(line, NOON + timedelta(minutes=2))

    assert exchange.asked == []
    assert Departure.objects.get().detail == "too late to ring"
    assert Message.objects.get(pk=pk).state == "failed"


def test_who_has_no_number_is_told_so_and_nothing_is_written(line: Line, chat: Received) -> None:
    with pytest.raises(Refused, match=r"call\.no_number"):
        ring(line, chat, agent(line.tea, phone=""))

    assert not Departure.objects.exists()
    assert Message.objects.count() == 1


def test_only_who_assigns_lets_another_s_telephone_ring(line: Line, chat: Received) -> None:
    lin, number = agent(line.tea), Identity.objects.get(person_id=chat.person_id, kind="phone")
    asked = {"conversation_id": chat.conversation_id, "inbox_id": line.id, "identity_id": number.pk}
    plain = replace(lin, permissions=lin.permissions - {"conversation.assign"})

    with pytest.raises(Refused, match=r"call\.not_own"):
        call(actor=plain, member_id=line.tea.owner.id, now=NOON, **asked)
    call(actor=line.tea.owner, member_id=lin.id, now=NOON, **asked)

    assert Departure.objects.get().payload["ring"] == "+8613900139000"
    assert Conversation.objects.get(pk=chat.conversation_id).assignee_id == lin.id


def test_nobody_calls_by_what_calls_nobody_or_whom_they_do_not_talk_with(
    line: Line, chat: Received, tea: World
) -> None:
    lin, stranger = agent(tea), tea.write("你好", by="小博")
    with pytest.raises(Refused, match=r"identity\.missing"):
        ring(line, Received(**{**vars(chat), "conversation_id": stranger.conversation_id}), lin)
    with pytest.raises(Refused, match=r"way\.unfit"):
        call(
            actor=lin, conversation_id=chat.conversation_id, inbox_id=tea.inbox_id,
            identity_id=Identity.objects.get(kind="phone").pk, now=NOON,
        )  # fmt: skip
    with pytest.raises(Refused, match=r"conversation\.missing"):
        call(
            actor=agent(world("别家茶铺")), conversation_id=chat.conversation_id, inbox_id=line.id,
            identity_id=Identity.objects.get(kind="phone").pk, now=NOON,
        )  # fmt: skip


def test_a_house_without_a_public_address_offers_no_calls(
    line: Line, chat: Received, settings: Settings
) -> None:
    with_address = [
        way.calls
        for way in ways(actor=line.tea.owner, conversation_id=chat.conversation_id, now=NOON)
    ]
    settings.ADDRESS = ""

    assert with_address == [False, True]
    offered = ways(actor=line.tea.owner, conversation_id=chat.conversation_id, now=NOON)
    assert not any(way.calls for way in offered)
    with pytest.raises(Refused, match=r"way\.unfit"):
        ring(line, chat, agent(line.tea))


def test_the_desk_offers_to_call_and_says_why_not(
    line: Line, chat: Received, client: Client
) -> None:
    log_in(client, line.tea.owner)
    place = public_id("conv", chat.conversation_id)
    shown = client.get(f"/desk/all/{place}/").content.decode()
    number = public_id("idn", Identity.objects.get(kind="phone").pk)
    asked = {"inbox": public_id("inb", line.id), "identity": number}
    refused = client.post(f"/desk/c/{place}/call/", asked)

    assert 'data-act="call"' in shown
    assert (refused.status_code, refused.json()["code"]) == (409, "call.no_number")


@pytest.mark.parametrize("texts", [False, True])
def test_the_composer_knows_whether_a_number_takes_messages(tea: World, texts: bool) -> None:
    line = Line(tea, menu=False, texts=texts)
    line.ask()
    line.understood()

    [way] = ways(actor=tea.owner, conversation_id=Conversation.objects.get().pk, now=NOON)

    assert (way.is_next, way.writes, way.calls) == (True, texts, True)
