"""抖音: signed, pushed and answered as its documentation says."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plugins.making import PNG, called, connected, enclosed, going, said
from tests.plugins.standin import Asked, Vendor
from tongxin.plugins.channel_douyin import api as douyin_api
from tongxin.sdk import RECALLED, Call, Channel, Failure, Refused, Tokens, Unreachable

KEY, SECRET, ACCOUNT = "tt5daf", "1fe2d0a7c5b84936", "aaa-7ae0"
LAST = "@msg+1== @conv/1=="
DAY = 86_400


class Platform:
    """抖音's open platform: its tokens end as soon as others are given."""

    def __init__(self) -> None:
        self.given = 0
        self.sent: list[dict[str, Any]] = []
        self.refusing: dict[str, Any] = {}
        self.grant, self.lasts, self.prolongs = "rft.1", 30 * DAY, True

    def __call__(self, asked: Asked) -> Any:
        if asked.path.startswith("/oauth/"):
            return self._token(asked)
        if asked.headers.get("access-token") != f"t{self.given}":
            return 200, {"err_no": 28001003, "err_msg": "access_token无效", "data": {}}
        if asked.path == "/im/send/msg/":
            return 200, self.refusing or self._sent(asked)
        if asked.path == "/api/im/message/resources/":
            found = asked.query == {"open_id": "u", "conversation_id": "@c", "message_id": "@m+1="}
            address = f"http://{asked.headers['host']}/file?a=1\\u0026b=2"
            told: dict[str, Any] = {"data": {"media_type": "image", "url": address}, "err_no": 0}
            return 200, told if found else {"err_no": 28029016, "err_msg": "不支持的消息类型"}
        if asked.path == "/file" and asked.headers.get("openid") == "u" and asked.query["b"] == "2":
            return 200, PNG, {"content-type": "image/png"}
        return 404, {}

    def _token(self, asked: Asked) -> Any:
        if asked.path == "/oauth/renew_refresh_token/":
            return 200, {"data": self._newer(asked.form())}
        if asked.path == "/oauth/client_token/":
            right = asked.json() == {
                "grant_type": "client_credential", "client_key": KEY, "client_secret": SECRET,
            }  # fmt: skip
        else:
            form = {"client_key": KEY, "grant_type": "refresh_token", "refresh_token": self.grant}
            right = asked.form() == form
        if not right:
            return 200, {"data": {"error_code": 10010, "description": "refresh_token expired"}}
        self.given += 1
        told = {"access_token": f"t{self.given}", "expires_in": "7200", "error_code": 0}
        told["refresh_expires_in"] = self.lasts
        return 200, {"data": told, "message": "success"}

    def _newer(self, form: dict[str, str]) -> dict[str, Any]:
        if not self.prolongs or form != {"client_key": KEY, "refresh_token": self.grant}:
            return {"error_code": 10010, "description": "refresh_token reached its limit"}
        self.grant, self.lasts = f"{self.grant}+", 30 * DAY
        return {"error_code": 0, "refresh_token": self.grant, "expires_in": 2592000}

    def _sent(self, asked: Asked) -> dict[str, Any]:
        self.sent.append({**asked.json(), "by": asked.query["open_id"]})
        return {"data": {"error_code": 0, "description": "", "msg_id": "@sent=="}, "extra": {}}


class Kept:
    """Keeps one secret, as the house does."""

    key = "inbox"

    def __init__(self, secret: str) -> None:
        self.secret = secret

    def renew(self, name: str, change: Callable[[str], str]) -> str:
        assert name == "refresh_token"
        self.secret = change(self.secret)
        return self.secret


@pytest.fixture
def platform(service: Vendor, monkeypatch: pytest.MonkeyPatch) -> Platform:
    monkeypatch.setattr(douyin_api, "_tokens", Tokens())
    service.answer = made = Platform()
    return made


def account(service: Vendor | None = None, **more: Any) -> Channel:
    base = {"client_key": KEY, "client_secret": SECRET, "open_id": ACCOUNT}
    return connected("douyin", **{**base, "api_base": service.address if service else "", **more})


def pushed(event: str, content: Any, **more: Any) -> Call:
    body = {"event": event, "from_user_id": "u", "to_user_id": ACCOUNT, "content": content, **more}
    return called("POST", "", json.dumps(body).encode(), msg_id="m1")


@given(st.binary(max_size=300))
def test_whatever_is_signed_as_documented_is_believed(body: bytes) -> None:
    shown = hashlib.sha1(SECRET.encode() + body).hexdigest()  # noqa: S324 - theirs

    account().verify(called("POST", "", body, x_douyin_signature=shown))

    for other in (body + b" ", body[1:] if body else b"x"):
        with pytest.raises(Refused, match=r"hook\.forged"):
            account().verify(called("POST", "", other, x_douyin_signature=shown))


@pytest.mark.parametrize("challenge", [12345, "12345"])
def test_the_challenge_is_said_back_as_it_came(challenge: int | str) -> None:
    body = {"event": "verify_webhook", "client_key": "", "content": {"challenge": challenge}}

    answer = account().handshake(called("POST", "", json.dumps(body).encode()))

    assert answer is not None
    assert json.loads(answer.body) == {"challenge": challenge}


def test_a_repetition_is_the_same_whether_it_has_a_number_or_not() -> None:
    message = {"server_message_id": "@m", "message_type": "text", "text": "在吗"}
    calls = [
        *[pushed("im_receive_msg", message)] * 2,
        *[pushed("im_enter_direct_msg", {"scene_type": 1})] * 2,
    ]

    names = [account().hear(call).arrivals[0].external_id for call in calls]

    assert names == ["@m", "@m", "entered:m1", "entered:m1"]


def test_what_is_taken_back_is_the_message_that_was_heard() -> None:
    message = {
        "server_message_id": "@m",
        "conversation_short_id": "@c",
        "message_type": "text",
        "text": "在吗",
    }
    bare = {"server_message_id": "@m"}

    heard, recalled, unknown = (
        account().hear(pushed(event, content)).arrivals[0]
        for event, content in [("im_receive_msg", message), ("im_recall_msg", message), ("im_recall_msg", bare)]
    )  # fmt: skip

    assert (recalled.event, recalled.mends) == (RECALLED, heard.external_id)
    assert unknown.mends == ""


def test_other_accounts_of_the_app_are_left_alone() -> None:
    message = {"server_message_id": "@m", "message_type": "text", "text": "在吗"}

    assert not account().hear(pushed("im_receive_msg", message, to_user_id="other")).arrivals
    assert not account().hear(pushed("im_receive_msg", message, from_user_id=ACCOUNT)).arrivals


def test_a_reply_names_what_it_answers(service: Vendor, platform: Platform) -> None:
    card = {"msg_type": 8, "applet_card": {"card_template_id": "7", "app_id": KEY, "path": "p"}}

    receipt = said(account(service), going("u", answers=LAST))
    said(account(service), going("u", answers=LAST, template=card))

    reply, other = platform.sent
    assert receipt.external_id == "@sent=="
    assert reply == {
        "by": ACCOUNT, "to_user_id": "u", "msg_id": "@msg+1==", "conversation_id": "@conv/1==",
        "scene": "im_reply_msg", "content": {"msg_type": 1, "text": {"text": "您好"}},
    }  # fmt: skip
    assert other["content"] == card


def test_nobody_is_written_to_who_did_not_write(service: Vendor, platform: Platform) -> None:
    assert said(account(service), going("u")).error == Failure.WINDOW_CLOSED
    assert said(account(service), going("u", "", files=(enclosed(),))).error == Failure.MEDIA
    assert service.asked == []


def test_one_token_serves_many_and_a_stale_one_is_renewed_once(
    service: Vendor, platform: Platform
) -> None:
    for _ in range(3):
        assert said(account(service), going("u", answers=LAST)).error == ""
    assert service.paths().count("/oauth/client_token/") == 1

    platform.given += 1  # another process fetched one
    assert said(account(service), going("u", answers=LAST)).error == ""
    assert service.paths().count("/oauth/client_token/") == 2


def test_where_an_account_granted_it_its_token_is_used(service: Vendor, platform: Platform) -> None:
    granted = account(service, refresh_token="rft.1")
    expired = account(service, refresh_token="rft.0")

    assert said(granted, going("u", answers=LAST)).error == ""
    assert service.paths()[0] == "/oauth/refresh_token/"
    assert said(expired, going("u", answers=LAST)).error == Failure.AUTH


def granted(service: Vendor, kept: Kept) -> Channel:
    channel = account(service, refresh_token=kept.secret)
    channel.keeper = kept
    return channel


def test_a_grant_that_ends_soon_is_prolonged_and_kept(service: Vendor, platform: Platform) -> None:
    kept = Kept("rft.1")
    assert said(granted(service, kept), going("u", answers=LAST)).error == ""
    assert kept.secret == "rft.1"

    platform.lasts, platform.given = 15 * DAY, platform.given + 1  # half a month later
    for _ in range(3):
        assert said(granted(service, kept), going("u", answers=LAST)).error == ""

    assert kept.secret == platform.grant == "rft.1+"
    assert service.paths().count("/oauth/renew_refresh_token/") == 1


def test_what_cannot_be_prolonged_goes_on_and_what_cannot_be_kept_is_left(
    service: Vendor, platform: Platform
) -> None:
    platform.lasts, platform.prolongs = DAY, False
    kept = Kept("rft.1")
    assert said(granted(service, kept), going("u", answers=LAST)).error == ""
    assert kept.secret == "rft.1"
    asked = len(service.paths())

    platform.prolongs, platform.given = True, platform.given + 1
    assert said(account(service, refresh_token="rft.1"), going("u", answers=LAST)).error == ""
    assert "/oauth/renew_refresh_token/" not in service.paths()[asked:]


def test_what_somebody_entered_meanwhile_stays(service: Vendor, platform: Platform) -> None:
    platform.lasts = DAY
    kept = Kept("rft.1")
    channel = granted(service, kept)
    kept.secret = "rft.9"

    assert said(channel, going("u", answers=LAST)).error == ""
    assert kept.secret == "rft.9"
    assert "/oauth/renew_refresh_token/" not in service.paths()


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"err_no": 28003082, "err_msg": "no"}, Failure.WINDOW_CLOSED),
        ({"data": {"error_code": 28003017, "description": "quota"}}, Failure.QUOTA),
        ({"data": {"error_code": 0}, "extra": {"error_code": 28001018}}, Failure.AUTH),
        ({"err_no": 10020}, Failure.RATE),
        ({"err_no": 2100009}, Failure.BLOCKED),
        ({"err_no": 28001005}, Failure.TRANSIENT),
        ({"err_no": 28003999}, Failure.CONTENT),
        ({"err_no": "odd"}, Failure.TRANSIENT),
    ],
)
def test_each_no_has_its_reason(
    service: Vendor, platform: Platform, told: dict[str, Any], error: Failure
) -> None:
    platform.refusing = told

    assert said(account(service), going("u", answers=LAST)).error == error


def test_what_people_took_is_fetched_by_its_message(service: Vendor, platform: Platform) -> None:
    file = account(service).fetch(json.dumps(["u", "@c", "@m+1="]))

    assert (file.kind, file.content) == ("image/png", PNG)
    for reference in (json.dumps(["u", "@c", "@gone"]), "odd", "[1]"):
        with pytest.raises(Refused, match=r"file\.missing"):
            account(service).fetch(reference)


def test_settings_are_tried_even_where_a_token_is_kept(service: Vendor, platform: Platform) -> None:
    assert said(account(service), going("u", answers=LAST)).error == ""
    assert account(service).try_out() == ACCOUNT
    assert service.paths().count("/oauth/client_token/") == 2

    with pytest.raises(Refused, match=r"inbox\.not_accepted"):
        account(service, client_secret="wrong").try_out()
    service.answer = lambda _asked: (502, b"<html>")
    with pytest.raises(Refused, match=r"inbox\.unreachable"):
        account(service).try_out()


def test_where_the_platform_is_down_a_file_may_come_later(
    service: Vendor, platform: Platform
) -> None:
    service.answer = lambda _asked: (502, b"<html>")

    with pytest.raises(Unreachable):
        account(service).fetch(json.dumps(["u", "@c", "@m+1="]))
