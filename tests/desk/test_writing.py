"""The composer's doors: said now, in some seconds, at a date; taken back; stopped where it must be."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.make.world import NOON, World
from tongxin.center.kit.ids import public_id
from tongxin.service.conversations.models import Message
from tongxin.service.notices.actions import Call, give
from tongxin.service.notices.values import About
from tongxin.service.replies.actions import create_canned, create_macro, release_due
from tongxin.service.replies.models import Canned, Held
from tongxin.service.replies.values import Do, Step

Answer = Any


def say(li: Client, conversation_id: int, text: str = "马上换", **more: str) -> Answer:
    path = f"/desk/c/{public_id('conv', conversation_id)}/say/"
    return li.post(path, {"text": text, "client_id": "c1", **more})


def out() -> list[str]:
    return list(Message.objects.filter(kind="out").values_list("text", flat=True))


def test_a_reply_rests_for_some_seconds_and_comes_back_when_it_is_undone(
    tea: World, li: Client
) -> None:
    mine = tea.write("壶盖碎了").conversation_id
    held = say(li, mine, undo="yes").json()["held"]
    assert "马上换" in li.get(f"/desk/c/{public_id('conv', mine)}/talk/").content.decode()

    back = li.post(f"/desk/held/{held}/take-back/")
    again = li.post(f"/desk/held/{held}/take-back/", headers={"Accept": "application/json"})

    assert back.json() == {"conversation": public_id("conv", mine), "text": "马上换", "files": []}
    assert (again.status_code, again.json()["code"]) == (409, "held.gone")
    release_due(now=timezone.now() + timedelta(minutes=1))
    assert not out()


def test_whoever_wants_no_undo_sends_at_once(tea: World, li: Client) -> None:
    mine = tea.write("壶盖碎了").conversation_id
    place = f"/desk/c/{public_id('conv', mine)}/"
    ticked = 'id="undo-on" checked'
    assert ticked not in li.get(place).content.decode()

    assert li.post("/desk/undo/", {"on": "yes"}).status_code == 204
    assert ticked in li.get(place).content.decode()

    assert li.post("/desk/undo/", {"on": ""}).status_code == 204
    assert ticked not in li.get(place).content.decode()
    assert "id" in say(li, mine).json()
    assert out() == ["马上换"]


def test_a_note_never_rests(tea: World, li: Client) -> None:
    mine = tea.write("壶盖碎了").conversation_id

    say(li, mine, kind="note")

    assert Message.objects.get(kind="note").text == "马上换"


@pytest.mark.parametrize("undo", ["", "yes"])
def test_what_came_meanwhile_stops_an_answer(tea: World, li: Client, undo: str) -> None:
    first = tea.write("壶盖碎了")
    tea.write("不用换了")

    answer = say(li, first.conversation_id, seen=public_id("msg", first.message_id), undo=undo)

    assert (answer.status_code, answer.json()["code"]) == (409, "conversation.stale")
    assert say(li, first.conversation_id).status_code == 200


def test_a_date_is_the_member_s_own_and_can_be_changed(tea: World, li: Client) -> None:
    mine = tea.write("什么时候到货").conversation_id
    held = say(li, mine, at="2099-01-01T09:00").json()
    assert held["code"] == "schedule.far"
    tomorrow = (timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT09:00")

    held = say(li, mine, at=tomorrow, on_reply="cancel").json()["held"]

    row = Held.objects.get()
    assert (row.due_at.hour, row.on_reply) == (1, "cancel")  # 9:00 in Shanghai
    later = tomorrow.replace("T09", "T10")
    assert li.post(f"/desk/held/{held}/reschedule/", {"at": later}).status_code == 204
    assert li.post(f"/desk/held/{held}/reschedule/", {"at": ""}).status_code == 422
    assert Held.objects.get().due_at.hour == 2
    assert li.post(f"/desk/held/{held}/release/").status_code == 204
    assert release_due(now=timezone.now()) == 1


def test_ready_words_are_offered_as_they_would_be_said_and_counted(tea: World, li: Client) -> None:
    bodies = {"zh-hans": "您好<b>{{person.name}}</b> {{person.phone}}", "en": "Hi"}
    pk = create_canned(
        actor=tea.owner, name="问候", shortcut="hello", bodies=bodies, shared=True, now=NOON
    )
    mine = tea.write("壶盖碎了").conversation_id

    offered = li.get(f"/desk/c/{public_id('conv', mine)}/ready/?q=hel")
    say(li, mine, text="您好", canned=public_id("can", pk))

    html = offered.content.decode()
    assert "您好&lt;b&gt;小梅&lt;/b&gt;" in html
    assert "person.phone" in html
    assert Canned.objects.get().uses == 1


@pytest.mark.parametrize("path", ["c/conv_x/ready/", "c/conv_x/talk/"])
def test_an_address_that_is_none_is_told(li: Client, path: str) -> None:
    assert li.get(f"/desk/{path}").status_code == 404


def test_what_one_said_is_edited_recalled_and_remembered(tea: World, li: Client) -> None:
    mine = tea.write("壶盖碎了").conversation_id
    message = say(li, mine, text="后天到").json()["id"]

    assert li.post(f"/desk/m/{message}/edit/", {"text": "明天到"}).status_code == 204
    assert "后天到" in li.get(f"/desk/m/{message}/history/").content.decode()
    assert li.post(f"/desk/m/{message}/recall/").status_code == 204

    html = li.get(f"/desk/c/{public_id('conv', mine)}/talk/").content.decode()
    assert "明天到" not in html
    assert out() == [""]


def test_a_macro_is_run_by_its_button_and_says_why_not(tea: World, li: Client) -> None:
    bodies = {"zh-hans": "电话 {{person.phone}}"}
    words = create_canned(
        actor=tea.owner, name="x", shortcut="x", bodies=bodies, shared=True, now=NOON
    )
    steps = {"resolve": [Step(Do.RESOLVE)], "call": [Step(Do.REPLY, canned_id=words)]}
    made = {
        name: create_macro(actor=tea.owner, name=name, steps=taken, shared=True, now=NOON)
        for name, taken in steps.items()
    }
    here = f"/desk/c/{public_id('conv', tea.write('壶盖碎了').conversation_id)}"

    refused = li.post(f"{here}/macro/{public_id('mac', made['call'])}/")
    done = li.post(f"{here}/macro/{public_id('mac', made['resolve'])}/")

    assert (refused.status_code, refused.json()["code"]) == (409, "message.unfilled")
    assert done.status_code == 204
    assert "resolve" in li.get(f"{here}/head/").content.decode()


def test_the_bell_counts_and_its_list_is_read(tea: World, li: Client) -> None:
    mine = tea.write("壶盖碎了").conversation_id
    call = Call(tea.workspace_id, tea.owner.id, About.MENTION, mine, "member:0", 1, NOON, "@李工")
    give(calls=[call])

    assert 'class="badge"' in li.get("/desk/notices/count/").content.decode()
    assert "@李工" in li.get("/desk/notices/").content.decode()
    assert "<html" not in li.get("/desk/notices/", headers={"HX-Request": "true"}).content.decode()
    li.post(f"/desk/c/{public_id('conv', mine)}/see/")
    assert 'class="badge"' not in li.get("/desk/notices/count/").content.decode()
    assert li.post("/desk/notices/read/").status_code == 200
