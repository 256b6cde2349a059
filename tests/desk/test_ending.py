"""A status chosen and a wrap-up written at the desk."""

import pytest
from django.test import Client

from tests.make.world import NOON, World
from tongxin.center.kit.ids import public_id
from tongxin.service.conversations.actions import (
    create_status,
    create_topic,
    resolve,
    set_status,
    set_wrap_up,
)
from tongxin.service.conversations.models import Conversation, WrapUp
from tongxin.service.conversations.values import Asks, Status
from tongxin.service.views.models import Job


@pytest.fixture
def mine(tea: World) -> str:
    return f"/desk/c/{public_id('conv', tea.write('壶盖碎了').conversation_id)}/"


def only() -> Conversation:
    return Conversation.objects.get()


def hold(tea: World, name: str = "等仓库") -> int:
    made: int = create_status(actor=tea.owner, category=Status.ON_HOLD, name=name, now=NOON)
    return made


def test_the_menu_offers_our_own_words_and_the_list_shows_them(
    tea: World, li: Client, mine: str
) -> None:
    status_id = hold(tea)
    assert f'data-status="{public_id("sts", status_id)}"' in li.get(f"{mine}head/").content.decode()

    assert li.post(f"{mine}status/", {"status": public_id("sts", status_id)}).status_code == 204
    assert only().label_id == status_id
    for place in ("/desk/all/", f"{mine}head/", f"{mine}talk/"):
        assert "等仓库" in li.get(place).content.decode()
    assert li.post(f"{mine}status/", {"status": "resolved"}).status_code == 204
    assert only().status == "resolved"


def test_many_get_a_status_at_once(tea: World, li: Client, mine: str) -> None:
    status = public_id("sts", hold(tea))
    given = {"verb": "status", "status": status, "id": public_id("conv", only().pk)}

    assert li.post("/desk/bulk/", given).status_code == 201
    assert Job.objects.get().deed["status_id"] is not None
    assert "等仓库" in li.get("/desk/bulk/bar/?view=all").content.decode()


def test_a_table_and_a_view_go_by_our_own_words(tea: World, li: Client, mine: str) -> None:
    status_id = hold(tea)
    tea.write("想买茶", by="Tom")
    set_status(
        actor=tea.owner, conversation_ids=[Conversation.objects.order_by("pk")[0].pk],
        status_id=status_id, now=NOON,
    )  # fmt: skip
    made = li.post("/desk/views/", {
        "name": "等", "status_ids": public_id("sts", status_id), "layout": "table",
        "columns": ["person", "status"],
    }).json()  # fmt: skip
    shown = li.get(f"/desk/{made['id']}/rows/").content.decode()

    assert ("等仓库" in shown, "小梅" in shown, "Tom" in shown) == (True, True, False)
    assert "等仓库" in li.get(f"/desk/views/form/?view={made['id']}").content.decode()


def test_what_it_was_about_is_asked_and_settles_it(tea: World, li: Client, mine: str) -> None:
    topic = public_id("top", create_topic(actor=tea.owner, name="破损", now=NOON))
    set_wrap_up(actor=tea.owner, inbox_ids=[tea.inbox_id], asks=Asks.MUST, is_strict=True, now=NOON)
    asked = li.get(f"{mine}wrap-up/?settle=1").content.decode()
    refused = li.post(f"{mine}wrap-up/", {"topic": "", "settle": "1"})
    straight = li.post(f"{mine}resolve/")

    assert ("破损" in asked, "data-wrap-skip" in asked) == (True, False)
    assert (refused.json()["code"], straight.json()["code"]) == ("wrap_up.required",) * 2
    said = {"topic": topic, "text": "已补发壶盖", "settle": "1"}
    assert li.post(f"{mine}wrap-up/", said).status_code == 204
    assert (only().status, WrapUp.objects.get().text) == ("resolved", "已补发壶盖")
    assert "已补发壶盖" in li.get(f"{mine}talk/").content.decode()


def test_what_may_be_left_out_can_be_left_out(tea: World, li: Client, mine: str) -> None:
    set_wrap_up(actor=tea.owner, inbox_ids=[tea.inbox_id], asks=Asks.MAY, now=NOON)

    assert "data-wrap-skip" in li.get(f"{mine}wrap-up/?settle=1").content.decode()
    assert li.post(f"{mine}resolve/").status_code == 204


def test_both_sides_of_a_follow_up_are_shown(tea: World, li: Client, mine: str) -> None:
    old = only()
    resolve(actor=tea.owner, conversation_ids=[old.pk], now=NOON.replace(year=2025))
    new = tea.write("又碎了").conversation_id
    places = {old.pk: new, new: old.pk}

    for here, there in places.items():
        head = li.get(f"/desk/c/{public_id('conv', here)}/head/").content.decode()
        assert public_id("conv", there) in head


def test_the_card_tells_what_it_took(tea: World, li: Client, mine: str) -> None:
    card = li.get(mine).content.decode()

    assert "消息与备注" in card or "Messages and notes" in card
