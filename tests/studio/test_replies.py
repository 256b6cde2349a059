"""Canned replies as they are written at the studio."""

import pytest
from django.test import Client

from tests.desk.conftest import log_in
from tests.make.world import NOON, World, world
from tongxin.center.accounts.values import Role
from tongxin.center.kit.ids import public_id
from tongxin.service.replies.actions import create_canned
from tongxin.service.replies.models import Canned
from tongxin.service.replies.queries import canned_replies

FORM = {
    "name": "问候", "shortcut": "hi", "body-zh-hans": "您好{{person.name}}", "body-en": "",
    "shared": "on", "form_key": "k",
}  # fmt: skip


@pytest.fixture
def tea(db: None) -> World:
    return world()


@pytest.fixture
def li(tea: World, client: Client) -> Client:
    return log_in(client, tea.owner)


def test_it_is_written_once_changed_and_put_away(tea: World, li: Client) -> None:
    for _twice in range(2):
        assert li.post("/studio/replies/new/", FORM).status_code == 302
    [row] = canned_replies(actor=tea.owner)
    here = f"/studio/replies/{public_id('can', row.id)}/"
    assert "您好{{person.name}}" in li.get(here).content.decode()

    li.post(here, {**FORM, "body-en": "Hello"})
    assert canned_replies(actor=tea.owner)[0].bodies == {
        "zh-hans": "您好{{person.name}}",
        "en": "Hello",
    }

    li.post(f"{here}archive/")
    assert not canned_replies(actor=tea.owner)
    assert "问候" in li.get("/studio/replies/").content.decode()
    li.post(f"{here}restore/")
    assert canned_replies(actor=tea.owner)


def test_what_is_refused_is_said_and_what_was_typed_stays(li: Client) -> None:
    answer = li.post("/studio/replies/new/", {**FORM, "body-en": "{{person.shoes}}"})

    assert answer.status_code == 422
    assert "{{person.shoes}}" in answer.content.decode()
    assert not Canned.objects.exists()


def test_a_preview_shows_a_real_conversation(tea: World, li: Client) -> None:
    mine = tea.write("你好").conversation_id

    shown = li.post("/studio/replies/preview/", {**FORM, "conversation": public_id("conv", mine)})

    assert "您好小梅" in shown.content.decode()


def test_an_agent_writes_their_own_and_sees_everybody_s(tea: World, client: Client) -> None:
    create_canned(
        actor=tea.owner, name="大家的", shortcut="all", bodies={"en": "x"}, shared=True, now=NOON
    )
    tom = log_in(client, tea.member(Role.AGENT))
    answer = tom.post("/studio/replies/new/", {**FORM, "shared": ""})
    assert answer.status_code == 422

    mine = {name: value for name, value in FORM.items() if name != "shared"}
    assert tom.post("/studio/replies/new/", mine).status_code == 302

    html = tom.get("/studio/replies/").content.decode()
    assert "大家的" in html
    assert "问候" in html
