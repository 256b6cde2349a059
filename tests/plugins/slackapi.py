"""Slack's interface and its calls, kept true by slack-sdk."""

import json
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.signature import SignatureVerifier

from tests.plugins.standin import Asked
from tongxin.sdk import Call

SECRET, ROOM, TEAM = "8f742231b10e8888abcd99yyyzzz85a5", "C0123456789", "T0001"


@dataclass
class Slack:
    """What Slack keeps: who somebody is, and what was said."""

    emails: dict[str, str] = field(default_factory=dict)
    teams: dict[str, str] = field(default_factory=dict)
    said: list[dict[str, Any]] = field(default_factory=list)
    refusing: str = ""

    def __call__(self, asked: Asked) -> Any:
        if asked.headers.get("authorization") != "Bearer xoxb-1":
            return 200, {"ok": False, "error": "invalid_auth"}
        if self.refusing:
            return 200, {"ok": False, "error": self.refusing}
        return 200, {
            "ok": True,
            **getattr(self, asked.path.rpartition("/")[2].replace(".", "_"))(asked),
        }

    def auth_test(self, _asked: Asked) -> dict[str, Any]:
        return {"team": "小满茶具", "team_id": TEAM, "user": "tongxin", "user_id": "U0"}

    def chat_postMessage(self, asked: Asked) -> dict[str, Any]:  # noqa: N802 - its name there
        self.said.append(asked.json())
        return {"channel": ROOM, "ts": f"1700000000.{len(self.said):06}"}

    def users_info(self, asked: Asked) -> dict[str, Any]:
        user = asked.query["user"]
        profile = {"email": self.emails.get(user, "")}
        return {"user": {"id": user, "team_id": self.teams.get(user, TEAM), "profile": profile}}


def signed(body: bytes, at: int, secret: str = SECRET) -> dict[str, str]:
    """Return the headers with which slack-sdk would sign a call."""
    shown = SignatureVerifier(secret).generate_signature(timestamp=str(at), body=body)
    return {"x-slack-request-timestamp": str(at), "x-slack-signature": shown or ""}


def answered(
    text: str, thread: str, user: str = "U1", at: str = "1700000001.000100", **more: Any
) -> bytes:
    """Return the call by which Slack tells that somebody answered in a thread."""
    event = {
        "type": "message", "channel": ROOM, "user": user, "text": text, "ts": at, "thread_ts": thread, **more,
    }  # fmt: skip
    return json.dumps({"type": "event_callback", "team_id": TEAM, "event": event}).encode()


def call(body: bytes, at: int, came_at: Any, **headers: str) -> Call:
    return Call(
        "POST", "https://desk.example/outposts/k/", headers or signed(body, at), body, came_at
    )
