"""Text messages: Twilio as its library signs and sends; Aliyun as its documentation signs."""

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.plugins.making import PNG, called, connected, going, said
from tests.plugins.standin import Asked, Vendor
from tongxin.plugins.channel_sms.aliyun.plugin import signature
from tongxin.sdk import Call, Channel, Failure, Refused

SID, TOKEN = "AC0123456789abcdef", "12345"
HOOK = "https://desk.example/hooks/0123/"
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)


def twilio(service: Vendor | None = None, **more: Any) -> Channel:
    base = {"account_sid": SID, "auth_token": TOKEN, "sender": "+15017122661"}
    return connected(
        "sms_twilio", **{**base, "api_base": service.address if service else "", **more}
    )


def aliyun(service: Vendor, **more: Any) -> Channel:
    base = {
        "access_key_id": "testId", "access_key_secret": "testSecret", "sign_name": "同心茶铺", "key": "k",
        "template_code": "SMS_1", "api_base": service.address,
    }  # fmt: skip
    return connected("sms_aliyun", **{**base, **more})


class Led(TwilioHttpClient):  # type: ignore[misc]  # it has no types
    """Twilio's client, led to the stand-in."""

    def __init__(self, address: str) -> None:
        super().__init__(pool_connections=False)
        self.address = address

    def request(self, method: str, url: str, *args: Any, **named: Any) -> Any:
        return super().request(
            method, url.replace("https://api.twilio.com", self.address), *args, **named
        )


@given(st.dictionaries(_TEXT.filter(bool), _TEXT, min_size=1, max_size=5))
def test_what_the_library_signs_is_believed(form: dict[str, str]) -> None:
    shown = RequestValidator(TOKEN).compute_signature(HOOK, form)
    body = urlencode(form).encode()

    twilio().verify(Call("POST", HOOK, {"x-twilio-signature": shown}, body))

    with pytest.raises(Refused, match=r"hook\.forged"):
        twilio().verify(Call("POST", HOOK, {"x-twilio-signature": shown}, body + b"&a=b"))


@pytest.mark.parametrize(
    "seen", ["http://desk.example/hooks/0123/", "http://desk.example:8000/hooks/0123/"]
)
def test_behind_a_proxy_the_address_is_still_twilio_s(seen: str) -> None:
    form = {"MessageSid": "SM1", "From": "+15558675310", "Body": "hi"}
    shown = RequestValidator(TOKEN).compute_signature(HOOK, form)

    twilio().verify(Call("POST", seen, {"x-twilio-signature": shown}, urlencode(form).encode()))


def test_the_library_and_we_send_the_same(service: Vendor) -> None:
    service.answer = lambda _asked: (201, {"sid": "SM1", "status": "queued"})
    library = Client(SID, TOKEN, http_client=Led(service.address))
    library.messages.create(to="+15558675310", from_="+15017122661", body="您好")

    receipt = said(twilio(service), going("+15558675310"))
    said(twilio(service, sender="MG1"), going("+15558675310"))

    theirs, ours, by_service = service.asked
    assert (ours.path, ours.form()) == (theirs.path, theirs.form())
    assert ours.headers["authorization"] == theirs.headers["authorization"]
    assert by_service.form()["MessagingServiceSid"] == "MG1"
    assert receipt.external_id == "SM1"


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, 21610, Failure.BLOCKED),
        (400, 21211, Failure.INVALID_RECIPIENT),
        (400, 21617, Failure.CONTENT),
        (400, 99999, Failure.CONTENT),
        (401, 20003, Failure.AUTH),
        (429, 20429, Failure.RATE),
        (503, 0, Failure.TRANSIENT),
    ],
)
def test_each_no_of_twilio_has_its_reason(
    service: Vendor, status: int, code: int, error: Failure
) -> None:
    service.answer = lambda _asked: (status, {"code": code, "message": "no"})

    assert said(twilio(service), going("+15558675310")).error == error


def test_a_picture_is_fetched_from_where_twilio_leads(service: Vendor) -> None:
    def answer(asked: Asked) -> Any:
        if asked.path == "/media":
            return 307, b"", {"location": f"{service.address}/cdn"}
        return (200, PNG, {"content-type": "image/png"}) if asked.path == "/cdn" else (404, b"")

    service.answer = answer

    assert twilio(service).fetch(f"{service.address}/media").content == PNG
    assert [("authorization" in one.headers) for one in service.asked] == [True, False]
    with pytest.raises(Refused, match=r"file\.missing"):
        twilio(service).fetch(f"{service.address}/gone")


def test_the_documented_vector_of_aliyun() -> None:
    asked = {
        "AccessKeyId": "testId", "Action": "SendSms", "Format": "XML", "OutId": "123",
        "PhoneNumbers": "15300000001", "RegionId": "cn-hangzhou", "SignName": "阿里云短信测试专用",
        "SignatureMethod": "HMAC-SHA1", "SignatureNonce": "45e25e9b-0a6f-4070-8c85-2956eda1b466",
        "SignatureVersion": "1.0", "TemplateCode": "SMS_71390007", "TemplateParam": '{"customer":"test"}',
        "Timestamp": "2017-07-12T02:42:19Z", "Version": "2017-05-25",
    }  # fmt: skip

    assert signature("GET", asked, "testSecret") == "zJDF+Lrzhj/ThnlvIToysFRq6t4="


def test_a_reply_goes_as_the_variable_of_the_template(service: Vendor) -> None:
    service.answer = lambda _asked: (200, {"Code": "OK", "Message": "OK", "BizId": "9^0"})

    receipt = said(aliyun(service), going("+8613900001111", "已为您改好"))
    said(aliyun(service), going("+85261234567", template={"code": "SMS_2", "params": {"n": "1"}}))

    reply, other = (one.form() for one in service.asked)
    assert receipt.external_id == "9^0"
    assert (reply["PhoneNumbers"], reply["TemplateParam"]) == (
        "13900001111",
        '{"content": "已为您改好"}',
    )
    assert (other["PhoneNumbers"], other["TemplateCode"]) == ("85261234567", "SMS_2")
    signed = {name: value for name, value in reply.items() if name != "Signature"}
    assert reply["Signature"] == signature("POST", signed, "testSecret")


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("isv.BUSINESS_LIMIT_CONTROL", Failure.QUOTA),
        ("isv.MOBILE_NUMBER_ILLEGAL", Failure.INVALID_RECIPIENT),
        ("isv.BLACK_KEY_CONTROL_LIMIT", Failure.CONTENT),
        ("isv.SOMETHING_NEW", Failure.CONTENT),
        ("isv.AMOUNT_NOT_ENOUGH", Failure.AUTH),
        ("SignatureDoesNotMatch", Failure.AUTH),
        ("Throttling.User", Failure.RATE),
        ("isp.SYSTEM_ERROR", Failure.TRANSIENT),
    ],
)
def test_each_no_of_aliyun_has_its_reason(service: Vendor, code: str, error: Failure) -> None:
    service.answer = lambda _asked: (
        400 if "." not in code else 200,
        {"Code": code, "Message": "no"},
    )

    assert said(aliyun(service), going("+8613900001111")).error == error


def test_settings_are_tried(service: Vendor) -> None:
    service.answer = lambda _asked: (200, {"Code": "OK", "friendly_name": "Tea Shop"})
    assert twilio(service).try_out() == "Tea Shop"
    assert aliyun(service).try_out() == "同心茶铺"

    service.answer = lambda _asked: (
        401,
        {"code": 20003, "message": "Authenticate", "Code": "SignatureDoesNotMatch"},
    )
    for channel in (twilio(service), aliyun(service)):
        with pytest.raises(Refused, match=r"inbox\.not_accepted"):
            channel.try_out()


def test_only_who_knows_the_key_may_bring_texts(service: Vendor) -> None:
    aliyun(service).verify(called("POST", "key=k", b"[]"))

    for query in ("", "key=", "key=x"):
        with pytest.raises(Refused, match=r"hook\.forged"):
            aliyun(service).verify(called("POST", query, b"[]"))
