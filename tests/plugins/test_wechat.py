"""微信客服, 公众号, 小程序: sealed as Tencent's samples and wechatpy do, and driven by wechatpy's clients."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy import WeChatClient
from wechatpy.crypto import WeChatCrypto
from wechatpy.work import WeChatClient as WorkClient
from wechatpy.work.crypto import WeChatCrypto as WorkCrypto

from tests.plugins.making import PNG, called, connected, enclosed, going, said
from tests.plugins.standin import Vendor
from tests.plugins.weixin import Weixin
from tongxin.plugins.channel_wechat import api as wechat_api
from tongxin.plugins.channel_wechat import crypto
from tongxin.sdk import (
    Address,
    Channel,
    Failure,
    Refused,
    Tokens,
    Unreachable,
    signed_words,
)

TOKEN, KEY = "spamtest", "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
APP, CORP = "wx49f0ab532d5d035a", "ww12345678910"
NEWS = (
    "<xml><ToUserName>ww12345678910</ToUserName><CreateTime>1348831860</CreateTime><MsgType>event</MsgType>"
    "<Event>kf_msg_or_event</Event><Token>ENC-token</Token><OpenKfId>{account}</OpenKfId></xml>"
)


@pytest.fixture
def weixin(service: Vendor, monkeypatch: pytest.MonkeyPatch) -> Weixin:
    monkeypatch.setattr(wechat_api, "_tokens", Tokens())
    service.answer = made = Weixin()
    return made


def account(service: Vendor, name: str = "wechat_oa", **more: Any) -> Channel:
    base = {"token": TOKEN, "aes_key": KEY, "secret": "s", "api_base": service.address}
    return connected(
        name, **base, **({"corp_id": CORP} if name == "wechat_kf" else {"app_id": APP}), **more
    )


@pytest.mark.parametrize(
    "vector",
    [
        (
            "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7",
            "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "1409659589", "263014780",
            "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==",
            "1616140317555161061",
        ),
        (
            "123456", "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR", "wx49f0ab532d5d035a",
            "dd6b9c95b495b3f7e2901bfbc76c664930ffdb96", "1411443780", "437374425",
            "4ByGGj+sVCYcvGeQYhaKIk1o0pQRNbRjxybjTGblXrBaXlTXeOo1+bXFXDQQb1o6co6Yh9Bv41n7hOchLF6p+Q==",
            "5927782489442352469",
        ),
    ],
    ids=["tencent", "wechatpy"],
)  # fmt: skip
def test_official_vectors_open(vector: tuple[str, ...]) -> None:
    token, key, owner, shown, at, nonce, echo, plain = vector

    crypto.check(token, shown, at, nonce, echo)

    assert crypto.opened(key, owner, echo).decode() == plain
    for wrong_key, wrong_owner in ((key, f"{owner}x"), (KEY[::-1], owner)):
        with pytest.raises(Refused):
            crypto.opened(wrong_key, wrong_owner, echo)
    with pytest.raises(Refused):
        crypto.check(token, shown, at, nonce, echo[:-4])


@given(st.text(), st.text(alphabet="0123456789", min_size=1, max_size=12))
def test_what_wechatpy_seals_we_open(text: str, nonce: str) -> None:
    sealer = WeChatCrypto(TOKEN, KEY, APP)
    sealed = sealer.encrypt_message(text.encode("utf-8", "replace").decode(), nonce, "1")
    encrypted = sealed.partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]
    shown = sealed.partition("<MsgSignature><![CDATA[")[2].partition("]]>")[0]

    crypto.check(TOKEN, shown, "1", nonce, encrypted)
    assert crypto.opened(KEY, APP, encrypted) == text.encode("utf-8", "replace")


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda t: t.encode("utf-8", "replace")))
def test_what_nobody_sealed_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused):
        crypto.opened(KEY, APP, raw.decode("latin-1"))


def test_once_a_key_is_set_nothing_comes_in_unsealed(service: Vendor) -> None:
    words = {"timestamp": "1", "nonce": "2", "signature": signed_words(TOKEN, "1", "2")}
    fields = {"FromUserName": "o", "CreateTime": "1", "MsgType": "text", "Content": "hi"}
    body = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    call = called("POST", urlencode(words), f"<xml>{body}</xml>".encode())
    in_the_open = connected("wechat_oa", token=TOKEN, app_id=APP)

    in_the_open.verify(call)
    assert in_the_open.hear(call).arrivals[0].external_id == "o:1"
    with pytest.raises(Refused, match=r"hook\.forged"):
        account(service).verify(call)


def test_entities_are_refused(service: Vendor) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><xml><FromUserName>&a;</FromUserName></xml>'

    with pytest.raises(Refused, match=r"hook\.malformed"):
        connected("wechat_oa", token=TOKEN).hear(called("POST", "", bomb))


def test_the_library_and_we_say_the_same(
    service: Vendor, weixin: Weixin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WeChatClient, "API_BASE_URL", f"{service.address}/cgi-bin/")
    library = WeChatClient(APP, "s", access_token="T1")
    library.message.send_text("o1", "您好")
    kept = library.media.upload("image", ("a.png", PNG, "image/png"))
    library.message.send_image("o1", kept["media_id"])

    said(account(service), going("o1", files=(enclosed(),)))

    theirs_text, theirs_image, ours_image, ours_text = weixin.sent
    assert ours_text == theirs_text
    assert ours_image == theirs_image


def test_the_library_and_we_say_the_same_in_wecom(
    service: Vendor, weixin: Weixin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WorkClient, "API_BASE_URL", f"{service.address}/cgi-bin/")
    library = WorkClient(CORP, "s", access_token="T1")

    receipt = said(account(service, "wechat_kf"), going("wkA:wm1"))
    library.kf_message.send_text("wm1", "wkA", "您好", msgid=receipt.external_id)

    ours, theirs = weixin.sent
    assert ours == theirs
    assert len(receipt.external_id) == 32
    again = said(account(service, "wechat_kf"), going("wkA:wm1"))
    assert again.external_id == receipt.external_id


def test_files_wecom_knows_go_as_they_are_all_others_as_files(
    service: Vendor, weixin: Weixin
) -> None:
    files = (enclosed(), enclosed("a.pdf", "application/pdf", b"%PDF"))

    said(account(service, "wechat_kf"), going("wkA:wm1", "two files", files=files))

    assert [one["msgtype"] for one in weixin.sent] == ["image", "file", "text"]
    assert len({one["msgid"] for one in weixin.sent}) == 3


def test_a_welcome_goes_by_its_code(service: Vendor, weixin: Weixin) -> None:
    said(account(service, "wechat_kf"), going("wkA:wm1", template={"welcome_code": "c1"}))

    assert service.paths()[-1] == "/cgi-bin/kf/send_msg_on_event"
    assert weixin.sent[0]["code"] == "c1"


@pytest.mark.parametrize(
    ("name", "path", "msgid"),
    [("wechat_oa", "template", "200163840"), ("wechat_mini", "subscribe", "8842")],
)
def test_templates_go_where_the_window_is_closed(
    service: Vendor, weixin: Weixin, name: str, path: str, msgid: str
) -> None:
    template = {"template_id": "t1", "data": {"thing1": {"value": "订单 8812"}}}

    receipt = said(account(service, name), going("o1", template=template))

    assert service.paths()[-1] == f"/cgi-bin/message/{path}/send"
    assert receipt.external_id == msgid
    assert weixin.sent[0] == {"touser": "o1", **template}


@pytest.mark.parametrize(
    ("name", "code", "error"),
    [
        ("wechat_oa", 45015, Failure.WINDOW_CLOSED),
        ("wechat_oa", 45047, Failure.WINDOW_CLOSED),
        ("wechat_oa", 48002, Failure.BLOCKED),
        ("wechat_oa", 40003, Failure.INVALID_RECIPIENT),
        ("wechat_oa", 45002, Failure.CONTENT),
        ("wechat_oa", 40164, Failure.AUTH),
        ("wechat_oa", 45009, Failure.RATE),
        ("wechat_oa", -1, Failure.TRANSIENT),
        ("wechat_kf", 95001, Failure.WINDOW_CLOSED),
        ("wechat_kf", 95002, Failure.WINDOW_CLOSED),
        ("wechat_kf", 95013, Failure.WINDOW_CLOSED),
        ("wechat_kf", 45033, Failure.RATE),
        ("wechat_kf", 60020, Failure.AUTH),
        ("wechat_kf", "odd", Failure.TRANSIENT),
    ],
)
def test_each_no_has_its_reason(
    service: Vendor, weixin: Weixin, name: str, code: Any, error: Failure
) -> None:
    weixin.refusing = {"errcode": code, "errmsg": "no"}

    assert said(account(service, name), going("wkA:o1")).error == error


def test_what_an_official_account_cannot_carry_is_said_before_it_is_sent(
    service: Vendor, weixin: Weixin
) -> None:
    pdf = enclosed("a.pdf", "application/pdf", b"%PDF")

    assert said(account(service), going("o1", "", files=(pdf,))).error == Failure.MEDIA
    assert weixin.sent == []


def test_one_token_serves_many_and_a_stale_one_is_renewed_once(
    service: Vendor, weixin: Weixin
) -> None:
    for _ in range(3):
        assert said(account(service), going("o1")).error == ""
    assert service.paths().count("/cgi-bin/stable_token") == 1

    weixin.token = "T2"
    assert said(account(service), going("o1")).error == ""
    assert service.paths().count("/cgi-bin/stable_token") == 2


def test_a_wrong_secret_is_told_to_whoever_tries_it(service: Vendor, weixin: Weixin) -> None:
    assert account(service).try_out() == APP
    assert account(service, "wechat_kf").try_out() == "售后, 售前"
    assert account(service, "wechat_kf", accounts="wkB").try_out() == "售前"
    for settings in ({"secret": "x"}, {"aes_key": "short"}):
        base = {"token": TOKEN, "secret": "s", "app_id": APP, "api_base": service.address}
        with pytest.raises(Refused, match=r"inbox\.not_accepted"):
            connected("wechat_oa", **base | settings).try_out()
    with pytest.raises(Refused, match="wkX"):
        account(service, "wechat_kf", accounts="wkX").try_out()


def test_files_are_fetched_by_their_name(service: Vendor, weixin: Weixin) -> None:
    file = account(service).fetch("M1")

    assert (file.name, file.kind, file.content) == ("M1.png", "image/png", PNG)
    with pytest.raises(Refused, match=r"file\.missing"):
        account(service).fetch("gone")


def test_who_somebody_is_elsewhere_is_asked_for(service: Vendor, weixin: Weixin) -> None:
    channel: Any = account(service)

    assert channel.introduce(Address("wechat_oa", "o1")) == (Address("wechat_unionid", "U1"),)


def news(account_id: str) -> Any:
    sealed = WorkCrypto(TOKEN, KEY, CORP).encrypt_message(NEWS.format(account=account_id), "9", "1")
    shown = sealed.partition("<MsgSignature><![CDATA[")[2].partition("]]>")[0]
    query = urlencode({"msg_signature": shown, "timestamp": "1", "nonce": "9"})
    return called("POST", query, sealed.encode())


def message(number: int) -> dict[str, Any]:
    return {
        "msgid": f"m{number}", "send_time": 1615478585, "origin": 3, "msgtype": "text",
        "text": {"content": f"text {number}"}, "open_kfid": "wkA", "external_userid": "wm1",
    }  # fmt: skip


def test_news_is_fetched_behind_each_account_s_cursor(service: Vendor, weixin: Weixin) -> None:
    channel = account(service, "wechat_kf")
    weixin.pages = {
        "wkA:": {"next_cursor": "c1", "has_more": 1, "msg_list": [message(1)]},
        "wkA:c1": {"next_cursor": "c2", "has_more": 0, "msg_list": [message(2)]},
    }
    call = news("wkA")
    channel.verify(call)
    assert channel.hear(call).has_news
    opened = channel.listen()
    assert opened is not None

    with opened as line:
        first = line.next("", 0)
        second = line.next(first.cursor, 0)
        third = line.next(second.cursor, 0)

    [arrival] = channel.hear(called("POLL", body=first.bodies[0])).arrivals
    assert (arrival.external_id, arrival.sender) == ("m1", Address("wechat_kf", "wkA:wm1", "小梅"))
    assert Address("wechat_unionid", "U1") in arrival.also
    assert (first.has_more, second.has_more, third.bodies) == (True, False, [])
    assert json.loads(third.cursor) == {"wkA": "c2", "wkB": ""}
    asked = [one.json() for one in service.asked if one.path.endswith("sync_msg")]
    assert [one.get("token") for one in asked if one["open_kfid"] == "wkA"] == ["ENC-token"] * 3


def test_news_of_accounts_that_others_look_after_is_none(service: Vendor) -> None:
    assert not account(service, "wechat_kf", accounts="wkB").hear(news("wkA")).has_news


def test_where_nobody_answers_fetching_fails_as_the_house_expects(service: Vendor) -> None:
    service.answer = lambda _asked: (200, {"errcode": 40001, "errmsg": "invalid credential"})
    opened = account(service, "wechat_kf").listen()
    assert opened is not None

    with opened as line, pytest.raises(Unreachable):
        line.next("", 0)
