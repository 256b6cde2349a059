"""What failed is seen by whoever looks after the inboxes, and tried again."""

import pytest
from django.test import Client

from tests.laws.examples import broken_calls, dead
from tests.make.world import World, world
from tongxin.center.accounts.models import Member
from tongxin.center.kit.ids import public_id
from tongxin.service.channels.models import Call, Departure
from tongxin.service.conversations.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea() -> World:
    return world()


@pytest.fixture
def owner(tea: World, client: Client) -> Client:
    client.force_login(Member.objects.get(pk=tea.owner.id).user)
    return client


def test_what_was_not_delivered_is_shown_with_its_reason_and_tried_again(
    tea: World, owner: Client
) -> None:
    dead(tea, 2)
    ids = [public_id("dep", pk) for pk in Departure.objects.values_list("pk", flat=True)]

    page = owner.get("/studio/deliveries/").content.decode()
    owner.post("/studio/deliveries/out/replay/", {"departure": ids[0]})
    owner.post("/studio/deliveries/out/discard/", {"departure": ids[1]})

    assert "用户在这个渠道拒收我们的消息" in page
    assert "小梅 · x" in page
    assert list(Departure.objects.values_list("state", flat=True)) == ["waiting"]


def test_what_was_not_understood_is_taken_away_as_it_came_and_tried_again(
    tea: World, owner: Client
) -> None:
    [pk] = broken_calls(tea, 1)["call_ids"]
    address = public_id("call", pk)

    raw = owner.get(f"/studio/deliveries/in/{address}/raw/")
    owner.post("/studio/deliveries/in/replay/", {"call": address})

    assert (raw.content, raw["Content-Type"]) == (b"?", "application/octet-stream")
    assert Call.objects.get().state == "new"


def test_nobody_sees_those_of_others(tea: World, owner: Client) -> None:
    theirs = world("Another Shop")
    dead(theirs, 1)
    [pk] = broken_calls(theirs, 1)["call_ids"]

    page = owner.get("/studio/deliveries/").content.decode()

    assert "马上换" not in page
    assert owner.get(f"/studio/deliveries/in/{public_id('call', pk)}/raw/").status_code == 404


def test_the_agent_reads_why_and_sends_it_again(tea: World, owner: Client) -> None:
    [pk] = dead(tea, 1)
    Message.objects.filter(pk=pk).update(error="blocked")
    place = public_id("conv", Message.objects.get(pk=pk).conversation_id)

    page = owner.get(f"/desk/c/{place}/talk/").content.decode()
    again = owner.post(f"/desk/m/{public_id('msg', pk)}/retry/")

    assert "用户在这个渠道拒收我们的消息" in page
    assert again.status_code == 204
    assert Departure.objects.get().state == "waiting"
