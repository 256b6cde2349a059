import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from pydantic import AwareDatetime, BaseModel, ValidationError

from tongxin.sdk import Address, Arrival, Batch, Call, Channel, Departure, Receipt, Refused
from tongxin.sdk import translate as _

LONGEST_TEXT = 4000
MOST_FILES = 10
CLIENT_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)  # it ends a message's name, behind a colon


class Visitor(BaseModel):
    """Who is at the other end of the widget."""

    kind: str
    value: str
    name: str = ""


class Frame(BaseModel):
    """One message of a visitor, as `live` hands it over."""

    visitor: Visitor
    at: AwareDatetime
    client_id: str
    text: str = ""
    file_ids: tuple[int, ...] = ()


class Webchat(Channel):
    """Our own widget: `live` has checked who the visitor is and hands over their frame."""

    kind: ClassVar[str] = "webchat"

    def verify(self, call: Call) -> None:
        """Only `live` brings web chat in; nothing may come by the public door."""
        raise Refused("hook.forged", _("Web chat does not come in by this door."))

    def hear(self, call: Call) -> Batch:
        """Translate a frame with its visitor."""
        try:
            frame = Frame.model_validate_json(call.body)
        except ValidationError:
            raise Refused("hook.malformed", _("This is not a frame of the widget.")) from None
        sender = Address(frame.visitor.kind, frame.visitor.value, frame.visitor.name)
        return Batch([self.arrival(sender, frame.model_dump(), frame.file_ids, frame.at)])

    def arrival(
        self, sender: Address, frame: Mapping[str, Any], file_ids: tuple[int, ...], at: datetime
    ) -> Arrival:
        """Check one message of a visitor. Raises Refused: ``message.*``."""
        client_id, text = frame.get("client_id"), frame.get("text", "")
        if not isinstance(client_id, str) or not CLIENT_ID.fullmatch(client_id):
            raise Refused(
                "message.client_id",
                _("A message needs a client_id: 1 to 64 letters, digits, dots, - or _."),
            )
        if not isinstance(text, str) or len(text) > LONGEST_TEXT:
            raise Refused("message.too_long", _("A message has at most 4,000 characters."))
        if not text.strip() and not file_ids:
            raise Refused("message.empty", _("There is nothing to send."))
        if len(file_ids) > MOST_FILES:
            raise Refused("message.files", _("At most 10 files in one message."))
        return Arrival(f"{sender.value}:{client_id}", sender, text, at, file_ids)

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        """Nothing to do: `live` brings replies to the visitor's browser as soon as they are written."""
        return [Receipt(departure.message_id) for departure in departures]
