"""微信客服: WeCom tells that there is news; messages are fetched behind a cursor, and sent."""

import hashlib
import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tongxin.plugins.channel_wechat import crypto
from tongxin.plugins.channel_wechat.api import Api
from tongxin.plugins.channel_wechat.bodies import fields_of
from tongxin.plugins.channel_wechat.kf import messages
from tongxin.plugins.channel_wechat.kf.messages import Fetched, Message
from tongxin.sdk import (
    Answer,
    Attachment,
    Batch,
    Call,
    Channel,
    Departure,
    Enclosure,
    Failure,
    Json,
    Line,
    Page,
    Receipt,
    Reply,
    Undelivered,
    Unreachable,
    Web,
    asking,
    each,
    fetching,
    in_parts,
    understood,
)

BASE = "https://qyapi.weixin.qq.com"
_LIVES = 9 * 60.0  # seconds that the token of a call may be shown, of the ten that WeCom says
_AT_ONCE = 1000
_CUSTOMERS_AT_ONCE = 100
_SENDS = {"image/jpeg": "image", "image/png": "image", "audio/amr": "voice", "video/mp4": "video"}


@dataclass
class _News:
    """What this process heard of an account's news. Without its token WeCom answers seldom only."""

    token: str = ""
    at: float = 0.0
    came: threading.Event = field(default_factory=threading.Event)


_news: dict[str, _News] = {}


class Customerservice(Channel):
    """All customer-service accounts of a company, or some of them."""

    kind: ClassVar[str] = messages.KIND

    def verify(self, call: Call) -> None:
        """Signed by our token, over what is sealed."""
        query = call.query
        sealed = query.get("echostr", "") if call.method == "GET" else _sealed(call)
        words = (query.get("timestamp", ""), query.get("nonce", ""), sealed)
        crypto.check(self.of("token"), query.get("msg_signature", ""), *words)

    def handshake(self, call: Call) -> Answer | None:
        """Open what WeCom sealed, and say it back."""
        said = call.query.get("echostr", "")
        return Answer(self._opened(said)) if call.method == "GET" and said else None

    def acknowledge(self, call: Call) -> Answer:
        """WeCom wants to read nothing but that it is kept."""
        return Answer(b"success")

    def hear(self, call: Call) -> Batch:
        """A call says only that there is news; what was fetched says what."""
        if call.method == "POLL":
            fetched = understood(Fetched, call.body)
            return messages.meaning(understood(Message, fetched.msg), fetched.msg, fetched.customer)
        told = fields_of(self._opened(_sealed(call)))
        if told.get("Event") != "kf_msg_or_event":
            return Batch()
        account = str(told.get("OpenKfId") or "")
        if self._accounts() and account not in self._accounts():
            return Batch()
        self._remember(account, str(told.get("Token") or ""))
        return Batch(has_news=True)

    def listen(self) -> AbstractContextManager[Line] | None:
        """Fetch by sync_msg."""
        return _line(self)

    def fetch(self, reference: str) -> Attachment:
        """By its name at WeCom, for three days."""
        with fetching():
            return self.api().file(reference)

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        """One message for the text and one for each file."""
        return each(departures, self._say)

    def try_out(self) -> str:
        """Return the names of the accounts that this app looks after."""
        with asking():
            found = self.accounts()
            named = {one["open_kfid"]: str(one.get("name", "")) for one in found}
            if missing := [one for one in self._accounts() if one not in named]:
                raise Undelivered(Failure.AUTH, f"not an account of this app: {missing[0]}")
        return ", ".join(named[one] for one in self._accounts() or named)

    def accounts(self) -> list[dict[str, Json]]:
        """Return the accounts that this app may look after."""
        told = self.api().call("/cgi-bin/kf/account/list", {"offset": 0, "limit": 100})
        found = told.get("account_list")
        return [one for one in found if "open_kfid" in one] if isinstance(found, list) else []

    def api(self) -> Api:
        """Return the app's interface. Raises Undelivered where settings are missing."""
        corp, secret = self.of("corp_id"), self.of("secret")

        def fetch(web: Web) -> Reply:
            return web.get("/cgi-bin/gettoken", params={"corpid": corp, "corpsecret": secret})

        return Api(self.of("api_base") or BASE, corp, secret, fetch)

    def news(self, account: str) -> _News:
        """Return what this process knows of an account's news."""
        return _news.setdefault(f"{self.of('corp_id')}:{account}", _News())

    def followed(self) -> Sequence[str]:
        """Return the accounts that are looked after: those of the settings, or else all."""
        return self._accounts() or [str(one["open_kfid"]) for one in self.accounts()]

    def _remember(self, account: str, token: str) -> None:
        for name in (account, ""):
            news = self.news(name)
            news.token, news.at = token, time.monotonic()
            news.came.set()

    def _say(self, departure: Departure) -> Receipt:
        if departure.template is not None and departure.template.get("welcome_code"):
            return Receipt(departure.message_id, self._welcome(departure))
        return in_parts(departure, self._carry)

    def _carry(self, departure: Departure, part: str | Enclosure) -> str:
        api = self.api()
        account, _colon, customer = departure.recipient.value.partition(":")
        if isinstance(part, str):
            said: dict[str, Any] = {"msgtype": "text", "text": {"content": part}}
            number = -1
        else:
            kind = _SENDS.get(part.kind, "file")
            said = {"msgtype": kind, kind: {"media_id": api.upload(kind, part)}}
            number = departure.files.index(part)
        head = {"touser": customer, "open_kfid": account, "msgid": _name(departure, number)}
        return str(api.call("/cgi-bin/kf/send_msg", {**head, **said}).get("msgid") or head["msgid"])

    def _welcome(self, departure: Departure) -> str:
        code = (departure.template or {})["welcome_code"]
        said = {"msgtype": "text", "text": {"content": departure.text}}
        head = {"code": code, "msgid": _name(departure, -1)}
        told = self.api().call("/cgi-bin/kf/send_msg_on_event", {**head, **said})
        return str(told.get("msgid") or head["msgid"])

    def _opened(self, sealed: str) -> bytes:
        return crypto.opened(self.of("aes_key"), self.of("corp_id"), sealed)

    def _accounts(self) -> list[str]:
        return self.of("accounts").replace("，", ",").replace(",", " ").split()


def _sealed(call: Call) -> str:
    return str(fields_of(call.body).get("Encrypt") or "")


def _name(departure: Departure, number: int) -> str:
    """Return the same name for every repetition of a part: WeCom carries it once."""
    return hashlib.sha256(f"{departure.key}:{number}".encode()).hexdigest()[:32]


@contextmanager
def _line(channel: Customerservice) -> Iterator[Line]:
    yield _Syncing(channel)


class _Syncing(Line):
    """The cursor is a JSON object: each account's own."""

    def __init__(self, channel: Customerservice) -> None:
        self._channel = channel
        self._followed: Sequence[str] = ()

    def next(self, cursor: str, seconds: float) -> Page:
        """Fetch; where there is nothing, wait until this process hears of news, and fetch once more."""
        news = self._channel.news("")
        news.came.clear()
        try:
            page = self._page(_cursors(cursor))
            if not page.bodies and seconds > 0 and news.came.wait(seconds):
                page = self._page(_cursors(page.cursor))
        except Undelivered as stopped:
            raise Unreachable(stopped.detail) from stopped
        return page

    def _page(self, cursors: dict[str, str]) -> Page:
        api = self._channel.api()
        self._followed = self._followed or self._channel.followed()
        found: list[dict[str, Any]] = []
        has_more = False
        for account in self._followed:
            told = api.call("/cgi-bin/kf/sync_msg", self._asked(account, cursors.get(account, "")))
            found += [one for one in told.get("msg_list") or () if isinstance(one, dict)]
            cursors[account] = str(told.get("next_cursor") or cursors.get(account, ""))
            has_more = has_more or told.get("has_more") == 1
        known = _customers(api, sorted({_customer_of(one) for one in found} - {""}))
        bodies = [
            json.dumps({"msg": one, "customer": known.get(_customer_of(one), {})}).encode()
            for one in found
        ]
        return Page(bodies, json.dumps(cursors), has_more)

    def _asked(self, account: str, cursor: str) -> dict[str, Any]:
        news = self._channel.news(account)
        asked: dict[str, Any] = {"open_kfid": account, "limit": _AT_ONCE, "voice_format": 0}
        if cursor:
            asked["cursor"] = cursor
        if news.token and time.monotonic() - news.at < _LIVES:
            asked["token"] = news.token
        return asked


def _cursors(cursor: str) -> dict[str, str]:
    with suppress(ValueError):
        said = json.loads(cursor)
        if isinstance(said, dict):
            return {str(account): str(place) for account, place in said.items()}
    return {}


def _customer_of(message: Mapping[str, Any]) -> str:
    event = message.get("event")
    inner = event.get("external_userid") if isinstance(event, dict) else ""
    return str(message.get("external_userid") or inner or "")


def _customers(api: Api, ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return names and union ids; nobody waits for a message because WeCom does not tell them."""
    known: dict[str, dict[str, str]] = {}
    for start in range(0, len(ids), _CUSTOMERS_AT_ONCE):
        some = list(ids[start : start + _CUSTOMERS_AT_ONCE])
        with suppress(Undelivered, Unreachable, TypeError, KeyError):
            told = api.call("/cgi-bin/kf/customer/batchget", {"external_userid_list": some})
            for one in told["customer_list"]:
                kept = {
                    name: one[name]
                    for name in ("nickname", "unionid")
                    if isinstance(one.get(name), str)
                }
                known[one["external_userid"]] = kept
    return known
