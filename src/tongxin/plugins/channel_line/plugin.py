"""A LINE official account."""

import base64
import hmac
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from tongxin.plugins.channel_line.events import KIND, Event, Update, arrival_of
from tongxin.plugins.channel_line.sending import AT_ONCE, messages_of
from tongxin.sdk import (
    LARGEST_FILE,
    Address,
    Attachment,
    Batch,
    Call,
    Channel,
    Departure,
    Failure,
    Receipt,
    Reply,
    Undelivered,
    Unreachable,
    Web,
    asking,
    check_same,
    each,
    fetching,
    missing,
    understood,
)
from tongxin.sdk import translate as _

BASE, DATA = "https://api.line.me", "https://api-data.line.me"
_FORGED, _SAME_AGAIN, _LIMITED = 401, 409, 429
_TRYING = 30.0  # seconds: LINE answers once it has called
_OF_STATUS = {
    401: Failure.AUTH,
    403: Failure.AUTH,
    404: Failure.INVALID_RECIPIENT,
    413: Failure.CONTENT,
}


class Line(Channel):
    """What people write to the account, and what it pushes to them."""

    kind: ClassVar[str] = KIND

    def verify(self, call: Call) -> None:
        """LINE signs the body by the channel's secret."""
        secret = self.of("secret")
        digest = hmac.digest(secret.encode(), call.body, "sha256") if secret else b""
        check_same(base64.b64encode(digest), call.headers.get("x-line-signature", ""))

    def hear(self, call: Call) -> Batch:
        """Messages, pressed buttons, who came and who left."""
        told = (understood(Event, raw) for raw in understood(Update, call.body).events)
        found = [arrival for event in told if (arrival := arrival_of(event))]
        in_groups = bool(self.settings.get("groups"))
        return Batch([one for one in found if in_groups or ":" not in one.sender.value])

    def fetch(self, reference: str) -> Attachment:
        """By the message's id; what lies elsewhere from there, without our token."""
        with fetching():
            path = reference if "://" in reference else f"/v2/bot/message/{reference}/content"
            reply = self._web(DATA).get(path, most=LARGEST_FILE, seconds=60)
            if reply.status in {400, 403, 404, 410}:
                raise missing()
            if reply.status != 200:  # noqa: PLR2004 - 202: LINE is not done with it yet
                raise Unreachable(f"status {reply.status}")
        return Attachment("file", reply.headers.get("content-type", ""), reply.body)

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        """Push each, files by their address; LINE knows a repetition by its retry key."""
        return each(departures, self._say)

    def introduce(self, sender: Address) -> tuple[Address, ...]:
        """Return what somebody calls themselves."""
        user = sender.value.rpartition(":")[2]
        name = _told(self._web(BASE).get(f"/v2/bot/profile/{user}")).get("displayName")
        return (Address(sender.kind, sender.value, name),) if isinstance(name, str) else ()

    def typing(self, recipient: Address) -> None:
        """For five seconds, to a person who looks; in groups LINE shows nothing."""
        if ":" not in recipient.value:
            said = {"chatId": recipient.value, "loadingSeconds": 5}
            _told(self._web(BASE).post("/v2/bot/chat/loading/start", json=said))

    def try_out(self) -> str:
        """Return the account's name."""
        with asking():
            told = _told(self._web(BASE).get("/v2/bot/info"))
        return f"{told.get('displayName', '')} {told.get('basicId', '')}".strip()

    def set_up(self, address: str) -> None:
        """Tell LINE where to call, and let it call once: our secret proves right or wrong only there."""
        with asking():
            said, web = {"endpoint": address}, self._web(BASE)
            _told(web.ask("PUT", "/v2/bot/channel/webhook/endpoint", json=said))
            tried = _told(web.post("/v2/bot/channel/webhook/test", json=said, seconds=_TRYING))
            if tried.get("success") is False:
                raise Undelivered(Failure.CONTENT, _why(tried))

    def _say(self, departure: Departure) -> Receipt:
        template = departure.template or {}
        messages: Any = template.get("messages") or messages_of(departure)
        name = ""
        for first in range(0, len(messages), AT_ONCE):
            name = self._push(departure, messages[first : first + AT_ONCE], first)
        return Receipt(departure.message_id, name)

    def _push(self, departure: Departure, messages: Any, first: int) -> str:  # noqa: ANN401 - JSON
        """Push some; where one after the first fails, all are said again, and LINE knows those it has."""
        to = departure.recipient.value.partition(":")[0]
        named = f"tongxin:{departure.key}" + (f":{first}" if first else "")
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, named))
        reply = self._web(BASE).post(
            "/v2/bot/message/push",
            json={"to": to, "messages": messages},
            headers={"x-line-retry-key": key},
        )
        told = reply.told() if reply.status == _SAME_AGAIN else _told(reply)
        sent = told.get("sentMessages")
        last = sent[-1] if isinstance(sent, list) and sent and isinstance(sent[-1], dict) else {}
        return str(last.get("id") or "")

    def _web(self, base: str) -> Web:
        if not self.of("token"):
            raise Undelivered(Failure.AUTH, "the channel access token is missing")
        return Web(self.of("api_base") or base, {"authorization": f"Bearer {self.of('token')}"})


def _why(tried: Mapping[str, Any]) -> str:
    """Return why LINE's call did not get through to us."""
    if tried.get("statusCode") == _FORGED:
        return str(
            _("LINE called this address, and the channel secret entered here is not LINE's.")
        )
    said = {"why": f"{tried.get('reason') or ''} {tried.get('detail') or ''}".strip()}
    return str(_("LINE called this address and did not get through: %(why)s") % said)


def _told(reply: Reply) -> dict[str, Any]:
    """Return what was answered. Raises Undelivered with what it means."""
    told = reply.told()
    if reply.is_good:
        return told
    said = str(told.get("message") or "")
    details = told.get("details")
    if isinstance(details, list):
        said = " ".join(
            [said, *(str(one.get("message")) for one in details if isinstance(one, dict))]
        )
    raise Undelivered(_failure(reply.status, said), said, 1.0 if reply.status == _LIMITED else 0.0)


def _failure(status: int, said: str) -> Failure:
    if status == _LIMITED:
        return Failure.QUOTA if "monthly limit" in said else Failure.RATE
    if status == 400:  # noqa: PLR2004
        is_nobody = "'to'" in said or "Failed to send" in said
        return Failure.INVALID_RECIPIENT if is_nobody else Failure.CONTENT
    return _OF_STATUS.get(status, Failure.TRANSIENT)
