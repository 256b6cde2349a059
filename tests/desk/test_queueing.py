"""Queues at the desk: moved by hand, seen on the wall, told in the thread."""

from datetime import date

import pytest
from django.test import Client

from tests.make.world import NOON, World
from tongxin.center.kit.ids import public_id
from tongxin.service.channels.queries import inboxes
from tongxin.service.conversations.actions import assign
from tongxin.service.conversations.models import Conversation
from tongxin.service.hours.actions import create as create_calendar
from tongxin.service.hours.values import Hours, Span, SpecialDay
from tongxin.service.queues.actions import change, create
from tongxin.service.queues.values import EVERYONES, QueuePlan
from tongxin.service.views.actions import work


def waiting(tea: World) -> int:
    return tea.write("壶盖碎了").conversation_id


def where(conversation_id: int) -> tuple[int, int | None]:
    return Conversation.objects.values_list("queue_id", "assignee_id").get(pk=conversation_id)


def test_a_small_shop_sees_nothing_of_queues(tea: World, li: Client) -> None:
    talk = public_id("conv", waiting(tea))

    assert 'data-menu="move"' not in li.get(f"/desk/c/{talk}/").content.decode()


def test_it_is_moved_from_its_head_and_the_thread_tells_it(tea: World, li: Client) -> None:
    queue_id, talk = create(actor=tea.owner, name="售后", now=NOON), waiting(tea)
    assign(actor=tea.owner, conversation_ids=[talk], member_id=tea.owner.id, now=NOON)
    address = public_id("conv", talk)

    assert 'data-menu="move"' in li.get(f"/desk/c/{address}/").content.decode()
    moved = li.post(f"/desk/c/{address}/move/", {"queue": public_id("que", queue_id)})

    assert moved.status_code == 204
    assert where(talk) == (queue_id, None)
    page = li.get(f"/desk/c/{address}/").content.decode()
    assert "李工 转到了队列“售后”" in page
    assert "所在队列没有成员" in page
    for wrong in ("", "que_0", public_id("que", 999_999), public_id("conv", talk)):
        assert li.post(f"/desk/c/{address}/move/", {"queue": wrong}).status_code == 404


def test_many_are_moved_at_once(tea: World, li: Client) -> None:
    queue_id = create(actor=tea.owner, name="售后", now=NOON)
    ids = tea.conversations(3)
    given = {
        "verb": "move", "queue": public_id("que", queue_id),
        "id": [public_id("conv", pk) for pk in ids],
    }  # fmt: skip

    assert 'data-menu="bulk-move"' in li.get("/desk/bulk/bar/?view=all").content.decode()
    assert li.post("/desk/bulk/", given).status_code == 201
    work(now=NOON)

    assert {where(pk)[0] for pk in ids} == {queue_id}
    assert li.post("/desk/bulk/", {**given, "queue": ""}).status_code == 404


def test_a_view_can_be_of_a_queue_and_by_queues(tea: World, li: Client) -> None:
    queue_id = create(actor=tea.owner, name="售后", now=NOON)
    [mine, _other] = tea.conversations(2)
    li.post(f"/desk/c/{public_id('conv', mine)}/move/", {"queue": public_id("que", queue_id)})
    given = {
        "name": "售后队列", "group": "queue", "columns": "person",
        "queue_ids": public_id("que", queue_id),
    }  # fmt: skip

    assert 'name="queue_ids"' in li.get("/desk/views/form/?view=all").content.decode()
    view = li.post("/desk/views/", given).json()["id"]
    page = li.get(f"/desk/{view}/").content.decode()

    assert page.count('class="pickable"') == 1
    assert "售后" in page
    everyones = {**given, "name": "其余", "queue_ids": public_id("que", EVERYONES)}
    rest = li.post("/desk/views/", everyones).json()["id"]
    assert li.get(f"/desk/{rest}/").content.decode().count('class="pickable"') == 1


def test_the_wall_shows_each_queue_and_transfers(tea: World, li: Client) -> None:
    talk, tom = waiting(tea), tea.member(name="Tom")
    assert "等待分配" not in li.get("/desk/wall/").content.decode()
    queue_id = create(actor=tea.owner, name="售后", now=NOON)

    page = li.get("/desk/wall/").content.decode()
    assert "等待分配" in page
    address = public_id("conv", talk)
    assert f"/desk/all/{address}/#note" in page
    for to, there in (("que", (queue_id, None)), ("mem", (queue_id, tom.id))):
        chosen = public_id(to, queue_id if to == "que" else tom.id)
        li.post("/desk/wall/transfer/", {"conversation": address, "to": chosen})
        assert where(talk) == there
    for wrong in ("", "x", "mem_"):
        sent = li.post("/desk/wall/transfer/", {"conversation": address, "to": wrong})
        assert sent.status_code in {302, 404}
    assert where(talk) == (queue_id, tom.id)


@pytest.mark.parametrize("open_now", [True, False])
def test_the_chat_says_when_somebody_will_be_there(
    tea: World, client: Client, open_now: bool
) -> None:
    always = (Span("00:00", "24:00"),)
    leap_day = SpecialDay(date(2028, 2, 29), always, yearly=True)
    hours = Hours("Asia/Shanghai", (always if open_now else (),) * 7, (leap_day,))
    calendar_id = create_calendar(actor=tea.owner, name="白班", hours=hours, now=NOON)
    change(actor=tea.owner, queue_id=EVERYONES, plan=QueuePlan(calendar_id=calendar_id), now=NOON)
    key = inboxes(actor=tea.owner)[0].key
    told = client.get(f"/widget/{key}/config?language=zh-CN").json()["texts"]["under"]

    assert ("恢复服务" in told) is not open_now
