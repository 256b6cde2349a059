"""Feishu's interface and its calls: sealed and signed as its documentation says, and as lark-oapi opens them."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from tests.plugins.standin import Asked
from tongxin.sdk import Call

KEY, TOKEN, ROOM, TENANT = (
    "kudryavka",
    "rvaYgkND1GOiu5MM0E1rncYC6PLtF7JV",
    "oc_5ce6d572455d361153b7xx51da133945",
    "736588c",
)
APP, APP_SECRET = "cli_9f4e8dc4b1bb9102", "s3cret"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
IV = b"0123456789abcdef"
SETTINGS = {
    "app_id": APP, "app_secret": APP_SECRET, "encrypt_key": KEY, "verification_token": TOKEN, "room": ROOM,
}  # fmt: skip


@dataclass
class Feishu:
    """What Feishu keeps: who somebody is, and what was said."""

    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    said: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    token: str = "t-1"
    tokens: int = 0
    refusing: tuple[int, int, str] | None = None

    def __call__(self, asked: Asked) -> Any:
        path = asked.path.removeprefix("/open-apis/")
        if path == "auth/v3/tenant_access_token/internal":
            return self._new_token(asked.json())
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return 400, {"code": 99991663, "msg": "Invalid access token for authorization."}
        if self.refusing:
            status, code, words = self.refusing
            return status, {"code": code, "msg": words}
        if path == "bot/v3/info":
            return 200, {"code": 0, "msg": "ok", "bot": {"app_name": "同心", "open_id": "ou_bot"}}
        if path.startswith("contact/v3/users/"):
            return self._user(asked)
        return self._message(asked)

    def _new_token(self, given: dict[str, str]) -> Any:
        if given != {"app_id": APP, "app_secret": APP_SECRET}:
            return 200, {"code": 10014, "msg": "app secret invalid"}
        self.tokens += 1
        return 200, {"code": 0, "msg": "ok", "tenant_access_token": self.token, "expire": 7200}

    def _user(self, asked: Asked) -> Any:
        assert asked.query == {"user_id_type": "open_id"}
        user = self.users.get(asked.path.rpartition("/")[2])
        if user is None:
            return 400, {"code": 41050, "msg": "no user authority error"}
        return 200, {"code": 0, "msg": "success", "data": {"user": user}}

    def _message(self, asked: Asked) -> Any:
        said = asked.json()
        thread = asked.path.split("/")[-2] if asked.path.endswith("/reply") else ""
        assert thread or (asked.query == {"receive_id_type": "chat_id"} and said["receive_id"])
        self.said.append((thread, said))
        return 200, {"code": 0, "msg": "success", "data": {"message_id": f"om_{len(self.said)}"}}

    def words(self, which: int = -1) -> str:
        """Return what people read of something that was said."""
        return "\n".join(_texts(json.loads(self.said[which][1]["content"])))


def _texts(said: Any) -> list[str]:
    if isinstance(said, dict):
        own = [said[name] for name in ("text", "content", "url") if isinstance(said.get(name), str)]
        return own + [text for one in said.values() for text in _texts(one)]
    return [text for one in said for text in _texts(one)] if isinstance(said, list) else []


def sealed(said: bytes, key: str = KEY) -> bytes:
    """Return a body as Feishu seals it."""
    padder = PKCS7(128).padder()
    cipher = Cipher(
        algorithms.AES(hashlib.sha256(key.encode()).digest()), modes.CBC(IV)
    ).encryptor()
    raw = cipher.update(padder.update(said) + padder.finalize()) + cipher.finalize()
    return json.dumps({"encrypt": base64.b64encode(IV + raw).decode()}).encode()


def signed(body: bytes, at: datetime = NOW, key: str = KEY) -> dict[str, str]:
    """Return the headers of a signed call."""
    when, nonce = str(int(at.timestamp())), "n0nce"
    shown = hashlib.sha256(f"{when}{nonce}{key}".encode() + body).hexdigest()
    return {
        "x-lark-request-timestamp": when, "x-lark-request-nonce": nonce, "x-lark-signature": shown,
    }  # fmt: skip


def event(
    content: Any, thread: str = "om_1", user: str = "ou_1", kind: str = "text", **more: Any
) -> dict[str, Any]:
    """Return the event by which Feishu tells that somebody wrote."""
    message = {
        "message_id": "om_5ce6d572455d361153b7cb51da133945", "root_id": thread, "parent_id": thread,
        "create_time": "1609073151345", "chat_id": ROOM, "chat_type": "group", "message_type": kind,
        "content": json.dumps({"text": content} if isinstance(content, str) else content, ensure_ascii=False),
    }  # fmt: skip
    sender = {
        "sender_id": {"union_id": "on_1", "user_id": "e33ggbyz", "open_id": user},
        "sender_type": more.pop("sender_type", "user"), "tenant_key": more.pop("tenant", TENANT),
    }  # fmt: skip
    header = {
        "event_id": "5e3702a84e847582be8db7fb73283c02", "event_type": "im.message.receive_v1",
        "create_time": "1608725989000", "token": TOKEN, "app_id": APP, "tenant_key": TENANT,
    }  # fmt: skip
    return {
        "schema": "2.0",
        "header": header,
        "event": {"sender": sender, "message": {**message, **more}},
    }


def called(said: Any, at: datetime = NOW) -> Call:
    """Return the call that tells something, sealed and signed."""
    body = sealed(
        said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode()
    )
    return Call("POST", "https://desk.example/outposts/k/", signed(body, at), body, at)
