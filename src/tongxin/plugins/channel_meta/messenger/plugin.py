"""Messenger and Instagram: one page, and the account that belongs to it."""

from collections.abc import Sequence
from typing import Any, ClassVar

from pydantic import AwareDatetime, BaseModel, Field

from tongxin.plugins.channel_meta.graph import Judge, Meta
from tongxin.plugins.channel_meta.messenger.errors import judged
from tongxin.plugins.channel_meta.messenger.events import Event, heard
from tongxin.sdk import (
    Address,
    Attachment,
    Batch,
    Call,
    Departure,
    Enclosure,
    Failure,
    Receipt,
    Undelivered,
    asking,
    each,
    fetching,
    in_parts,
    malformed,
    understood,
)

_FIELDS = (
    "messages,message_edits,message_deliveries,message_reads,message_reactions,messaging_postbacks,"
    "messaging_referrals"
)
_MOST_BYTES = {"instagram": 1000}  # of a text; of Messenger's letters are counted
_KINDS = {"page": "messenger", "instagram": "instagram"}


class Entry(BaseModel):
    """What happened on a page."""

    id: str = ""
    time: AwareDatetime | None = None
    messaging: list[dict[str, Any]] = []


class Update(BaseModel):
    """A call's body."""

    object: str
    entry: list[Entry] = Field(max_length=1000)


class Messenger(Meta):
    """A page's messages and those of its Instagram account."""

    kind: ClassVar[str] = "messenger"
    judge: ClassVar[Judge] = staticmethod(judged)

    def hear(self, call: Call) -> Batch:
        """Messages, pressed buttons, referrals, reactions, and what became of ours."""
        update = understood(Update, call.body)
        kind = _KINDS.get(update.object)
        if kind is None:
            raise malformed()
        found = [
            heard(kind, understood(Event, raw)) for entry in update.entry for raw in entry.messaging
        ]
        arrivals = [one for batch in found for one in batch.arrivals]
        return Batch(arrivals, [one for batch in found for one in batch.progress])

    def fetch(self, reference: str) -> Attachment:
        """From Meta's servers, where a file lies for some time."""
        with fetching():
            return self.graph().file(reference, is_ours=False)

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        """One message for the text and one for each file."""
        return each(departures, self._say)

    def introduce(self, sender: Address) -> tuple[Address, ...]:
        """Return what somebody calls themselves."""
        told = self.graph().get(f"/{sender.value}", fields="name")
        name = told.get("name")
        return (Address(sender.kind, sender.value, name),) if isinstance(name, str) else ()

    def typing(self, recipient: Address) -> None:
        """For twenty seconds, or until a message comes."""
        said = {"recipient": {"id": recipient.value}, "sender_action": "typing_on"}
        self.graph().post("/me/messages", said)

    def try_out(self) -> str:
        """Return the page's name."""
        with asking():
            return str(self.graph().get("/me", fields="name").get("name") or "")

    def set_up(self, address: str) -> None:
        """Let the page's news come to the app; where the app sends them is entered at Meta."""
        with asking():
            self.graph().post("/me/subscribed_apps", {}, subscribed_fields=_FIELDS)

    def _say(self, departure: Departure) -> Receipt:
        return in_parts(departure, self._carry, _MOST_BYTES.get(departure.recipient.kind, 0))

    def _carry(self, departure: Departure, part: str | Enclosure) -> str:
        message = {"text": part} if isinstance(part, str) else self._attached(departure, part)
        head = {"recipient": {"id": departure.recipient.value}}
        try:
            return self._send({**head, "messaging_type": "RESPONSE", "message": message})
        except Undelivered as stopped:
            if stopped.failure is not Failure.WINDOW_CLOSED or not self.settings.get("human_agent"):
                raise
        tagged = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        return self._send({**head, **tagged, "message": message})

    def _send(self, said: dict[str, Any]) -> str:
        return str(self.graph().post("/me/messages", said).get("message_id") or "")

    def _attached(self, departure: Departure, file: Enclosure) -> dict[str, Any]:
        main = file.kind.partition("/")[0]
        kind = main if main in {"image", "audio", "video"} else "file"
        about = f'{{"attachment":{{"type":"{kind}","payload":{{"is_reusable":true}}}}}}'
        form = {"message": about}
        if departure.recipient.kind == "instagram":
            form["platform"] = "instagram"
        kept = self.graph().upload("/me/message_attachments", "filedata", file, **form)
        return {
            "attachment": {"type": kind, "payload": {"attachment_id": kept.get("attachment_id")}}
        }
