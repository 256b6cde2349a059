import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from tongxin.sdk import Address, Arrival, Channel, Departure, Receipt, Refused

LONGEST_TEXT = 4000
LONGEST_CLIENT_ID = 64
MOST_FILES = 10


class Webchat(Channel):
    """Our own widget: `live` has checked who the visitor is and hands over their frame."""

    kind: ClassVar[str] = "webchat"

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """Only `live` brings web chat in; nothing may come by the public door."""
        raise Refused("hook.forged", "web chat does not come in by this door")

    def hear(self, body: bytes) -> list[Arrival]:
        """Translate a frame with its visitor: ``{visitor: {kind, value, name}, at, client_id, text,
        file_ids}``.
        """
        try:
            frame: dict[str, Any] = json.loads(body)
            visitor = frame["visitor"]
            sender = Address(visitor["kind"], visitor["value"], visitor.get("name", ""))
            sent_at = datetime.fromisoformat(frame["at"])
        except (ValueError, KeyError, TypeError):
            raise Refused("hook.malformed", "not a frame of the widget") from None
        return [self.arrival(sender, frame, tuple(frame.get("file_ids", ())), sent_at)]

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
