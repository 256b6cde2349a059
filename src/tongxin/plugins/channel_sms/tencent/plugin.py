"""Text messages by Tencent Cloud: https://cloud.tencent.com/document/product/382/55981.

China's carriers take approved templates only: a reply goes as the variable of one.
"""

import hashlib
import json
import re
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, RootModel

from tongxin.plugins.channel_sms.phones import address_of, failure_of, international, moment
from tongxin.plugins.channel_sms.tencent.signing import CONTENT_TYPE, authorization
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
    Unreachable,
    Web,
    asking,
    check_same,
    each,
    understood,
    wordless,
)
from tongxin.sdk import translate as _

BASE = "https://sms.tencentcloudapi.com"
_VERSION = "2021-01-11"
_PAUSE = 1.0
_PAGE, _MOST_PAGES = 100, 20
_HOLE = re.compile(r"\{([0-9]{1,3})\}", re.ASCII)
_LATEST = 253402300799  # the last second that has a date
_CODES: Mapping[Failure, tuple[str, ...]] = {
    Failure.BLOCKED: ("FailedOperation.PhoneNumberInBlacklist",),
    Failure.INVALID_RECIPIENT: (
        "InvalidParameterValue.IncorrectPhoneNumber", "FailedOperation.PhoneNumberParseFail",
        "UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber",
    ),
    Failure.RATE: ("RequestLimitExceeded", "LimitExceeded.DeliveryFrequencyLimit"),
    Failure.AUTH: (
        "FailedOperation.InsufficientBalanceInSmsPackage", "FailedOperation.SignatureIncorrectOrUnapproved",
        "FailedOperation.MissingSignature", "InvalidParameterValue.SdkAppIdNotExist", "ResourceInsufficient",
    ),
}  # fmt: skip
_FAILURES = {code: failure for failure, codes in _CODES.items() for code in codes}
_OF_FAMILY = {
    "AuthFailure": Failure.AUTH,
    "UnauthorizedOperation": Failure.AUTH,
    "LimitExceeded": Failure.QUOTA,
    "RequestLimitExceeded": Failure.RATE,
    "InternalError": Failure.TRANSIENT,
}


class Text(BaseModel):
    """What somebody answered."""

    mobile: str = Field(min_length=1, max_length=32, pattern=r"^\+?[0-9]+$")
    country: str = Field("", alias="nationcode", max_length=8)
    text: str
    time: int = Field(0, ge=0, le=_LATEST)
    extend: str = ""
    sign: str = ""


class Report(BaseModel):
    """What became of one of ours."""

    sid: str = Field(min_length=1, max_length=128, pattern=r"\S")
    status: str = Field(alias="report_status")
    at: str = Field("", alias="user_receive_time")
    code: str = Field("", alias="errmsg")
    description: str = ""


class Pushed(RootModel[Text | list[Report]]):
    """A call's body."""


class Tencent(Channel):
    """One app with its signature, and the texts that answer it."""

    kind: ClassVar[str] = "sms_tencent"

    def verify(self, call: Call) -> None:
        """Tencent does not sign: who knows the key in the address is believed."""
        check_same(self.of("key"), call.query.get("key", ""))

    def acknowledge(self, call: Call) -> Answer:
        """Anything else is sent again."""
        return Answer(b'{"result":0,"errmsg":"OK"}', "application/json")

    def hear(self, call: Call) -> Batch:
        """A text of somebody's, or what became of several of ours."""
        said = understood(Pushed, call.body).root
        if isinstance(said, Text):
            return Batch([_arrival(said, call.came_at)])
        return Batch([], [_progress(one, call.came_at) for one in said])

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        """One text each, as the variable of the template; or another template."""
        return each(departures, self._say)

    def try_out(self) -> str:
        """Ask about the template: the key, and whether it is approved."""
        with asking():
            if not (number := self.of("template_id")).isdecimal():
                raise Undelivered(Failure.CONTENT, _("The template's ID is a number."))
            said = {"International": 0, "TemplateIdSet": [int(number)]}
            found = self._call("DescribeSmsTemplateList", said).get("DescribeTemplateStatusSet")
            template = found[0] if isinstance(found, list) and found else {}
            if not isinstance(template, dict) or template.get("StatusCode") != 0:
                raise Undelivered(Failure.CONTENT, _("The template is not approved."))
        return f"{self.of('sign_name')} {template.get('TemplateName') or ''}".strip()

    def templates(self) -> Sequence[Template]:
        """The account's for numbers in China, page by page."""
        found: list[Template | None] = []
        with asking():
            for page in range(_MOST_PAGES):
                said = {"International": 0, "Limit": _PAGE, "Offset": page * _PAGE}
                told = self._call("DescribeSmsTemplateList", said).get("DescribeTemplateStatusSet")
                listed = told if isinstance(told, list) else []
                found += map(_template, listed)
                if len(listed) < _PAGE:
                    break
        return [one for one in found if one]

    def fill(self, template: Template, values: Mapping[str, str]) -> Mapping[str, Any]:
        """In the order of its numbers."""
        return {"id": template.key, "params": [values[hole] for hole in template.holes]}

    def _say(self, departure: Departure) -> Receipt:
        template = departure.template or {}
        number = str(template.get("id") or self.of("template_id"))
        params = template.get("params", [departure.text])
        if not number or not isinstance(params, list):
            raise Undelivered(Failure.CONTENT, _("There is no template for replies."))
        said = {
            "PhoneNumberSet": [departure.recipient.value],
            "SmsSdkAppId": self.of("app_id"),
            "SignName": self.of("sign_name"),
            "TemplateId": number,
            "TemplateParamSet": [str(param) for param in params],
            "SessionContext": departure.key,
        }
        return Receipt(departure.message_id, _serial(self._call("SendSms", said)))

    def _call(self, action: str, said: Mapping[str, Any]) -> dict[str, Any]:
        pair = (self.of("secret_id"), self.of("secret_key"))
        if not all(pair):
            raise Undelivered(Failure.AUTH, _("The secret's ID or key is missing."))
        base, at = self.of("api_base") or BASE, int(time.time())
        body = json.dumps(said, ensure_ascii=False).encode()
        headers = {
            "content-type": CONTENT_TYPE,
            "authorization": authorization(pair, urlsplit(base).netloc, action, at, body),
            "x-tc-action": action,
            "x-tc-version": _VERSION,
            "x-tc-timestamp": str(at),
            "x-tc-region": self.of("region") or "ap-guangzhou",
        }
        return _told(Web(base).post("/", body=body, headers=headers))


def _told(reply: Reply) -> dict[str, Any]:
    told = reply.told().get("Response")
    if not isinstance(told, dict):
        raise Unreachable(f"no response, but status {reply.status}")
    if isinstance(error := told.get("Error"), dict):
        raise _undelivered(error)
    return told


def _serial(told: Mapping[str, Any]) -> str:
    """Return the number of the text that was taken. Raises Undelivered."""
    sent = told.get("SendStatusSet")
    first = sent[0] if isinstance(sent, list) and sent else None
    if not isinstance(first, dict):
        raise Unreachable("no word about the text")
    if first.get("Code") != "Ok":
        raise _undelivered(first)
    return str(first.get("SerialNo") or "")


def _undelivered(said: Mapping[str, Any]) -> Undelivered:
    code = str(said.get("Code") or "")
    usual = _OF_FAMILY.get(code.partition(".")[0], Failure.CONTENT if code else Failure.TRANSIENT)
    failure = _FAILURES.get(code, usual)
    told = f"{code} {said.get('Message') or ''}".strip()
    return Undelivered(failure, told, _PAUSE if failure is Failure.RATE else 0.0)


def _template(said: object) -> Template | None:
    """Return a template where it is approved and counts its holes: ``{1}``, ``{2}``."""
    told = said if isinstance(said, dict) else {}
    number, text = told.get("TemplateId"), told.get("TemplateContent")
    if told.get("StatusCode") != 0 or not isinstance(number, int) or not isinstance(text, str):
        return None
    holes = tuple(str(one) for one in sorted(set(map(int, _HOLE.findall(text)))))
    if holes != tuple(str(one) for one in range(1, len(holes) + 1)):
        return None
    read = _HOLE.sub(lambda found: f"{{{{{int(found[1])}}}}}", text)
    return Template(str(number), read, name=str(told.get("TemplateName") or ""), holes=holes)


def _arrival(said: Text, came_at: datetime) -> Arrival:
    number = international(said.mobile, said.country)
    content = hashlib.sha256(said.text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return Arrival(
        f"{number}:{said.time}:{content}",
        address_of(number),
        said.text if said.text.strip() else wordless("empty"),
        datetime.fromtimestamp(said.time, UTC) if said.time else came_at,
        details={"to": said.extend} if said.extend else {},
    )


def _progress(said: Report, came_at: datetime) -> Progress:
    at = moment(said.at, came_at)
    if said.status == "SUCCESS":
        return Progress(said.sid, Stage.DELIVERED, at)
    told = f"{said.code} {said.description}".strip()[:300]
    return Progress(said.sid, Stage.FAILED, at, failure_of(said.code), told)
