"""公众号, 服务号."""

from collections.abc import Mapping
from typing import ClassVar

from tongxin.plugins.channel_wechat.customers import Customers, Head
from tongxin.sdk import Address, Batch, Departure, Failure, Progress, Stage, short

UNION = "wechat_unionid"
_QR = "qrscene_"
_ENDED = {
    "success": (Stage.DELIVERED, None),
    "failed:user block": (Stage.FAILED, Failure.BLOCKED),
    "failed: system failed": (Stage.FAILED, Failure.TRANSIENT),
}


class OfficialAccount(Customers):
    """People who follow an account: what they write, press and scan."""

    kind: ClassVar[str] = "wechat_oa"
    sends: ClassVar[Mapping[str, str]] = {
        "image/jpeg": "image", "image/png": "image", "image/gif": "image", "image/bmp": "image",
        "audio/amr": "voice", "audio/mpeg": "voice", "video/mp4": "video",
    }  # fmt: skip

    def introduce(self, sender: Address) -> tuple[Address, ...]:
        """Return who somebody is beyond this account, where it belongs to an open platform."""
        told = self.api().call("/cgi-bin/user/info", openid=sender.value, lang="zh_CN")
        union = told.get("unionid")
        return (Address(UNION, union),) if isinstance(union, str) and union else ()

    def _event(self, head: Head, said: Mapping[str, str]) -> Batch:
        what, key = said.get("Event", ""), said.get("EventKey", "")
        if what == "subscribe":
            return self._happened(
                head, "subscribe", key.removeprefix(_QR), ticket=said.get("Ticket", "")
            )
        if what == "unsubscribe":
            return self._happened(head, "blocked")
        if what == "SCAN":
            return self._happened(head, "scan", key, ticket=said.get("Ticket", ""))
        if what in {"CLICK", "VIEW", "view_miniprogram"}:
            return self._happened(head, "menu", key, key=key)
        if what == "TEMPLATESENDJOBFINISH" and said.get("MsgID"):
            status = said.get("Status", "")
            stage, failure = _ENDED.get(status, (Stage.FAILED, Failure.TRANSIENT))
            return Batch([], [Progress(short(said["MsgID"]), stage, head.at, failure, status)])
        return Batch()

    def _say_template(self, departure: Departure) -> str:
        told = self.api().call(
            "/cgi-bin/message/template/send",
            {"touser": departure.recipient.value, **(departure.template or {})},
        )
        return str(told.get("msgid") or "")
