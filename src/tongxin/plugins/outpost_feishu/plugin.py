"""A group of Feishu or Lark in which colleagues hear what waits: https://open.feishu.cn/document/."""

import json
from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import BaseModel, Field

from tongxin.plugins.outpost_feishu.api import Api
from tongxin.plugins.outpost_feishu.sealing import opened, signature
from tongxin.plugins.outpost_feishu.words import Mention, words_of
from tongxin.sdk import (
    Answer,
    Call,
    Outpost,
    Refused,
    Said,
    Telling,
    asking,
    check_recent,
    check_same,
    forged,
    looked_up,
    malformed,
    understood,
)

BASES = {"feishu": "https://open.feishu.cn", "lark": "https://open.larksuite.com"}
_DAY = 86400.0  # seconds; what nobody took is said again for some hours, and nothing is done twice
_TRIED, _MESSAGE = "url_verification", "im.message.receive_v1"
_UNKNOWN = frozenset({"41050", "41012", "99992351", "99992361", "99992364"})


class Sealed(BaseModel):
    """A call's body."""

    encrypt: str


class Header(BaseModel):
    """What every event says."""

    token: str = ""
    kind: str = Field("", alias="event_type")
    tenant: str = Field("", alias="tenant_key")


class Who(BaseModel):
    """How somebody is called."""

    open_id: str | None = Field(None, max_length=80)


class Sender(BaseModel):
    """Who writes: a user, or an app."""

    who: Who = Field(Who(), alias="sender_id")
    kind: str = Field("", alias="sender_type")
    tenant: str = Field("", alias="tenant_key")


class Message(BaseModel):
    """What somebody wrote. ``root`` is where a thread begins."""

    name: str = Field("", alias="message_id", max_length=100)
    root: str | None = Field(None, alias="root_id", max_length=100)
    room: str = Field("", alias="chat_id")
    kind: str = Field("", alias="message_type")
    content: str = ""
    mentions: list[Mention] | None = None


class Event(BaseModel):
    """A message that was received."""

    sender: Sender = Sender()
    message: Message = Message()


class Push(BaseModel):
    """What is in a call; ``type``, ``token`` and ``challenge`` where the address is tried."""

    type: str = ""
    token: str = ""
    challenge: str = ""
    header: Header = Header()
    event: Event = Event()


class Feishu(Outpost):
    """One app in one group."""

    kind: ClassVar[str] = "feishu"

    def verify(self, call: Call) -> None:
        """Sealed by our key, with our token in it; signed as well, except where the address is only tried."""
        key, shown = self.of("encrypt_key"), call.headers.get("x-lark-signature", "")
        if shown:
            at, nonce = (
                call.headers.get(f"x-lark-request-{one}", "") for one in ("timestamp", "nonce")
            )
            check_recent(at, call.came_at, _DAY)
            check_same(signature(key, at, nonce, call.body) if key else "", shown)
        try:
            push = self._push(call)
        except Refused:
            raise forged() from None
        check_same(self.of("verification_token"), push.token or push.header.token)
        if not shown and push.type != _TRIED:
            raise forged()

    def handshake(self, call: Call) -> Answer | None:
        """Say the challenge back when the address is entered there."""
        push = self._push(call)
        if push.type != _TRIED:
            return None
        return Answer(json.dumps({"challenge": push.challenge}).encode(), "application/json")

    def hear(self, call: Call) -> Sequence[Said]:
        """What somebody wrote in a thread of our group; what apps write is nobody's word."""
        push = self._push(call)
        sender, message = push.event.sender, push.event.message
        author = sender.who.open_id
        is_ours = push.header.kind == _MESSAGE and message.room == self.of("room")
        if not is_ours or sender.kind != "user" or not (message.name and message.root and author):
            return []
        if sender.tenant != push.header.tenant:
            author = ""  # their administrators write what they like
        words = words_of(message.kind, message.content, message.mentions or [])
        return [Said(message.name, message.root, author, words)]

    def tell(self, telling: Telling) -> str:
        """Write in the group, or in a thread of it."""
        said = _form(telling)
        with asking():
            if telling.thread:
                path = f"/open-apis/im/v1/messages/{quote(telling.thread, safe='')}/reply"
                told = self._api().post(path, said)
            else:
                said = {**said, "receive_id": self.of("room")}
                told = self._api().post(
                    "/open-apis/im/v1/messages", said, receive_id_type="chat_id"
                )
        return str(_object(told.get("data")).get("message_id") or "")

    def email_of(self, author: str) -> str:
        """As the company's own directory has it."""
        path = f"/open-apis/contact/v3/users/{quote(author, safe='')}"
        told = looked_up(lambda: self._api().get(path, user_id_type="open_id"), _UNKNOWN)
        user = _object(_object(told.get("data")).get("user"))
        status = _object(user.get("status"))
        if status.get("is_frozen") or status.get("is_resigned"):
            return ""
        return str(user.get("enterprise_email") or user.get("email") or "")

    def try_out(self) -> str:
        """Return the app's name."""
        with asking():
            told = self._api().get("/open-apis/bot/v3/info")
        return str(_object(told.get("bot")).get("app_name") or "")

    def _api(self) -> Api:
        base = self.of("api_base") or BASES.get(self.of("region"), BASES["feishu"])
        return Api(base, self.of("app_id"), self.of("app_secret"))

    def _push(self, call: Call) -> Push:
        if not (key := self.of("encrypt_key")):
            raise malformed()
        return understood(Push, opened(key, understood(Sealed, call.body).encrypt))


def _form(telling: Telling) -> dict[str, Any]:
    """Return a card with a button, or words alone; in both nothing of a name means more than its letters."""
    if not telling.link:
        lines = [[{"tag": "text", "text": line}] for line in telling.text.split("\n")]
        content: dict[str, Any] = {"zh_cn": {"content": lines}}
        return {"msg_type": "post", "content": json.dumps(content, ensure_ascii=False)}
    words = {"tag": "div", "text": {"tag": "plain_text", "content": telling.text}}
    name = {"tag": "plain_text", "content": telling.button or telling.link}
    button = {"tag": "button", "type": "primary", "text": name, "url": telling.link}
    content = {
        "config": {"wide_screen_mode": True},
        "elements": [words, {"tag": "action", "actions": [button]}],
    }
    return {"msg_type": "interactive", "content": json.dumps(content, ensure_ascii=False)}


def _object(said: Any) -> dict[str, Any]:  # noqa: ANN401 - what a service says
    return said if isinstance(said, dict) else {}
