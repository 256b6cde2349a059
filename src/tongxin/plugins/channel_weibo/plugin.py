"""A verified account of 微博, by 粉丝服务平台: https://open.weibo.com/wiki/粉丝服务平台."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from tongxin.plugins.channel_weibo.messages import KIND, Push, arrival_of
from tongxin.sdk import (
    LARGEST_FILE,
    Answer,
    Attachment,
    Batch,
    Call,
    Channel,
    Departure,
    Enclosure,
    Failure,
    Receipt,
    Reply,
    Undelivered,
    Web,
    asking,
    check_same,
    each,
    fetched,
    fetching,
    in_parts,
    signed_words,
    understood,
)
from tongxin.sdk import translate as _

MESSAGES, BASE, FILES = (
    "https://m.api.weibo.com", "https://api.weibo.com", "https://upload.api.weibo.com",
)  # fmt: skip
_CODES: Mapping[Failure, frozenset[int]] = {
    Failure.BLOCKED: frozenset({20301, 20304, 20015}),
    Failure.INVALID_RECIPIENT: frozenset({20003, 20302}),
    Failure.CONTENT: frozenset({10008, 10017, 20008, 20012, 20013, 20017, 20018, 20019, 20020, 20021, 20306}),
    Failure.AUTH: frozenset(
        {10005, 10006, 10007, 10013, 10014, 10016, 21301, 21302, 21314, 21315, 21316, 21317, 21319, 21321, 21327, 21332}
    ),
    Failure.RATE: frozenset({10010, 10022, 10023, 10024}),
    Failure.QUOTA: frozenset({20016, 20308}),
}  # fmt: skip
_FAILURES = {code: failure for failure, codes in _CODES.items() for code in codes}
_AFTER = {10022: 600.0, 10023: 600.0, 10024: 60.0}  # Weibo counts by the hour


class Weibo(Channel):
    """What people write to the account, and what it answers."""

    kind: ClassVar[str] = KIND

    def verify(self, call: Call) -> None:
        """Weibo signs a time and a number by the app's secret; of the body it says nothing."""
        secret, query = self.of("app_secret"), call.query
        words = (query.get("timestamp", ""), query.get("nonce", ""))
        right = signed_words(secret, *words) if secret else ""
        check_same(right, query.get("signature", ""))

    def handshake(self, call: Call) -> Answer | None:
        """Say back what Weibo says when the address is entered there."""
        said = call.query.get("echostr", "")
        return Answer(said.encode("utf-8", "replace")) if call.method == "GET" and said else None

    def hear(self, call: Call) -> Batch:
        """A message, or that somebody follows, leaves, scans, presses."""
        arrival = arrival_of(understood(Push, call.body), call.came_at)
        return Batch([arrival] if arrival else [])

    def fetch(self, reference: str) -> Attachment:
        """By the number that the receiver may see it by."""
        with fetching():
            params = {"access_token": self._token(), "fid": reference}
            web = Web(self.of("api_base") or FILES)
            reply = web.get("/2/mss/msget", params=params, most=LARGEST_FILE, seconds=60)
            if reply.body[:1] == b"{":
                _told(reply)
            return fetched(reply, "file", gone=())

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        """A customer-service message each; or Weibo's other forms by template."""
        return each(departures, self._say)

    def try_out(self) -> str:
        """Return the account's number: whose token it is, and of which app."""
        with asking():
            form = {"access_token": self._token()}
            web = Web(self.of("api_base") or BASE)
            return str(_told(web.post("/oauth2/get_token_info", form=form)).get("uid") or "")

    def _say(self, departure: Departure) -> Receipt:
        if (template := departure.template) is not None:
            kind, data = str(template.get("type") or ""), template.get("data")
            return Receipt(departure.message_id, self._reply(departure, kind, data))
        return in_parts(departure, self._carry)

    def _carry(self, departure: Departure, part: str | Enclosure) -> str:
        if isinstance(part, str):
            return self._reply(departure, "text", {"text": part})
        raise Undelivered(Failure.MEDIA, f"{part.kind} cannot be sent here")

    def _reply(self, departure: Departure, kind: str, data: Any) -> str:  # noqa: ANN401 - JSON
        form = {
            "receiver_id": departure.recipient.value,
            "type": kind,
            "data": json.dumps(data, ensure_ascii=False),
        }
        web, params = Web(self.of("api_base") or MESSAGES), {"access_token": self._token()}
        _told(web.post("/2/messages/reply.json", params=params, form=form))
        return ""  # it has no name there

    def _token(self) -> str:
        if not (token := self.of("access_token")):
            raise Undelivered(Failure.AUTH, _("the access_token is not entered yet"))
        return token


def _told(reply: Reply) -> dict[str, Any]:
    """Return what was answered. Raises Undelivered with what it means."""
    told = reply.told()
    code = told.get("error_code")
    if reply.is_good and not code and told.get("result") is not False:
        return told
    number = code if isinstance(code, int) else 0
    usual = Failure.CONTENT if 20000 <= number < 21000 else Failure.TRANSIENT  # noqa: PLR2004
    said = f"{code or reply.status} {told.get('error') or ''}".strip()
    raise Undelivered(_FAILURES.get(number, usual), said, _AFTER.get(number, 0.0))
