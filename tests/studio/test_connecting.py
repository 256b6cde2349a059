"""Every channel is connected by the form that its manifest describes, as one fills it in."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from tests.make.world import World, world
from tongxin.center.accounts.models import Member, User
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.plugins import Manifest, manifests
from tongxin.faces.studio.settings_form import PREFIX
from tongxin.service.channels.models import Inbox

pytestmark = pytest.mark.django_db
CHANNELS = sorted(name for name, m in manifests().items() if m.kind == "channel")


@pytest.fixture
def owner(client: Client) -> Client:
    li: World = world()
    client.force_login(User.objects.get(pk=Member.objects.get(pk=li.owner.id).user_id))
    return client


def example(manifest: Manifest) -> dict[str, Any]:
    path = manifest.folder / "examples" / "settings.json"
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def filled(page: str, settings: dict[str, Any]) -> dict[str, str]:
    """Return what a browser would send: what is chosen and proposed, with these settings written in."""
    sent = {"form_key": re.search(r'name="form_key" value="([^"]+)"', page)[1], "name": "新渠道"}  # type: ignore[index]
    for name, options in re.findall(
        r'<select id="[^"]+" name="([^"]+)">(.*?)</select>', page, re.DOTALL
    ):
        sent[name] = re.search(r'value="([^"]*)" selected', options)[1]  # type: ignore[index]
    proposed = r'<input id="[^"]+" name="(setting[^"]+)"[^>]*value="([^"]*)"'
    sent |= dict(re.findall(proposed, page))
    told = {PREFIX + name: str(value) for name, value in settings.items() if value is not False}
    return sent | told


@pytest.mark.parametrize("name", CHANNELS)
def test_a_channel_is_connected_by_its_form(owner: Client, name: str) -> None:
    address, settings = f"/studio/inboxes/new/{name}/", example(manifests()[name])
    page = owner.get(address).content.decode()
    assert "已保存且不再显示" not in page  # nothing is kept yet

    connected = owner.post(address, filled(page, settings), follow=True)

    inbox = Inbox.objects.latest("pk")
    assert (inbox.channel, connected.status_code) == (name, 200)
    shown = connected.content.decode()
    secrets = [
        key for key, field in manifests()[name].settings.items() if field["kind"] == "secret"
    ]
    kept = [key for key in secrets if settings.get(key)]
    assert shown.count("已保存且不再显示") == len(kept)
    assert not [settings[key] for key in kept if f'value="{settings[key]}"' in shown]


def test_a_service_that_takes_our_address_is_told_it_by_a_button(
    owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tongxin.plugins.channel_telegram.plugin import Telegram

    told: list[str] = []
    monkeypatch.setattr(Telegram, "set_up", lambda _self, address: told.append(address))
    address, settings = "/studio/inboxes/new/telegram/", example(manifests()["telegram"])
    page = owner.get(address).content.decode()
    owner.post(address, filled(page, settings))
    inbox = Inbox.objects.latest("pk")
    place = f"/studio/inboxes/{public_id('inb', inbox.pk)}/"
    assert f'action="{place}set-up/"' in owner.get(place).content.decode()

    answer = owner.post(f"{place}set-up/", follow=True)

    assert told == [f"http://testserver/hooks/{inbox.key}/"]
    assert "已告知服务商此地址" in answer.content.decode()


def test_what_a_switch_does_is_said_beside_it(owner: Client) -> None:
    page = owner.get("/studio/inboxes/new/phone/").content.decode()

    assert '通话录音<span class="hint">来电会先听到录音告知。</span>' in page


def test_what_only_a_choice_asks_for_says_which(owner: Client) -> None:
    page = owner.get("/studio/inboxes/new/email/").content.decode()

    [said] = re.findall(r"data-when='([^']+)'>\s*<label for=\"setting-imap_host\"", page)
    assert json.loads(said) == {"comes_in": ["imap"]}


def test_what_hardly_anybody_needs_is_folded_away_until_it_is_set(owner: Client) -> None:
    address = "/studio/inboxes/new/line/"
    page = owner.get(address).content.decode()

    shown = owner.post(
        address, filled(page, {"secret": "s", "token": "t", "api_base": "https://relay.example"}), follow=True
    ).content.decode()  # fmt: skip

    plain, fold, seldom = page.partition('<details class="seldom">')
    assert fold
    assert 'name="setting.token"' in plain
    assert 'name="setting.api_base"' in seldom
    assert '<details class="seldom" open>' in shown


def test_a_secret_that_one_makes_up_is_made_up_and_shown_until_it_is_saved(owner: Client) -> None:
    address = "/studio/inboxes/new/wechat_oa/"
    page = owner.get(address).content.decode()
    [made] = re.findall(r'name="setting.token" value="([^"]+)"', page)
    given = {"app_id": "wx1", "secret": "s", "aes_key": "too short"}

    refused = owner.post(address, filled(page, given))
    saved = owner.post(address, filled(page, given | {"aes_key": "k" * 43}), follow=True)

    assert re.fullmatch("[0-9a-f]{32}", made)
    assert made not in owner.get(address).content.decode()
    assert (refused.status_code, saved.status_code) == (422, 200)
    assert f'name="setting.token" value="{made}"' in refused.content.decode()
    assert made not in saved.content.decode()


def test_a_browser_sees_a_mistyped_key_before_all_is_sent(owner: Client) -> None:
    page = owner.get("/studio/inboxes/new/wechat_oa/").content.decode()

    assert r'pattern="\s*(?:[A-Za-z0-9]{43})\s*"' in page
