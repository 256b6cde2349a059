"""A group of DingTalk in which colleagues hear what waits: https://open.dingtalk.com/document/orgapp/robot-overview.

A robot has no threads there. Whoever answers it quotes what it told, or begins with the conversation's number.
"""

import json
from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import uuid4

from tongxin.plugins.outpost_dingtalk.api import Api, post_by_webhook, signature
from tongxin.plugins.outpost_dingtalk.reading import Push, said_in
from tongxin.sdk import (
    Call,
    Failure,
    Outpost,
    Said,
    Telling,
    Undelivered,
    asking,
    check_recent,
    check_same,
    looked_up,
    understood,
)
from tongxin.sdk import translate as _

_GROUP = "2"
_HOUR = 3600.0  # seconds that a call may be old
_UNKNOWN = frozenset({"60121", "33012"})
# What people are called is theirs: in a card it must become neither a link nor a picture.
_WIDE = str.maketrans("[]<>*`", "［］＜＞＊｀")


class DingTalk(Outpost):
    """One robot in one group."""

    kind: ClassVar[str] = "dingtalk"
    has_threads: ClassVar[bool] = False

    def verify(self, call: Call) -> None:
        """DingTalk signs the time by our secret; what is older than an hour is a repetition of somebody else's."""
        secret, at = self.of("app_secret"), call.headers.get("timestamp", "")
        check_recent(at, call.came_at, _HOUR, per_second=1000)
        check_same(signature(secret, at) if secret else "", call.headers.get("sign", ""))

    def hear(self, call: Call) -> Sequence[Said]:
        """What somebody of our group says to the robot."""
        push = understood(Push, call.body)
        room = self.of("room")
        if not room or push.room != room or push.sender == push.robot:
            return []
        is_ours = not push.company or push.company == push.our_company
        author = (push.staff or "") if is_ours else ""
        words, numbers = said_in(push)
        return [Said(push.name, push.told or "", author, words, numbers, to_us=True)]

    def room_of(self, call: Call) -> str:
        """A group's ID is shown nowhere: whoever calls the robot there, before one is set, tells it."""
        push = understood(Push, call.body)
        return push.room if push.talk == _GROUP and not self.of("room") else ""

    def tell(self, telling: Telling) -> str:
        """Write in the group: by the group's own robot where its webhook is set, else by the app's."""
        with asking():
            if webhook := self.of("webhook"):
                post_by_webhook(webhook, self.of("webhook_secret"), _for_webhook(telling))
                return f"webhook:{uuid4().hex}"  # it has no name there
            kind, said = _form(telling)
            if not (room := self.of("room")):
                raise Undelivered(Failure.INVALID_RECIPIENT, _("The group's ID is missing."))
            form = {
                "robotCode": self._robot(), "openConversationId": room, "msgKey": f"sample{kind}",
                "msgParam": json.dumps(said, ensure_ascii=False),
            }  # fmt: skip
            told = self._api().post("/v1.0/robot/groupMessages/send", form)
        return str(told.get("processQueryKey") or "")

    def email_of(self, author: str) -> str:
        """As the company's own directory has it."""
        said = {"userid": author}
        told = looked_up(lambda: self._api().post_old("/topapi/v2/user/get", said), _UNKNOWN)
        user = told.get("result")
        if not isinstance(user, dict) or user.get("active") is False:
            return ""
        return str(user.get("org_email") or user.get("email") or "")

    def try_out(self) -> str:
        """Get a token, where there is an app; return the robot's code."""
        with asking():
            if self.of("app_key") or not self.of("webhook"):
                self._api().token()
        return self._robot() or "webhook"

    def _api(self) -> Api:
        return Api(self.of("api_base"), self.of("app_key"), self.of("app_secret"))

    def _robot(self) -> str:
        return self.of("robot_code") or self.of("app_key")


def _form(telling: Telling) -> tuple[str, dict[str, Any]]:
    """Return a card with a button, or words alone."""
    if not telling.link:
        return "Text", {"content": telling.text}
    card = {
        "title": telling.text, "text": telling.text.translate(_WIDE),
        "singleTitle": telling.button or telling.link, "singleURL": telling.link,
    }  # fmt: skip
    return "ActionCard", card


def _for_webhook(telling: Telling) -> dict[str, Any]:
    kind, said = _form(telling)
    name = kind[0].lower() + kind[1:]
    return {"msgtype": name, name: said}
