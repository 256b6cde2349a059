"""微博: signed as wechatpy checks it, answered as its documentation says."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.utils import check_signature

from tests.plugins.making import PNG, called, connected, enclosed, going, said
from tests.plugins.standin import Asked, Vendor
from tongxin.sdk import Call, Channel, Failure, Refused, Unreachable, signed_words

SECRET = "a3f1c09d7be24586"
TOKEN = "2.00abcd"
PUSH = {
    "type": "text", "receiver_id": 1902538057, "sender_id": 2489518277,
    "created_at": "Mon Jul 16 18:09:20 +0800 2012", "text": "在吗", "data": {},
}  # fmt: skip


def account(service: Vendor | None = None, **more: Any) -> Channel:
    base = {"app_secret": SECRET, "access_token": TOKEN}
    return connected("weibo", **{**base, "api_base": service.address if service else "", **more})


def pushed(**changed: Any) -> Call:
    return called("POST", "", json.dumps(PUSH | changed).encode())


@given(st.text(max_size=20), st.text(max_size=20))
def test_another_library_signs_and_believes_the_same(at: str, nonce: str) -> None:
    at, nonce = (word.encode("utf-8", "replace").decode() for word in (at, nonce))
    shown = signed_words(SECRET, at, nonce)

    check_signature(SECRET, shown, at, nonce)
    query = urlencode({"signature": shown, "timestamp": at, "nonce": nonce})
    account().verify(called("POST", query, b"{}"))

    with pytest.raises(InvalidSignatureException):
        check_signature(f"{SECRET}x", shown, at, nonce)
    with pytest.raises(Refused, match=r"hook\.forged"):
        account(app_secret=f"{SECRET}x").verify(called("POST", query, b"{}"))


def test_a_repetition_is_the_same_and_another_word_of_that_second_is_another() -> None:
    names = [
        account().hear(call).arrivals[0].external_id
        for call in (pushed(), pushed(), pushed(text="你好"), pushed(sender_id="2489518277"))
    ]

    assert names[0] == names[1] == names[3]
    assert names[2] != names[0]


@pytest.mark.parametrize(
    "changed", [{"sender_id": 0.5}, {"sender_id": "x"}, {"sender_id": True}, {"created_at": None}]
)
def test_what_weibo_never_says_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=r"hook\.malformed"):
        account().hear(pushed(**changed))


def test_a_reply_is_said_as_documented(service: Vendor) -> None:
    service.answer = lambda _asked: (200, {"result": True, "type": "text"})

    receipt = said(account(service), going("2489518277", "纯文本回复"))
    card = {"articles": [{"display_name": "两个故事", "summary": "…", "image": "i", "url": "u"}]}
    said(account(service), going("1", template={"type": "articles", "data": card}))

    reply, other = service.asked
    assert receipt.error == ""
    assert (reply.path, reply.query) == ("/2/messages/reply.json", {"access_token": TOKEN})
    assert reply.form() == {
        "receiver_id": "2489518277", "type": "text", "data": '{"text": "纯文本回复"}',
    }  # fmt: skip
    assert json.loads(other.form()["data"]) == card


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (20301, Failure.BLOCKED),
        (20003, Failure.INVALID_RECIPIENT),
        (20012, Failure.CONTENT),
        (20999, Failure.CONTENT),
        (21327, Failure.AUTH),
        (21332, Failure.AUTH),
        (10023, Failure.RATE),
        (10001, Failure.TRANSIENT),
        ("odd", Failure.TRANSIENT),
    ],
)
def test_each_no_has_its_reason(service: Vendor, code: Any, error: Failure) -> None:
    service.answer = lambda _asked: (400, {"error": "no", "error_code": code, "request": "/2"})

    receipt = said(account(service), going("1"))

    assert receipt.error == error
    assert (receipt.retry_after > 0) == (error == Failure.RATE)


def test_without_a_token_nothing_is_asked(service: Vendor) -> None:
    assert said(account(service, access_token=""), going("1")).error == Failure.AUTH
    assert service.asked == []


def test_files_do_not_go_out(service: Vendor) -> None:
    assert said(account(service), going("1", "", files=(enclosed(),))).error == Failure.MEDIA
    assert service.asked == []


def test_pictures_are_fetched_by_the_receiver_s_number(service: Vendor) -> None:
    def answer(asked: Asked) -> Any:
        if asked.query.get("fid") == "busy":
            return 502, b"<html>"
        if asked.query != {"access_token": TOKEN, "fid": "821804469"}:
            return 400, {"error": "fid is illegal", "error_code": 20302}
        return 200, PNG, {"content-type": "image/png"}

    service.answer = answer

    assert account(service).fetch("821804469").content == PNG
    with pytest.raises(Refused, match=r"file\.missing"):
        account(service).fetch("gone")
    with pytest.raises(Unreachable):
        account(service).fetch("busy")


def test_settings_are_tried(service: Vendor) -> None:
    service.answer = lambda asked: (
        (200, {"uid": 1902538057, "appkey": "1", "expire_in": 157679471})
        if asked.form()["access_token"] == TOKEN
        else (400, {"error": "expired_token", "error_code": 21327})
    )

    assert account(service).try_out() == "1902538057"
    with pytest.raises(Refused, match="expired_token"):
        account(service, access_token="old").try_out()
