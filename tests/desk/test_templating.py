"""An answer with what the vendor has approved: found, filled and sent at the desk."""

import re

import pytest
from django.test import Client

from tests.make.templates import approved, by_whatsapp, writes_there
from tests.make.world import NOON, World
from tongxin.center.kit.ids import internal_id, public_id
from tongxin.faces.desk.templating import parts_of
from tongxin.service.channels.models import Opening
from tongxin.service.channels.queries import templates
from tongxin.service.conversations.actions import reply
from tongxin.service.conversations.models import Message


@pytest.fixture
def inbox_id(tea: World) -> int:
    return by_whatsapp(tea)


@pytest.fixture
def talk(tea: World, inbox_id: int) -> str:
    """Tom wrote long ago: his window is closed."""
    return public_id("conv", writes_there(tea, inbox_id).conversation_id)


def test_where_the_window_is_closed_it_is_the_first_way(li: Client, talk: str, tea: World) -> None:
    row = li.get(f"/desk/c/{talk}/ways/").content.decode()
    elsewhere = public_id("conv", tea.write("您好").conversation_id)

    assert "data-templates-open" in row.partition("<button")[2]
    assert 'data-templates="yes"' in row
    assert 'data-templates="yes"' not in li.get(f"/desk/c/{elsewhere}/ways/").content.decode()


def test_where_the_channel_closed_it_the_refusal_says_what_to_do(
    li: Client, talk: str, tea: World
) -> None:
    pk = internal_id("conv", talk)
    [said] = reply(actor=tea.owner, conversation_ids=[pk], text="您好", now=NOON)
    Message.objects.filter(pk=said).update(state="failed", error="window_closed")
    Opening.objects.all().delete()

    page = li.get(f"/desk/c/{talk}/", headers={"HX-Request": "true"}).content.decode()

    [failure] = re.findall(r'<p class="small failure">(.*?)</p>', page, re.DOTALL)
    assert "请换一种方式联系" in failure


def test_it_is_found_by_its_words_and_shown_with_its_holes(
    li: Client, talk: str, inbox_id: int
) -> None:
    place = f"/desk/c/{talk}/templates/"
    assert 'class="empty"' in li.get(place).content.decode()
    sent = public_id("tpl", approved(inbox_id))
    approved(inbox_id, "late", text="<b>对不起</b>", holes=[])

    assert li.get(place).content.decode().count('class="choice template"') == 2
    assert "order_sent" in li.get(place, {"q": "发货 ORDER"}).content.decode()
    assert "order_sent" not in li.get(place, {"q": "没有"}).content.decode()
    assert "&lt;b&gt;对不起" in li.get(place, {"q": "late"}).content.decode()
    chosen = li.get(place, {"template": sent}).content.decode()
    assert 'name="value:name"' in chosen
    assert '<mark data-hole="no">no</mark> 已发货' in chosen
    assert li.get(place, {"template": public_id("tpl", 2**40)}).status_code == 404


def test_it_is_sent_once_and_refused_with_a_hole(li: Client, talk: str, inbox_id: int) -> None:
    given = {
        "template": public_id("tpl", approved(inbox_id)),
        "client_id": "t1",
        "value:name": "小梅",
    }
    place = f"/desk/c/{talk}/templates/"

    refused = li.post(place, given, headers={"Accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (422, "template.unfilled")
    for _again in range(2):
        assert li.post(place, {**given, "value:no": "88"}).status_code == 204
    assert Message.objects.get(kind="out").text == "小梅您好，订单 88 已发货。"


def test_a_text_is_cut_at_its_holes_only(tea: World, inbox_id: int) -> None:
    approved(inbox_id, text="{{no}} {{other}}, {{name}}{{no}}")
    [found] = templates(actor=tea.owner, inbox_id=inbox_id)

    assert parts_of(found) == [("", "no"), (" {{other}}, ", "name"), ("", "no"), ("", "")]
