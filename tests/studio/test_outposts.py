"""A manager connects a room of colleagues, tries it, changes it, and lets it go."""

import re
from typing import Any

import pytest
from django.test import Client

from tests.make.world import World, world
from tests.plugins import dingtalkapi, feishuapi
from tests.plugins.slackapi import ROOM, SECRET, Slack
from tests.plugins.standin import vendor
from tongxin.center.accounts.models import Member, User
from tongxin.center.accounts.values import Role
from tongxin.service.outposts.models import Outpost

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> World:
    return world()


def at_the_studio(client: Client, member_id: int) -> Client:
    client.force_login(User.objects.get(pk=Member.objects.get(pk=member_id).user_id))
    return client


def filled(address: str, **more: Any) -> dict[str, Any]:
    return {
        "name": "售后群", "setting.bot_token": "xoxb-1", "setting.signing_secret": SECRET, "setting.room": ROOM,
        "setting.api_base": address, "wants": ["waiting", "mention"], "minutes": "15", **more,
    }  # fmt: skip


def test_a_room_from_its_form_to_its_end(shop: World, client: Client, settings: Any) -> None:
    settings.TRUSTS_OWN_NETWORK = True
    owner = at_the_studio(client, shop.owner.id)
    with vendor(Slack()) as runs:
        made = owner.post("/studio/chats/new/slack/", filled(runs.address))
        row = Outpost.objects.get()
        assert (row.wants, row.minutes) == (["mention", "waiting"], 15)

        page = owner.get(made["Location"]).content.decode()
        assert f"/outposts/{row.key}/" in page
        assert "xoxb-1" not in page
        tried = owner.post(f"{made['Location']}try/", follow=True).content.decode()
        assert "tongxin (小满茶具)" in tried

        changed = filled(runs.address, **{"setting.bot_token": "", "wants": [], "enabled": "on"})
        owner.post(made["Location"], changed)
        row = Outpost.objects.get()
        assert (row.wants, row.enabled, "xoxb-1" in row.secrets) == ([], True, True)
        assert owner.get("/studio/chats/").content.decode().count("售后群") >= 1

        runs.answer = lambda _asked: (200, {"ok": False, "error": "invalid_auth"})
        assert "invalid_auth" in owner.post(f"{made['Location']}try/", follow=True).content.decode()
    owner.post(f"{made['Location']}remove/")
    assert not Outpost.objects.exists()


OTHERS = {
    "feishu": (feishuapi.Feishu, feishuapi.SETTINGS),
    "dingtalk": (dingtalkapi.DingTalk, dingtalkapi.SETTINGS),
}


@pytest.mark.parametrize(("plugin", "who"), [("feishu", "同心"), ("dingtalk", dingtalkapi.APP)])
def test_the_other_chats_are_connected_and_tried_by_their_forms(
    shop: World, client: Client, settings: Any, plugin: str, who: str
) -> None:
    settings.TRUSTS_OWN_NETWORK = True
    owner = at_the_studio(client, shop.owner.id)
    kind, entered = OTHERS[plugin]
    with vendor(kind()) as runs:
        form = {
            f"setting.{name}": value
            for name, value in {**entered, "api_base": runs.address}.items()
        }
        more = {"setting.region": "lark"} if plugin == "feishu" else {}
        made = owner.post(
            f"/studio/chats/new/{plugin}/",
            {"name": "售后群", "wants": ["waiting"], "minutes": "5", **form, **more},
        )
        assert entered["app_secret"] not in owner.get(made["Location"]).content.decode()

        tried = owner.post(f"{made['Location']}try/", follow=True).content.decode()

    assert who in tried
    kept = re.findall(r'name="setting\.(\w+)" type="password"[^>]*placeholder', tried)
    assert kept == [
        name for name in entered if name.endswith(("secret", "key", "token")) and name != "app_key"
    ]
    assert Outpost.objects.get().settings.get("region", "lark") == "lark"


def test_what_is_missing_is_said_and_what_was_entered_stays(shop: World, client: Client) -> None:
    owner = at_the_studio(client, shop.owner.id)

    refused = owner.post("/studio/chats/new/slack/", filled("", **{"setting.room": ""}))

    assert refused.status_code == 422
    assert "售后群" in refused.content.decode()
    assert owner.get("/studio/chats/new/webchat/").status_code == 404


def test_an_agent_has_no_such_page(shop: World, client: Client) -> None:
    agent = at_the_studio(client, shop.member(Role.AGENT).id)

    assert agent.get("/studio/chats/").status_code == 403
