from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from pydantic import AwareDatetime, BaseModel, ValidationError

from tongxin.sdk import Address, Arrival, Channel, Departure, Receipt, Refused

LONGEST_TEXT = 4000
LONGEST_CLIENT_ID = 64
MOST_FILES = 10


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

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Only `live` brings web chat in; nothing may come by the public door."""
        raise Refused("hook.forged", "web chat does not come in by this door")

    def hear(self, body: bytes) -> list[Arrival]:
        """Translate a frame with its visitor."""
        try:
            frame = Frame.model_validate_json(body)
        except ValidationError:
            raise Refused("hook.malformed", "not a frame of the widget") from None
        sender = Address(frame.visitor.kind, frame.visitor.value, frame.visitor.name)
        return [self.arrival(sender, frame.model_dump(), frame.file_ids, frame.at)]

    def arrival(
        self, sender: Address, frame: Mapping[str, Any], file_ids: tuple[int, ...], at: datetime
    ) -> Arrival:
        """Check one message of a visitor. Raises Refused: ``message.*``."""
        client_id, text = frame.get("client_id"), frame.get("text", "")
        if not isinstance(client_id, str) or not 0 < len(client_id) <= LONGEST_CLIENT_ID:
            raise Refused("message.client_id", "a message needs a client_id of 1 to 64 characters")
        if not isinstance(text, str) or len(text) > LONGEST_TEXT:
            raise Refused("message.too_long", "a message has at most 4,000 characters")
        if not text.strip() and not file_ids:
            raise Refused("message.empty", "there is nothing to send")
        if len(file_ids) > MOST_FILES:
            raise Refused("message.files", "at most 10 files in one message")
        return Arrival(f"{sender.value}:{client_id}", sender, text, at, file_ids)

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        """Nothing to do: `live` brings replies to the visitor's browser as soon as they are written."""
        return [Receipt(departure.message_id) for departure in departures]
