"""Text messages by Aliyun 短信服务: https://help.aliyun.com/document_detail/101414.html.

China's carriers take approved templates only: a reply goes as the variable of one.
"""

import base64
import hmac
import json
import re
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import BaseModel, Field, RootModel

from tongxin.plugins.channel_sms.phones import (
    address_of,
    failure_of,
    international,
    moment,
)
from tongxin.sdk import (
    Answer,
    Arrival,
    Batch,
    Call,
    Channel,
    Departure,
    Failure,
    Progress,
    Receipt,
    Reply,
    Stage,
    Template,
    Undelivered,
    Web,
    asking,
    check_same,
    each,
    malformed,
    understood,
)
from tongxin.sdk import translate as _

BASE = "https://dysmsapi.aliyuncs.com"
_PAGE, _MOST_PAGES = 50, 40
_APPROVED, _SIGN_APPROVED = "AUDIT_STATE_PASS", 1
_HOLE = re.compile(r"\$\{([A-Za-z0-9_]{1,100})\}")
_CODES: Mapping[Failure, tuple[str, ...]] = {
    Failure.QUOTA: ("isv.BUSINESS_LIMIT_CONTROL", "isv.DAY_LIMIT_CONTROL", "isv.MONTH_LIMIT_CONTROL"),
    Failure.INVALID_RECIPIENT: ("isv.MOBILE_NUMBER_ILLEGAL", "isv.MOBILE_COUNT_OVER_LIMIT"),
    Failure.CONTENT: (
        "isv.BLACK_KEY_CONTROL_LIMIT", "isv.SMS_CONTENT_ILLEGAL", "isv.SMS_TEMPLATE_ILLEGAL", "isv.PARAM_LENGTH_LIMIT",
        "isv.TEMPLATE_MISSING_PARAMETERS", "isv.TEMPLATE_PARAMS_ILLEGAL", "isv.INVALID_PARAMETERS",
        "isv.INVALID_JSON_PARAM", "isv.PARAM_NOT_SUPPORT_URL",
    ),
    Failure.AUTH: (
        "isv.AMOUNT_NOT_ENOUGH", "isv.OUT_OF_SERVICE", "isv.PRODUCT_UN_SUBSCRIPT", "isv.ACCOUNT_NOT_EXISTS",
        "isv.ACCOUNT_ABNORMAL", "isv.SMS_SIGNATURE_ILLEGAL", "isv.SMS_SIGN_ILLEGAL", "isp.RAM_PERMISSION_DENY",
        "SignatureDoesNotMatch", "InvalidAccessKeyId.NotFound", "InvalidAccessKeyId.Inactive", "Forbidden.RAM",
        "SignatureNonceUsed", "InvalidTimeStamp.Expired",
    ),
    Failure.RATE: ("Throttling", "Throttling.User", "isp.GATEWAY_FLOW_CONTROL"),
}  # fmt: skip
_FAILURES = {code: failure for failure, codes in _CODES.items() for code in codes}


class Item(BaseModel):
    """A text that came back, or what became of one of ours."""

    phone_number: str = Field(min_length=1, max_length=32, pattern=r"\S")
    send_time: str = ""
    report_time: str = ""
    content: str | None = None
    sequence_id: str | int = Field("", union_mode="left_to_right")
    dest_code: str = ""
    biz_id: str = Field("", max_length=64)
    success: bool | None = None
    err_code: str = ""
    err_msg: str = ""


class Items(RootModel[list[Item]]):
    """A call's body."""


class Aliyun(Channel):
    """One signature of a company, and the texts that answer it."""

    kind: ClassVar[str] = "sms_aliyun"

    def verify(self, call: Call) -> None:
        """Aliyun does not sign: who knows the key in the address is believed."""
        check_same(self.of("key"), call.query.get("key", ""))

    def acknowledge(self, call: Call) -> Answer:
        """Anything else is sent again."""
        return Answer('{"code":0,"msg":"成功"}'.encode(), "application/json")

    def hear(self, call: Call) -> Batch:
        """Texts of people, and receipts of ours; both come many at a time."""
        items = understood(Items, call.body).root
        arrivals = [_arrival(one, call.came_at) for one in items if one.content]
        told = [
            _progress(one, call.came_at)
            for one in items
            if one.content is None and one.biz_id.strip()
        ]
        return Batch(arrivals, told)

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        """One text each, as the variable of the template; or another template."""
        return each(departures, self._say)

    def try_out(self) -> str:
        """Ask about the signature: the key, and whether it is approved."""
        with asking():
            told = self._call("QuerySmsSign", {"SignName": self.of("sign_name")})
            if told.get("SignStatus", _SIGN_APPROVED) != _SIGN_APPROVED:
                raise Undelivered(Failure.CONTENT, _("The signature is not approved."))
        return self.of("sign_name")

    def templates(self) -> Sequence[Template]:
        """The account's, page by page."""
        found: list[Template | None] = []
        with asking():
            for page in range(1, _MOST_PAGES + 1):
                asked = {"PageIndex": str(page), "PageSize": str(_PAGE)}
                told = self._call("QuerySmsTemplateList", asked).get("SmsTemplateList")
                listed = told if isinstance(told, list) else []
                found += map(_template, listed)
                if len(listed) < _PAGE:
                    break
        return [one for one in found if one]

    def fill(self, template: Template, values: Mapping[str, str]) -> Mapping[str, Any]:
        """By the names of its variables."""
        return {"code": template.key, "params": {hole: values[hole] for hole in template.holes}}

    def _say(self, departure: Departure) -> Receipt:
        template = departure.template or {}
        code = template.get("code") or self.of("template_code")
        params = template.get("params", {self.of("variable") or "content": departure.text})
        if not code:
            raise Undelivered(Failure.CONTENT, _("There is no template for replies."))
        said = {
            "PhoneNumbers": departure.recipient.value.removeprefix("+86").removeprefix("+"),
            "SignName": self.of("sign_name"),
            "TemplateCode": str(code),
            "TemplateParam": json.dumps(params, ensure_ascii=False),
            "OutId": departure.key,
        }
        return Receipt(departure.message_id, str(self._call("SendSms", said).get("BizId") or ""))

    def _call(self, action: str, said: Mapping[str, str]) -> dict[str, Any]:
        key, secret = self.of("access_key_id"), self.of("access_key_secret")
        if not key or not secret:
            raise Undelivered(Failure.AUTH, _("The access key is missing."))
        head = {
            "AccessKeyId": key,
            "Action": action,
            "Format": "JSON",
            "RegionId": "cn-hangzhou",
            "SignatureMethod": "HMAC-SHA1",
            "SignatureNonce": uuid.uuid4().hex,
            "SignatureVersion": "1.0",
            "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "Version": "2017-05-25",
        }
        form = {**head, **said}
        form["Signature"] = signature("POST", form, secret)
        return _told(Web(self.of("api_base") or BASE).post("/", form=form))


def signature(method: str, said: Mapping[str, str], secret: str) -> str:
    """Return the signature over a call's parameters."""
    pairs = "&".join(f"{_escaped(name)}={_escaped(said[name])}" for name in sorted(said))
    words = f"{method}&{_escaped('/')}&{_escaped(pairs)}"
    return base64.b64encode(hmac.digest(f"{secret}&".encode(), words.encode(), "sha1")).decode()


def _escaped(text: str) -> str:
    return quote(text, safe="~")


def _told(reply: Reply) -> dict[str, Any]:
    told = reply.told()
    code = str(told.get("Code") or "")
    if reply.is_good and code == "OK":
        return told
    usual = Failure.CONTENT if code.startswith("isv.") else Failure.TRANSIENT
    failure = _FAILURES.get(code, usual)
    raise Undelivered(failure, f"{code} {told.get('Message') or ''}".strip())


def _template(said: object) -> Template | None:
    """Return a template where it is approved: ``${name}`` is a hole of Aliyun's."""
    told = said if isinstance(said, dict) else {}
    code, text = told.get("TemplateCode"), told.get("TemplateContent")
    if (
        told.get("AuditStatus") != _APPROVED
        or not isinstance(code, str)
        or not isinstance(text, str)
    ):
        return None
    holes = tuple(dict.fromkeys(_HOLE.findall(text)))
    read = _HOLE.sub(r"{{\1}}", text)
    return Template(code, read, name=str(told.get("TemplateName") or ""), holes=holes)


def _arrival(said: Item, came_at: datetime) -> Arrival:
    name = str(said.sequence_id) or f"{said.phone_number}:{said.send_time}"
    if not name.strip() or len(name) > 200:  # noqa: PLR2004 - as long as names are kept
        raise malformed()
    sender = address_of(international(said.phone_number))
    return Arrival(
        name,
        sender,
        said.content or "",
        moment(said.send_time, came_at),
        details={"to": said.dest_code},
    )


def _progress(said: Item, came_at: datetime) -> Progress:
    at = moment(said.report_time or said.send_time, came_at)
    if said.success:
        return Progress(said.biz_id, Stage.DELIVERED, at)
    told = f"{said.err_code} {said.err_msg}".strip()[:300]
    return Progress(said.biz_id, Stage.FAILED, at, failure_of(said.err_code), told)
