"""小程序: what people write behind its customer-service button."""

from collections.abc import Mapping
from typing import ClassVar

from tongxin.plugins.channel_wechat.customers import Customers, Head
from tongxin.sdk import Batch, Departure


class MiniProgram(Customers):
    """People in a mini program."""

    kind: ClassVar[str] = "wechat_mini"
    sends: ClassVar[Mapping[str, str]] = {
        "image/jpeg": "image", "image/png": "image", "image/gif": "image",
    }  # fmt: skip

    def _event(self, head: Head, said: Mapping[str, str]) -> Batch:
        if said.get("Event") == "user_enter_tempsession":
            return self._happened(head, "enter", said.get("SessionFrom", "")[:200])
        return Batch()

    def _say_template(self, departure: Departure) -> str:
        said = {"touser": departure.recipient.value, **(departure.template or {})}
        return str(self.api().call("/cgi-bin/message/subscribe/send", said).get("msgid") or "")
