"""Feishu and Lark, sealed and signed as documented; lark-oapi judges where somebody has it.

It is no dependency: sixty megabytes, and an older ``websockets`` than ours.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plugins.feishuapi import (
    APP_SECRET,
    KEY,
    NOW,
    ROOM,
    SETTINGS,
    TOKEN,
    Feishu,
    called,
    event,
    sealed,
    signed,
)
from tests.plugins.outposts import hears_bent
from tests.plugins.standin import Vendor
from tongxin.center.kit.plugins import load, manifests
from tongxin.plugins.outpost_feishu import api, plugin, sealing
from tongxin.sdk import Call, Failure, Outpost, Refused, Telling, Tokens, Undelivered, Unreachable

TRIED = {"challenge": "ajls384kdjx98XX", "token": TOKEN, "type": "url_verification"}


def app(service: Vendor | None = None, **more: Any) -> Outpost:
    base = service.address if service else ""
    made = load(manifests()["feishu"])({**SETTINGS, "api_base": base, **more})
    assert isinstance(made, Outpost)
    return made


@pytest.fixture
def feishu(service: Vendor, monkeypatch: pytest.MonkeyPatch) -> Feishu:
    monkeypatch.setattr(api, "_tokens", Tokens())
    service.answer = made = Feishu()
    return made


def unsigned(said: Any, **more: str) -> Call:
    return Call(
        "POST", "https://desk.example/outposts/k/", more, sealed(json.dumps(said).encode()), NOW
    )


def test_the_documentation_s_own_vector_is_opened() -> None:
    assert (
        sealing.opened("test key", "P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk=") == b"hello world"
    )


@given(st.binary(max_size=60), st.text(max_size=20))
def test_whatever_is_no_seal_is_refused(raw: bytes, text: str) -> None:
    for said in (text, raw.hex(), json.loads(sealed(raw))["encrypt"][:-4]):
        with pytest.raises(Refused, match=r"hook\.malformed"):
            sealing.opened(KEY, said)
    assert sealing.opened(KEY, json.loads(sealed(raw))["encrypt"]) == raw


def test_the_address_is_tried_by_a_challenge_signed_or_not() -> None:
    for call in (unsigned(TRIED), called(TRIED)):
        app().verify(call)
        shaken = app().handshake(call)
        assert shaken is not None
        assert json.loads(shaken.body) == {"challenge": "ajls384kdjx98XX"}
        assert shaken.kind == "application/json"
    assert app().handshake(called(event("hi"))) is None


@pytest.mark.parametrize(
    "call",
    [
        unsigned(event("hi")),  # only a trial comes unsigned
        unsigned({**TRIED, "token": "another"}),
        called(event("hi") | {"header": {"token": "another"}}),
        Call("POST", "/", {}, json.dumps(TRIED).encode(), NOW),  # in the open
        Call("POST", "/", signed(sealed(b"{}", "another")), sealed(b"{}", "another"), NOW),
        unsigned(TRIED, **signed(b"another body")),
        unsigned(TRIED, **{"x-lark-signature": "é", "x-lark-request-timestamp": "²"}),
        replace(called(event("hi"), NOW - timedelta(days=2)), came_at=NOW),
    ],
)  # fmt: skip
def test_impostors_are_turned_away(call: Call) -> None:
    with pytest.raises(Refused, match=r"hook\.forged"):
        app().verify(call)


def test_without_its_keys_nobody_is_believed() -> None:
    for missing in ("encrypt_key", "verification_token"):
        with pytest.raises(Refused, match=r"hook\.forged"):
            app(None, **{missing: ""}).verify(called(event("hi")))


@pytest.mark.parametrize(
    "said", [event("@_user_1 hi", mentions=[{"key": "@_user_1", "name": "Tom"}]), TRIED]
)
def test_whatever_is_sealed_is_heard_or_refused(said: Any) -> None:
    hears_bent(app(), json.dumps(said).encode(), called)


@pytest.mark.parametrize("kind", ["text", "post"])
def test_whatever_a_message_holds_is_words_or_refused(kind: str) -> None:
    post = {
        "title": "t",
        "content": [[{"tag": "a", "text": "x", "href": "y"}, {"tag": "at", "user_id": "@_user_1"}]],
    }
    content = {"text": "@_user_1 hi"} if kind == "text" else post

    def called_with(body: bytes) -> Call:
        said = event("x", kind=kind)
        said["event"]["message"]["content"] = body.decode("utf-8", "replace")
        return called(said)

    hears_bent(app(), json.dumps(content).encode(), called_with)


def test_a_card_opens_the_conversation_and_means_only_its_letters(
    service: Vendor, feishu: Feishu
) -> None:
    text = '<at user_id="all"></at> **A** #12'
    thread = app(service).tell(Telling(text, "https://desk.example/x", button="打开会话"))

    [(answers, said)] = feishu.said
    card = json.loads(said["content"])
    assert (thread, answers, said["receive_id"], said["msg_type"]) == (
        "om_1",
        "",
        ROOM,
        "interactive",
    )
    assert card["elements"][0]["text"] == {"tag": "plain_text", "content": text}
    [button] = card["elements"][1]["actions"]
    assert (button["url"], button["text"]["content"]) == ("https://desk.example/x", "打开会话")


def test_a_thread_is_answered_in_words(service: Vendor, feishu: Feishu) -> None:
    assert app(service).tell(Telling("已发送。\n<at>", thread="om_7")) == "om_1"

    [(answers, said)] = feishu.said
    assert (answers, said["msg_type"], "receive_id" in said) == ("om_7", "post", False)
    lines = json.loads(said["content"])["zh_cn"]["content"]
    assert lines == [[{"tag": "text", "text": "已发送。"}], [{"tag": "text", "text": "<at>"}]]


def test_a_token_is_kept_until_it_ends(service: Vendor, feishu: Feishu) -> None:
    for _time in range(3):
        app(service).tell(Telling("hi"))
    assert feishu.tokens == 1

    feishu.token = "t-2"
    app(service).tell(Telling("hi"))
    assert (feishu.tokens, len(feishu.said)) == (2, 4)


def test_only_who_works_here_is_vouched_for(service: Vendor, feishu: Feishu) -> None:
    feishu.users = {
        "ou_1": {"email": "tom@tea.example", "enterprise_email": ""},
        "ou_2": {"email": "li@home.example", "enterprise_email": "li@tea.example"},
        "ou_3": {"email": "gone@tea.example", "status": {"is_resigned": True}},
        "ou_4": {"email": "ice@tea.example", "status": {"is_frozen": True}},
    }
    known = [app(service).email_of(f"ou_{number}") for number in range(1, 6)]

    assert known == ["tom@tea.example", "li@tea.example", "", "", ""]
    feishu.refusing = (400, 99991672, "Access denied. One of the following scopes is required")
    with pytest.raises(Refused, match="99991672"):
        app(service).email_of("ou_1")


def test_both_hosts_are_known() -> None:
    assert plugin.BASES == {
        "feishu": "https://open.feishu.cn",
        "lark": "https://open.larksuite.com",
    }
    with mock.patch.object(plugin, "Api") as made:
        for region in ("feishu", "lark", ""):
            app(region=region).try_out()
    assert [call.args[0] for call in made.call_args_list] == [
        *plugin.BASES.values(),
        plugin.BASES["feishu"],
    ]


@pytest.mark.parametrize(
    ("status", "code", "failure"),
    [
        (400, 230002, Failure.INVALID_RECIPIENT), (400, 230035, Failure.BLOCKED), (400, 230020, Failure.RATE),
        (429, 99991400, Failure.RATE), (400, 230027, Failure.AUTH), (400, 230001, Failure.CONTENT),
        (500, 2200, Failure.TRANSIENT), (200, 230028, Failure.CONTENT), (200, "x", Failure.CONTENT),
    ],
)  # fmt: skip
def test_a_no_is_told_in_the_small_words(
    service: Vendor, feishu: Feishu, status: int, code: Any, failure: Failure
) -> None:
    feishu.refusing = (status, code, "no")

    with pytest.raises(Undelivered) as stopped:
        api.Api(service.address, SETTINGS["app_id"], APP_SECRET).post(
            "/open-apis/im/v1/messages", {}
        )

    assert stopped.value.failure == failure
    with pytest.raises((Refused, Unreachable), match=str(code)):
        app(service).tell(Telling("hi"))


def test_the_settings_can_be_tried(service: Vendor, feishu: Feishu) -> None:
    assert app(service).try_out() == "同心"
    for wrong in ({"app_secret": "wrong"}, {"app_id": ""}):
        with pytest.raises(Refused, match=r"inbox\.not_accepted"):
            app(service, **wrong).try_out()


@pytest.fixture
def lark() -> Iterator[Any]:
    before = set(sys.modules)
    pytest.importorskip(
        "lark_oapi", reason="lark-oapi is sixty megabytes, and wants older websockets"
    )
    from lark_oapi.event import dispatcher_handler

    yield dispatcher_handler
    for name in set(sys.modules) - before:  # ten thousand of them
        del sys.modules[name]


@pytest.mark.filterwarnings("ignore")
def test_lark_s_own_library_opens_and_believes_the_same(lark: Any) -> None:
    from lark_oapi.core.model import RawRequest

    heard: list[Any] = []
    theirs = lark.EventDispatcherHandler.builder(KEY, TOKEN)
    theirs = theirs.register_p2_im_message_receive_v1(heard.append).build()

    def asked(call: Call) -> Any:
        request = RawRequest()
        names = {
            "x-lark-request-timestamp": "X-Lark-Request-Timestamp",
            "x-lark-request-nonce": "X-Lark-Request-Nonce",
        }
        names["x-lark-signature"] = "X-Lark-Signature"
        request.uri, request.body = "/", call.body
        request.headers = {names[name]: value for name, value in call.headers.items()}
        return theirs.do(request)

    call = called(event("您好", "om_9"))
    ours = app().hear(call)

    assert asked(call).status_code == 200
    [message] = [one.event.message for one in heard]
    assert (message.message_id, message.root_id) == (ours[0].external_id, ours[0].thread)
    assert json.loads(message.content)["text"] == ours[0].text
    assert (
        asked(Call("POST", "/", {**call.headers, "x-lark-signature": "0"}, call.body)).status_code
        == 500
    )
    shaken = app().handshake(unsigned(TRIED))
    assert shaken is not None
    assert json.loads(asked(unsigned(TRIED)).content) == json.loads(shaken.body)
