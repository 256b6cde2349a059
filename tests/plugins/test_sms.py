"""Text messages: Twilio as its library signs and sends; Aliyun and Tencent as their documentation signs."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from tests.plugins.making import PNG, called, connected, enclosed, going, said
from tests.plugins.standin import Asked, Vendor
from tongxin.plugins.channel_sms.aliyun.plugin import signature
from tongxin.plugins.channel_sms.phones import failure_of, international
from tongxin.plugins.channel_sms.tencent.signing import authorization
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


def tencent(service: Vendor, **more: Any) -> Channel:
    base = {
        "secret_id": "AKID", "secret_key": "k", "app_id": "1400006666", "sign_name": "同心茶铺", "key": "k",
        "template_id": "1110", "api_base": service.address,
    }  # fmt: skip
    return connected("sms_tencent", **{**base, **more})


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
    ("door", "named"), [(HOOK, [HOOK]), ("http://desk.local/hooks/0/", []), ("", [])]
)
def test_twilio_tells_what_became_of_it_where_it_can_reach_us(
    service: Vendor, door: str, named: list[str]
) -> None:
    service.answer = lambda _asked: (201, {"sid": "SM1", "status": "queued"})
    library = Client(SID, TOKEN, http_client=Led(service.address))
    library.messages.create(
        to="+15558675310", from_="+15017122661", body="您好", status_callback=HOOK
    )

    said(twilio(service), going("+15558675310", door=door))

    theirs, ours = (one.form() for one in service.asked)
    assert [ours[name] for name in ("StatusCallback",) if name in ours] == named
    assert {**ours, "StatusCallback": HOOK} == theirs


def test_the_library_and_we_send_the_same_files(service: Vendor) -> None:
    service.answer = lambda _asked: (201, {"sid": "MM1", "status": "queued"})
    library = Client(SID, TOKEN, http_client=Led(service.address))
    addresses = ["https://desk.example/a?1", "https://desk.example/b?1"]
    library.messages.create(
        to="+15558675310", from_="+15017122661", body="您好", media_url=addresses
    )

    files = tuple(enclosed(at=address.removesuffix("?1")) for address in addresses)
    said(twilio(service), going("+15558675310", files=files))

    theirs, ours = (sorted(parse_qsl(one.body.decode())) for one in service.asked)
    assert ours == theirs
    assert [value for name, value in ours if name == "MediaUrl"] == addresses


def test_where_the_house_is_not_public_files_do_not_go(service: Vendor) -> None:
    receipt = said(twilio(service), going("+15558675310", files=(enclosed(),)))

    assert receipt.error == Failure.MEDIA
    assert "TONGXIN_ADDRESS" in receipt.detail
    many = (enclosed(at="https://desk.example/a"),) * 11
    assert said(twilio(service), going("+15558675310", files=many)).error == Failure.MEDIA
    assert service.asked == []


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


@pytest.mark.parametrize("state", [0, 2, 10])
def test_a_signature_that_aliyun_has_not_approved_is_said(service: Vendor, state: int) -> None:
    service.answer = lambda _asked: (200, {"Code": "OK", "SignStatus": state})

    with pytest.raises(Refused, match="not approved"):
        aliyun(service).try_out()


def test_only_who_knows_the_key_may_bring_texts(service: Vendor) -> None:
    for channel in (aliyun(service), tencent(service)):
        channel.verify(called("POST", "key=k", b"[]"))

        for query in ("", "key=", "key=x"):
            with pytest.raises(Refused, match=r"hook\.forged"):
                channel.verify(called("POST", query, b"[]"))


def test_the_documented_vector_of_tencent() -> None:
    body = (
        rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
    )
    pair = ("AKID" + "*" * 32, "*" * 32)

    shown = authorization(pair, "cvm.tencentcloudapi.com", "DescribeInstances", 1551113065, body)

    assert shown == (
        "TC3-HMAC-SHA256 Credential=AKID********************************/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host;x-tc-action, "
        "Signature=10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
    )


def of_tencent(**said: Any) -> Any:
    return lambda _asked: (200, {"Response": {"RequestId": "r", **said}})


def test_a_reply_by_tencent_is_signed_over_what_it_says(service: Vendor) -> None:
    taken = {"SerialNo": "5000:1", "Code": "Ok", "Message": "send success", "IsoCode": "CN"}
    service.answer = of_tencent(SendStatusSet=[taken])

    receipt = said(tencent(service), going("+8613900001111", "已为您改好"))
    said(tencent(service), going("+8613900001111", template={"id": "7", "params": ["1", 2]}))

    reply, other = service.asked
    assert receipt.external_id == "5000:1"
    assert reply.json() == {
        "PhoneNumberSet": ["+8613900001111"], "SmsSdkAppId": "1400006666", "SignName": "同心茶铺",
        "TemplateId": "1110", "TemplateParamSet": ["已为您改好"], "SessionContext": "message:7",
    }  # fmt: skip
    assert (other.json()["TemplateId"], other.json()["TemplateParamSet"]) == ("7", ["1", "2"])
    at = int(reply.headers["x-tc-timestamp"])
    right = authorization(("AKID", "k"), reply.headers["host"], "SendSms", at, reply.body)
    assert reply.headers["authorization"] == right
    assert reply.headers["x-tc-version"] == "2021-01-11"


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("LimitExceeded.PhoneNumberDailyLimit", Failure.QUOTA),
        ("LimitExceeded.DeliveryFrequencyLimit", Failure.RATE),
        ("RequestLimitExceeded", Failure.RATE),
        ("InvalidParameterValue.IncorrectPhoneNumber", Failure.INVALID_RECIPIENT),
        ("FailedOperation.PhoneNumberInBlacklist", Failure.BLOCKED),
        ("FailedOperation.ContainSensitiveWord", Failure.CONTENT),
        ("FailedOperation.InsufficientBalanceInSmsPackage", Failure.AUTH),
        ("AuthFailure.SignatureFailure", Failure.AUTH),
        ("InternalError.Timeout", Failure.TRANSIENT),
        ("", Failure.TRANSIENT),
    ],
)
def test_each_no_of_tencent_has_its_reason_wherever_it_says_it(
    service: Vendor, code: str, error: Failure
) -> None:
    said_so = {"Code": code, "Message": "no"}
    for told in ({"Error": said_so}, {"SendStatusSet": [said_so]}):
        service.answer = of_tencent(**told)

        assert said(tencent(service), going("+8613900001111")).error == error


def test_the_template_of_tencent_is_tried(service: Vendor) -> None:
    template = {"TemplateId": 1110, "TemplateName": "回复", "StatusCode": 0}
    service.answer = of_tencent(DescribeTemplateStatusSet=[template])
    assert tencent(service).try_out() == "同心茶铺 回复"

    for found in ([], [template | {"StatusCode": 1}], ["odd"]):
        service.answer = of_tencent(DescribeTemplateStatusSet=found)
        with pytest.raises(Refused, match="not approved"):
            tencent(service).try_out()
    with pytest.raises(Refused, match="number"):
        tencent(service, template_id="SMS_1").try_out()


@pytest.mark.parametrize(
    ("number", "country", "whole"),
    [
        ("13900001111", "86", "+8613900001111"),
        ("13900001111", "", "+8613900001111"),
        ("8613900001111", "86", "+8613900001111"),
        ("61234567", "852", "+85261234567"),
        ("10690000", "", "+10690000"),
    ],
)
def test_numbers_are_written_as_the_world_writes_them(
    number: str, country: str, whole: str
) -> None:
    assert international(number, country) == whole


def test_the_words_of_the_carriers_have_their_reasons() -> None:
    reports = ("MK:BLACK", "UNDELIV", "MBBLACK", "REJECTD", "EXPIRED")
    found = [failure_of(report) for report in reports]
    assert found[::2] == [Failure.BLOCKED, Failure.BLOCKED, Failure.TRANSIENT]
    assert found[1::2] == [Failure.INVALID_RECIPIENT, Failure.CONTENT]
