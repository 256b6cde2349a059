"""DingTalk, as its documentation signs, and as its own library reads and asks."""

import json
from datetime import timedelta
from typing import Any

import dingtalk_stream
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plugins.checks import examples_of
from tests.plugins.dingtalkapi import (
    APP,
    APP_SECRET,
    HOOK_SECRET,
    NOW,
    ROBOT,
    SETTINGS,
    DingTalk,
    called,
    push,
    sign,
    signed,
)
from tests.plugins.outposts import hears_bent, outpost_of
from tests.plugins.standin import Vendor
from tongxin.center.kit.plugins import load, manifests
from tongxin.plugins.outpost_dingtalk import api
from tongxin.sdk import Call, Failure, Outpost, Refused, Telling, Tokens, Undelivered, Unreachable

TOLD = Telling("小梅 has waited: #12", "https://desk.example/x", button="打开会话")


def robot(service: Vendor | None = None, **more: Any) -> Outpost:
    base = service.address if service else ""
    made = load(manifests()["dingtalk"])({**SETTINGS, "api_base": base, **more})
    assert isinstance(made, Outpost)
    return made


def by_webhook(service: Vendor, **more: Any) -> Outpost:
    address = f"{service.address}/robot/send?access_token=hook"
    return robot(service, **{"webhook": address, "webhook_secret": HOOK_SECRET, **more})


@pytest.fixture
def dingtalk(service: Vendor, monkeypatch: pytest.MonkeyPatch) -> DingTalk:
    monkeypatch.setattr(api, "_tokens", Tokens())
    service.answer = made = DingTalk()
    return made


@given(
    st.text(min_size=1, max_size=30).filter(lambda text: text.isprintable()), st.integers(0, 10**14)
)
def test_we_sign_as_the_documentation_does(secret: str, at: int) -> None:
    assert api.signature(secret, str(at)) == sign(str(at), secret)


@pytest.mark.parametrize(
    ("headers", "late"),
    [
        ({}, timedelta()),
        (signed(secret="another"), timedelta()),
        (signed(), timedelta(minutes=61)),
        (signed(), -timedelta(minutes=61)),
        ({**signed(), "timestamp": str(int(NOW.timestamp() * 1000) + 1)}, timedelta()),
        ({**signed(), "timestamp": "²"}, timedelta()),
        ({**signed(), "sign": "é"}, timedelta()),
    ],
)
def test_impostors_are_turned_away(headers: dict[str, str], late: timedelta) -> None:
    robot().verify(called(push("hi"), NOW + timedelta(minutes=59)))

    with pytest.raises(Refused, match=r"hook\.forged"):
        robot().verify(Call("POST", "/", headers, b"{}", NOW + late))


def test_without_a_secret_or_a_group_nobody_is_heard() -> None:
    shown = signed(secret="")
    with pytest.raises(Refused, match=r"hook\.forged"):
        robot(app_secret="").verify(Call("POST", "/", shown, b"{}", NOW))
    assert robot(room="").hear(called(push("#12 hi"))) == []
    assert robot().hear(called(push("#12 hi", senderId=ROBOT))) == []


@pytest.mark.parametrize(
    ("text", "words", "numbers"),
    [
        ("#12 你好", "你好", (12,)),
        ("＃12：reply: 你好", "reply: 你好", (12,)),
        ("#12", "", (12,)),
        ("#12号杯子碎了", "#12号杯子碎了", ()),
        ("见 #12", "见 #12", ()),
        ("#1234567890 x", "#1234567890 x", ()),
        ("#12 #13 x", "#13 x", (12,)),
    ],
)
def test_the_number_in_front_names_a_conversation(
    text: str, words: str, numbers: tuple[int, ...]
) -> None:
    [said] = robot().hear(called(push(text)))
    assert (said.text, said.numbers, said.to_us) == (words, numbers, True)


def quoting(*texts: str, sender: str = ROBOT) -> dict[str, Any]:
    said = push("好")
    said["text"]["repliedMsg"] = {
        "senderId": sender,
        "content": {"cardContent": [{"value": text} for text in texts]},
    }
    return said


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        (quoting("小梅 has waited: #12"), (12,)),
        (quoting("#13 has waited: #12"), (12, 13)),  # who is called like that does not choose
        (quoting("see #12", sender="$:LWCP_v1:$Tom"), ()),
        ({**quoting("#12"), "originalProcessQueryKey": "PQK1"}, ()),
    ],
)
def test_a_number_is_read_only_in_what_we_said_ourselves(
    said: dict[str, Any], numbers: tuple[int, ...]
) -> None:
    [heard] = robot().hear(called(said))
    assert heard.numbers == numbers
    assert heard.thread == said.get("originalProcessQueryKey", "")


def test_what_a_quoted_card_holds_is_looked_through_to_no_end() -> None:
    deep: Any = "#12"
    for _turn in range(40):
        deep = [deep]
    said = quoting()
    said["text"]["repliedMsg"]["content"] = deep
    assert robot().hear(called(said))[0].numbers == ()


@pytest.mark.parametrize("name", ["quote", "quoted_card", "rich_text", "picture"])
def test_whatever_comes_in_is_heard_or_refused(name: str) -> None:
    [example] = [one for one in examples_of(manifests()["dingtalk"]) if one.name == name]
    hears_bent(robot(), example.call.body, called)


def test_its_own_library_reads_the_same() -> None:
    manifest = manifests()["dingtalk"]
    for example in examples_of(manifest):
        theirs = dingtalk_stream.ChatbotMessage.from_dict(json.loads(example.call.body))
        for ours in outpost_of(manifest).hear(example.call):
            assert ours.external_id == theirs.message_id
            assert ours.author in {theirs.sender_staff_id, ""}
            words = "".join(theirs.get_text_list() or [])
            assert ours.text in words
            assert bool(ours.text) == bool(words.strip() and not theirs.get_image_list())


def test_its_own_library_gets_the_same_token(
    service: Vendor, dingtalk: DingTalk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dingtalk_stream.stream.DINGTALK_OPENAPI_ENDPOINT", service.address)
    client = dingtalk_stream.DingTalkStreamClient(dingtalk_stream.Credential(APP, APP_SECRET))

    assert client.get_access_token() == "T1"
    assert robot(service).try_out() == APP

    theirs, ours = service.asked
    assert (ours.path, ours.json()) == (theirs.path, theirs.json())


def test_an_alert_is_a_card_whose_names_are_only_names(service: Vendor, dingtalk: DingTalk) -> None:
    text = "[点我](https://evil.example) <font>**A**: #12"
    thread = robot(service).tell(Telling(text, "https://desk.example/x", button="打开会话"))

    [card] = dingtalk.said
    assert (thread, card["kind"], card["title"]) == ("PQK1", "sampleActionCard", text)
    assert (card["singleTitle"], card["singleURL"]) == ("打开会话", "https://desk.example/x")
    assert not set("[]<>*") & set(card["text"])

    robot(service).tell(Telling(text))
    assert dingtalk.said[-1] == {"kind": "sampleText", "content": text}


def test_a_webhook_is_signed_and_has_names_of_our_own(service: Vendor, dingtalk: DingTalk) -> None:
    first, other = by_webhook(service).tell(TOLD), by_webhook(service).tell(Telling("hi"))

    assert first != other
    assert [said["kind"] for said in dingtalk.said] == ["actionCard", "text"]
    assert by_webhook(service, app_key="", app_secret="", room="").try_out() == "webhook"
    with pytest.raises(Refused, match="310000"):
        by_webhook(service, webhook_secret="SECwrong").tell(TOLD)


def test_a_token_is_kept_until_it_ends_in_both_interfaces(
    service: Vendor, dingtalk: DingTalk
) -> None:
    dingtalk.users = {"u1": {"email": "tom@tea.example"}}
    for _time in range(2):
        robot(service).tell(TOLD)
        assert robot(service).email_of("u1") == "tom@tea.example"
    assert dingtalk.tokens == 1

    dingtalk.token = "T2"
    assert robot(service).email_of("u1") == "tom@tea.example"
    dingtalk.token = "T3"
    robot(service).tell(TOLD)
    assert (dingtalk.tokens, len(dingtalk.said)) == (3, 3)


def test_only_who_works_here_is_vouched_for(service: Vendor, dingtalk: DingTalk) -> None:
    dingtalk.users = {
        "u1": {"email": "tom@tea.example"},
        "u2": {"email": "li@home.example", "org_email": "li@tea.example"},
        "u3": {"email": "gone@tea.example", "active": False},
    }
    known = [robot(service).email_of(f"u{number}") for number in range(1, 5)]

    assert known == ["tom@tea.example", "li@tea.example", "", ""]
    dingtalk.refusing = (200, {"errcode": 88, "errmsg": "ding talk error[subcode=60011]"})
    with pytest.raises(Refused, match="60011"):
        robot(service).email_of("u1")


@pytest.mark.parametrize(
    ("status", "said", "failure"),
    [
        (400, {"code": "invalidParameter.robotCode.notExsit"}, Failure.INVALID_RECIPIENT),
        (400, {"code": "bot.stopped"}, Failure.BLOCKED),
        (403, {"code": "Forbidden.AccessDenied.AccessTokenPermissionDenied"}, Failure.AUTH),
        (403, {"code": "of.a.new.kind"}, Failure.AUTH),
        (429, {"code": "of.a.new.kind"}, Failure.RATE),
        (200, {"errcode": 410100, "errmsg": "send too fast"}, Failure.RATE),
        (200, {"errcode": -1, "errmsg": "系统繁忙"}, Failure.TRANSIENT),
        (200, {"errcode": 400013, "errmsg": "群已被解散"}, Failure.INVALID_RECIPIENT),
        (400, {"code": "invalidParameter.msgParam.invalid"}, Failure.CONTENT),
        (503, {"code": "ServiceUnavailable"}, Failure.TRANSIENT),
        (500, {}, Failure.TRANSIENT),
    ],
)
def test_a_no_is_told_in_the_small_words(
    service: Vendor, dingtalk: DingTalk, status: int, said: dict[str, Any], failure: Failure
) -> None:
    dingtalk.refusing = (status, said)

    with pytest.raises(Undelivered) as stopped:
        api.Api(service.address, APP, APP_SECRET).post("/v1.0/robot/groupMessages/send", {})

    assert stopped.value.failure == failure
    with pytest.raises((Refused, Unreachable)):
        robot(service).tell(TOLD)


@pytest.mark.parametrize("wrong", [{"app_secret": "wrong"}, {"app_key": ""}, {"room": ""}])
def test_what_is_missing_is_said(
    service: Vendor, dingtalk: DingTalk, wrong: dict[str, str]
) -> None:
    with pytest.raises(Refused, match=r"inbox\.not_accepted"):
        robot(service, **wrong).tell(TOLD)
