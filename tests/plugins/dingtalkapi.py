"""DingTalk's interfaces and its calls, as its documentation has them."""

import base64
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.plugins.standin import Asked
from tongxin.sdk import Call

APP, APP_SECRET, ROOM, CORP = (
    "dingue4kfzdxbyn0pjqd",
    "s3cret",
    "cidU7yT0j1vVkGfV3eTIrVdQ==",
    "dinge8a565",
)
ROBOT = "$:LWCP_v1:$Crobot"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
SETTINGS = {"app_key": APP, "app_secret": APP_SECRET, "room": ROOM}
HOOK_SECRET = "SECf00"


@dataclass
class DingTalk:
    """What DingTalk keeps: who somebody is, and what was said."""

    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    said: list[dict[str, Any]] = field(default_factory=list)
    token: str = "T1"
    tokens: int = 0
    refusing: tuple[int, dict[str, Any]] | None = None

    def __call__(self, asked: Asked) -> Any:
        if asked.path == "/v1.0/oauth2/accessToken":
            return self._new_token(asked.json())
        if asked.path == "/robot/send":
            return self._webhook(asked)
        is_old = asked.path.startswith("/topapi/")
        shown = (
            asked.query.get("access_token")
            if is_old
            else asked.headers.get("x-acs-dingtalk-access-token")
        )
        if shown != self.token:
            stale = {"errcode": 40014, "errmsg": "不合法的access_token"}
            return (
                (200, stale)
                if is_old
                else (401, {"code": "InvalidAuthentication", "message": "不合法的access_token"})
            )
        if self.refusing:
            return self.refusing
        return self._user(asked.json()) if is_old else self._message(asked)

    def _new_token(self, given: dict[str, str]) -> Any:
        if given != {"appKey": APP, "appSecret": APP_SECRET}:
            return 400, {
                "code": "invalidClientIdOrSecret",
                "message": "无效的clientId或者clientSecret",
            }
        self.tokens += 1
        return 200, {"accessToken": self.token, "expireIn": 7200}

    def _user(self, given: dict[str, str]) -> Any:
        user = self.users.get(given["userid"])
        if user is None:
            return 200, {"errcode": 60121, "errmsg": "找不到该用户"}
        return 200, {"errcode": 0, "errmsg": "ok", "result": {"userid": given["userid"], **user}}

    def _message(self, asked: Asked) -> Any:
        assert asked.path == "/v1.0/robot/groupMessages/send"
        said = asked.json()
        assert (said["robotCode"], said["openConversationId"]) == (APP, ROOM)
        self.said.append({"kind": said["msgKey"], **json.loads(said["msgParam"])})
        return 200, {"processQueryKey": f"PQK{len(self.said)}"}

    def _webhook(self, asked: Asked) -> Any:
        if self.refusing:
            return self.refusing
        at = asked.query["timestamp"]
        if asked.query["access_token"] != "hook" or asked.query["sign"] != sign(at, HOOK_SECRET):
            return 200, {"errcode": 310000, "errmsg": "sign not match"}
        said = asked.json()
        self.said.append({"kind": said["msgtype"], **said[said["msgtype"]]})
        return 200, {"errcode": 0, "errmsg": "ok"}

    def words(self, which: int = -1) -> str:
        """Return what people read of something that was said."""
        said = self.said[which]
        return str(said.get("content") or f"{said['text']}\n{said['singleURL']}")


def sign(at: str, secret: str = APP_SECRET) -> str:
    """Return the signature over a time, as the documentation computes it."""
    return base64.b64encode(
        hmac.new(secret.encode(), f"{at}\n{secret}".encode(), "sha256").digest()
    ).decode()


def signed(at: datetime = NOW, secret: str = APP_SECRET) -> dict[str, str]:
    """Return the headers of a signed call."""
    when = str(int(at.timestamp() * 1000))
    return {"timestamp": when, "sign": sign(when, secret)}


def push(
    text: str = "", quotes: str = "", user: str | None = "user123", **more: Any
) -> dict[str, Any]:
    """Return what DingTalk tells where somebody wrote at the robot; ``quotes`` is the name of a message of ours."""
    said: dict[str, Any] = {
        "conversationId": ROOM, "chatbotCorpId": CORP, "chatbotUserId": ROBOT, "msgId": "msg0xxxxx",
        "senderNick": "Tom", "isAdmin": False, "senderStaffId": user, "createAt": 1613630252678, "senderCorpId": CORP,
        "conversationType": "2", "senderId": "$:LWCP_v1:$Ff09GIxxxxx", "conversationTitle": "售后", "isInAtList": True,
        "robotCode": APP,
        "sessionWebhook": "https://oapi.dingtalk.com/robot/sendBySession?session=x", "msgtype": "text",
        "text": {"content": f" {text}"},
    }  # fmt: skip
    if quotes:
        said["text"] |= {"isReplyMsg": True, "repliedMsg": {"msgId": "msgours", "senderId": ROBOT}}
        said |= {"originalMsgId": "msgours", "originalProcessQueryKey": quotes}
    return {**said, **more}


def called(said: Any, at: datetime = NOW) -> Call:
    """Return the call that tells something, signed."""
    body = said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode()
    return Call("POST", "https://desk.example/outposts/k/", signed(at), body, at)
