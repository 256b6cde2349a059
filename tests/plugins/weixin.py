"""WeChat's and WeCom's interfaces, kept true by driving them with wechatpy."""

from typing import Any

from tests.plugins.making import PNG
from tests.plugins.standin import Asked


class Weixin:
    """Both platforms' methods that channels use; ``sent`` is what was said."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.token = "T1"
        self.refusing: dict[str, Any] | None = None
        self.pages: dict[str, dict[str, Any]] = {}

    def __call__(self, asked: Asked) -> Any:
        method = asked.path.removeprefix("/cgi-bin/").replace("/", "_")
        if method in {"stable_token", "gettoken"}:
            given = asked.json() if method == "stable_token" else asked.query
            right = "s" in (given.get("secret"), given.get("corpsecret"))
            told = {"access_token": self.token, "expires_in": 7200}
            return 200, told if right else {"errcode": 40001, "errmsg": "invalid credential"}
        if asked.query.get("access_token") != self.token:
            return 200, {"errcode": 42001, "errmsg": "access_token expired"}
        if self.refusing and "send" in method:
            return 200, self.refusing
        answer = getattr(self, method)(asked)
        return (
            answer if isinstance(answer, tuple) else (200, {"errcode": 0, "errmsg": "ok", **answer})
        )

    def getcallbackip(self, asked: Asked) -> Any:
        return {"ip_list": ["127.0.0.1"]}

    def message_custom_send(self, asked: Asked) -> Any:
        self.sent.append(asked.json())
        return {}

    def message_template_send(self, asked: Asked) -> Any:
        self.sent.append(asked.json())
        return {"msgid": 200163840}

    def message_subscribe_send(self, asked: Asked) -> Any:
        self.sent.append(asked.json())
        return {"msgid": 8842}

    def media_upload(self, asked: Asked) -> Any:
        _name, content = asked.parts()["media"]
        assert content
        return {
            "type": asked.query["type"],
            "media_id": f"{asked.query['type']}-1",
            "created_at": "1380000000",
        }

    def media_get(self, asked: Asked) -> Any:
        if asked.query["media_id"] != "M1":
            return {"errcode": 40007, "errmsg": "invalid media_id"}
        return (
            200,
            PNG,
            {"content-type": "image/png", "content-disposition": 'attachment; filename="M1.png"'},
        )

    def user_info(self, asked: Asked) -> Any:
        return {"subscribe": 1, "openid": asked.query["openid"], "unionid": "U1"}

    def kf_account_list(self, asked: Asked) -> Any:
        return {
            "account_list": [
                {"open_kfid": "wkA", "name": "售后"},
                {"open_kfid": "wkB", "name": "售前"},
            ]
        }

    def kf_send_msg(self, asked: Asked) -> Any:
        self.sent.append(asked.json())
        return {"msgid": asked.json().get("msgid", "made")}

    kf_send_msg_on_event = kf_send_msg

    def kf_sync_msg(self, asked: Asked) -> Any:
        said = asked.json()
        page = self.pages.get(f"{said.get('open_kfid')}:{said.get('cursor', '')}")
        return page or {"next_cursor": said.get("cursor", ""), "has_more": 0, "msg_list": []}

    def kf_customer_batchget(self, asked: Asked) -> Any:
        ids = asked.json()["external_userid_list"]
        return {
            "customer_list": [
                {"external_userid": one, "nickname": "小梅", "unionid": "U1"} for one in ids
            ]
        }
