"""Private messages to an account of 抖音, by its open platform."""

import hashlib
import json
from collections.abc import Sequence
from functools import partial
from typing import Any, ClassVar

from tongxin.plugins.channel_douyin.api import Api, Grant
from tongxin.plugins.channel_douyin.events import KIND, Update, arrival_of, place_of
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
    Refused,
    Undelivered,
    Web,
    asking,
    check_same,
    each,
    fetched,
    fetching,
    in_parts,
    missing,
    understood,
)

BASE = "https://open.douyin.com"
_TEXT = 1


class Douyin(Channel):
    """What people write to the account, and what it answers."""

    kind: ClassVar[str] = KIND

    def verify(self, call: Call) -> None:
        """抖音 signs the body: SHA-1 over the app's secret and what it says."""
        secret = self.of("client_secret")
        said = hashlib.sha1(secret.encode() + call.body).hexdigest()  # noqa: S324 - theirs
        check_same(said if secret else "", call.headers.get("x-douyin-signature", ""))

    def handshake(self, call: Call) -> Answer | None:
        """Say the challenge back when the address is entered there."""
        try:
            said = understood(Update, call.body)
        except Refused:
            return None
        if said.event != "verify_webhook":
            return None
        body = json.dumps({"challenge": said.content.challenge})
        return Answer(body.encode(), "application/json")

    def hear(self, call: Call) -> Batch:
        """A message, or that somebody came in or took one back; what we said ourselves is none."""
        said = understood(Update, call.body)
        own = self.of("open_id")
        if said.sender == own or (own and said.to and said.to != own):
            return Batch()
        name = call.headers.get("msg-id", "") or hashlib.sha256(call.body).hexdigest()
        arrival = arrival_of(said, name, call.came_at)
        return Batch([arrival] if arrival else [])

    def fetch(self, reference: str) -> Attachment:
        """A picture from where it lies; what people took themselves by its message, within 30 days."""
        with fetching():
            if reference.startswith("https://"):
                return fetched(Web("").get(reference, most=LARGEST_FILE, seconds=60))
            owner, conversation, message = _place(reference)
            api = self._api()
            told = api.call(
                "/api/im/message/resources/",
                open_id=owner,
                conversation_id=conversation,
                message_id=message,
            )
            reply = api.download(str(told.get("url") or "").replace("\\u0026", "&"), owner)
        return Attachment("", reply.headers.get("content-type", ""), reply.body)

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        """Each as an answer to what the person wrote last: 抖音 carries nothing else."""
        return each(departures, self._say)

    def try_out(self) -> str:
        """Get a token: 抖音 knows the app, its secret, and what the account granted."""
        with asking():
            self._api().try_out()
        return self.of("open_id")

    def _say(self, departure: Departure) -> Receipt:
        if (template := departure.template) is not None:
            return Receipt(departure.message_id, self._send(departure, dict(template)))
        return in_parts(departure, self._carry)

    def _carry(self, departure: Departure, part: str | Enclosure) -> str:
        if isinstance(part, str):
            return self._send(departure, {"msg_type": _TEXT, "text": {"text": part}})
        raise Undelivered(Failure.MEDIA, f"{part.kind} cannot be sent here")

    def _send(self, departure: Departure, content: dict[str, Any]) -> str:
        message, _space, conversation = departure.answers.partition(" ")
        if not message:
            raise Undelivered(Failure.WINDOW_CLOSED, "there is no message of theirs to answer")
        said = {
            "to_user_id": departure.recipient.value,
            "msg_id": message,
            "conversation_id": conversation,
            "scene": "im_reply_msg",
            "content": content,
        }
        told = self._api().call("/im/send/msg/", said, open_id=self.of("open_id"))
        return str(told.get("msg_id") or "")

    def _api(self) -> Api:
        key, secret = self.of("client_key"), self.of("client_secret")
        keep = partial(self.renew, "refresh_token") if self.keeper else None
        return Api(self.of("api_base") or BASE, key, secret, Grant(self.of("refresh_token"), keep))


def _place(reference: str) -> tuple[str, str, str]:
    try:
        return place_of(reference)
    except (ValueError, TypeError):
        raise missing() from None
