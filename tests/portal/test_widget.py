"""The widget's script and what it is told about an inbox."""

import gzip
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from tongxin.service.channels.models import Inbox
from tongxin.service.channels.values import InboxRow

LARGEST_WIDGET = 20 * 1024


@pytest.fixture
def built(settings: Settings, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = tmp_path
    script = tmp_path / "widget.js"
    script.write_text("let tea", encoding="utf-8")
    return script


def test_the_script_is_served_to_any_origin_for_five_minutes(client: Client, built: Path) -> None:
    plain = client.get("/widget.js")
    packed = client.get("/widget.js", headers={"Accept-Encoding": "gzip"})

    assert plain.content == gzip.decompress(packed.content) == b"let tea"
    assert plain["Content-Type"] == "text/javascript; charset=utf-8"
    assert plain["Cache-Control"] == "public, max-age=300"
    assert plain["Access-Control-Allow-Origin"] == "*"
    assert "Accept-Encoding" in plain["Vary"]


def test_a_script_not_changed_is_not_sent_again(client: Client, built: Path) -> None:
    known = client.get("/widget.js")["ETag"]

    assert client.get("/widget.js", headers={"If-None-Match": known}).status_code == 304
    built.write_text("let more = tea", encoding="utf-8")
    assert client.get("/widget.js", headers={"If-None-Match": known}).status_code == 200


def test_a_widget_not_built_is_a_clear_refusal(client: Client, built: Path) -> None:
    built.unlink()

    response = client.get("/widget.js")

    assert (response.status_code, response.json()["code"]) == (404, "widget.missing")


def test_the_widget_as_shipped_is_small(client: Client) -> None:
    response = client.get("/widget.js", headers={"Accept-Encoding": "gzip"})
    if response.status_code == 404:
        pytest.skip("the assets are not built")

    assert len(response.content) <= LARGEST_WIDGET


def test_the_configuration_speaks_the_language_asked_for(client: Client, inbox: InboxRow) -> None:
    chinese = client.get("/widget/xiaoman/config?language=zh-CN").json()
    english = client.get("/widget/xiaoman/config?language=fr").json()
    browser = client.get("/widget/xiaoman/config", headers={"Accept-Language": "zh-TW"}).json()

    assert (chinese["language"], chinese["greeting"], chinese["name"]) == ("zh-CN", "您好", "小满")
    assert (english["language"], english["greeting"]) == ("en", "Hello")
    assert english["texts"]["send"] == "Send"
    assert browser["language"] == "zh-CN"


def test_the_configuration_says_where_things_are(client: Client, inbox: InboxRow) -> None:
    config = client.get("/widget/xiaoman/config", headers={"Host": "shop.example:8000"}).json()

    assert config["live"] == "http://shop.example:8001"
    assert config["files"] == "http://shop.example:8000/widget/xiaoman/files"
    assert config["color"] == "#123456"
    assert "png" in config["accept"]
    assert config["longest"] == 4000
    assert config["ask_email"] is True


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_other_methods_are_refused(client: Client, inbox: InboxRow, method: str) -> None:
    response = getattr(client, method)("/widget/xiaoman/config")

    assert (response.status_code, response["Allow"]) == (405, "GET, OPTIONS")


def test_an_inbox_that_is_not_a_web_chat_has_no_widget(client: Client, inbox: InboxRow) -> None:
    Inbox.objects.update(channel="something_else")

    for key in ("xiaoman", "nobody"):
        response = client.get(f"/widget/{key}/config")
        assert (response.status_code, response.json()["code"]) == (404, "inbox.missing")
        assert response["Access-Control-Allow-Origin"] == "*"
