"""What 公众号 and 小程序 have in common: the same calls, the same customer-service messages."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from pydantic import AwareDatetime, BaseModel, Field

from tongxin.plugins.channel_wechat import crypto
from tongxin.plugins.channel_wechat.api import Api
from tongxin.plugins.channel_wechat.bodies import fields_of
from tongxin.sdk import (
    Address,
    Answer,
    Arrival,
    Attachment,
    Batch,
    Call,
    Channel,
    Departure,
    Enclosure,
    Failure,
    Kind,
    Receipt,
    Reply,
    Undelivered,
    Web,
    asking,
    each,
    fetching,
    forged,
    in_parts,
    short,
    understood,
    wordless,
)

BASE = "https://api.weixin.qq.com"
_MEDIA = {
    "image": (Kind.IMAGE, "image.jpg"),
    "voice": (Kind.VOICE, "voice.amr"),
    "video": (Kind.VIDEO, "video.mp4"),
    "shortvideo": (Kind.VIDEO, "video.mp4"),
}


class Head(BaseModel):
    """What every call says."""

    sender: str = Field(alias="FromUserName", min_length=1, max_length=128, pattern=r"\S")
    at: AwareDatetime = Field(alias="CreateTime")
    kind: str = Field(alias="MsgType", min_length=1, max_length=64)


class Customers(Channel):
    """An app of WeChat's own platform, and the people who write to it."""

    sends: ClassVar[Mapping[str, str]]  # MIME type: how it is called there

    def verify(self, call: Call) -> None:
        """Signed by our token; and sealed, wherever a key is set."""
        query = call.query
        words = (query.get("timestamp", ""), query.get("nonce", ""))
        if self._is_sealed(call):
            sealed = str(fields_of(call.body).get("Encrypt") or "")
            crypto.check(self.of("token"), query.get("msg_signature", ""), *words, sealed)
            return
        if self.of("aes_key") and call.method != "GET":
            raise forged()
        crypto.check(self.of("token"), query.get("signature", ""), *words)

    def handshake(self, call: Call) -> Answer | None:
        """Say back what WeChat says when the address is entered there."""
        said = call.query.get("echostr", "")
        return Answer(said.encode("utf-8", "replace")) if call.method == "GET" and said else None

    def acknowledge(self, call: Call) -> Answer:
        """Replies go by the other interface: within five seconds it is said that the call is kept."""
        return Answer(b"success")

    def hear(self, call: Call) -> Batch:
        """A message or an event; an unsealed one has all its fields in the open."""
        fields = fields_of(call.body)
        if "Encrypt" in fields:
            fields = fields_of(
                crypto.opened(self.of("aes_key"), self.of("app_id"), str(fields["Encrypt"]))
            )
        return self._heard(understood(Head, fields), {n: _text(v) for n, v in fields.items()})

    def fetch(self, reference: str) -> Attachment:
        """By its name at WeChat, for three days."""
        with fetching():
            return self.api().file(reference)

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        """A customer-service message for the text and one for each file; or a template."""
        return each(departures, self._say)

    def try_out(self) -> str:
        """Get a token: WeChat knows the app, its secret, and our address."""
        with asking():
            if key := self.of("aes_key"):
                _check_key(key)
            self.api().call("/cgi-bin/getcallbackip")
        return self.of("app_id")

    def api(self) -> Api:
        """Return the app's interface. Raises Undelivered where settings are missing."""
        owner, secret = self.of("app_id"), self.of("secret")

        def fetch(web: Web) -> Reply:
            said = {"grant_type": "client_credential", "appid": owner, "secret": secret}
            return web.post("/cgi-bin/stable_token", json=said)

        return Api(self.of("api_base") or BASE, owner, secret, fetch)

    def _heard(self, head: Head, said: Mapping[str, str]) -> Batch:
        if head.kind == "event":
            return self._event(head, said)
        content = _content(head.kind, said)
        if content is None:
            return Batch()
        kind, text, attachments, details = content
        name = said.get("MsgId") or f"{head.sender}:{head.at.timestamp():.0f}"
        arrival = Arrival(
            short(name), self._sender(head), text, head.at, kind=kind, attachments=attachments, details=details
        )  # fmt: skip
        return Batch([arrival])

    def _event(self, head: Head, said: Mapping[str, str]) -> Batch:
        raise NotImplementedError

    def _happened(self, head: Head, what: str, source: str = "", **details: str) -> Batch:
        name = short(f"{head.sender}:{head.at.timestamp():.0f}:{what}")
        kept = {key: value for key, value in details.items() if value}
        arrival = Arrival(
            name, self._sender(head), "", head.at, kind=Kind.EVENT, event=what, source=source, details=kept
        )  # fmt: skip
        return Batch([arrival])

    def _sender(self, head: Head) -> Address:
        return Address(self.kind, head.sender)

    def _say(self, departure: Departure) -> Receipt:
        if departure.template is not None:
            return Receipt(departure.message_id, self._say_template(departure))
        return in_parts(departure, self._carry)

    def _say_template(self, departure: Departure) -> str:
        raise NotImplementedError

    def _carry(self, departure: Departure, part: str | Enclosure) -> str:
        api = self.api()
        if isinstance(part, str):
            said: dict[str, Any] = {"msgtype": "text", "text": {"content": part}}
        else:
            kind = self.sends.get(part.kind)
            if kind is None:
                raise Undelivered(Failure.MEDIA, f"{part.kind} cannot be sent here")
            said = {"msgtype": kind, kind: {"media_id": api.upload(kind, part)}}
        api.call("/cgi-bin/message/custom/send", {"touser": departure.recipient.value, **said})
        return ""  # it has no name there

    def _is_sealed(self, call: Call) -> bool:
        return bool(self.of("aes_key")) and call.query.get("encrypt_type") == "aes"


def _content(
    kind: str, said: Mapping[str, str]
) -> tuple[Kind, str, tuple[Attachment, ...], dict[str, str]] | None:
    """Return what sort a message is of, its words, its file, and what machines want to know."""
    if kind == "text":
        return (Kind.TEXT, said["Content"], (), {}) if said.get("Content") else None
    if kind in _MEDIA and said.get("MediaId"):
        sort, name = _MEDIA[kind]
        return sort, said.get("Recognition", ""), (Attachment(name, reference=said["MediaId"]),), {}
    title = said.get("Title", "")
    if kind == "location":
        where = {"latitude": said.get("Location_X", ""), "longitude": said.get("Location_Y", "")}
        return Kind.LOCATION, said.get("Label") or ", ".join(where.values()), (), where
    if kind == "link":
        words = "\n".join(filter(None, (title, said.get("Url", ""))))
        return Kind.LINK, words or wordless(kind), (), {}
    if kind == "miniprogrampage":
        return Kind.CARD, title or wordless(kind), (), {"page": said.get("PagePath", "")}
    return Kind.CARD, f"{wordless(kind)} {title}".strip(), (), {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""


def _check_key(key: str) -> None:
    try:
        is_key = len(base64.b64decode(f"{key}=", validate=True)) == hashlib.sha256().digest_size
    except ValueError:
        is_key = False
    if not is_key:
        raise Undelivered(Failure.AUTH, "EncodingAESKey has 43 letters and digits")
