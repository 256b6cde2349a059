"""WhatsApp, by Meta's cloud interface: https://developers.facebook.com/docs/whatsapp/cloud-api."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from tongxin.plugins.channel_meta.graph import Judge, Meta
from tongxin.plugins.channel_meta.whatsapp import values
from tongxin.plugins.channel_meta.whatsapp.errors import judged
from tongxin.plugins.channel_meta.whatsapp.values import Message, Update, Value
from tongxin.sdk import (
    Attachment,
    Batch,
    Call,
    Departure,
    Enclosure,
    Failure,
    Json,
    Receipt,
    Undelivered,
    asking,
    each,
    fetching,
    in_parts,
    missing,
    understood,
)

_LONGEST_CAPTION = 1024
_SENDS = {
    "image/jpeg": "image", "image/png": "image", "video/mp4": "video", "video/3gpp": "video",
    "audio/aac": "audio", "audio/mp4": "audio", "audio/mpeg": "audio", "audio/amr": "audio", "audio/ogg": "audio",
}  # fmt: skip


class WhatsApp(Meta):
    """One number of a business."""

    kind: ClassVar[str] = values.KIND
    judge: ClassVar[Judge] = staticmethod(judged)

    def hear(self, call: Call) -> Batch:
        """Messages, and what became of ours; those of the business's other numbers are others'."""
        update = understood(Update, call.body)
        arrivals, progress = [], []
        for said in self._ours(update):
            told = [(understood(Message, raw), raw) for raw in said.messages]
            arrivals += [values.arrival_of(message, raw, said.contacts) for message, raw in told]
            progress += [values.progress_of(status) for status in said.statuses]
        return Batch([one for one in arrivals if one], [one for one in progress if one])

    def fetch(self, reference: str) -> Attachment:
        """By its id: WhatsApp keeps it for days."""
        with fetching():
            graph = self.graph()
            told = graph.get(f"/{_id(reference)}")
            if not isinstance(told.get("url"), str):
                raise missing()
            return graph.file(told["url"], str(told.get("mime_type") or ""))

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        """One message for the text and one for each file; or a template."""
        return each(departures, self._say)

    def try_out(self) -> str:
        """Return the number and the name that people see."""
        with asking():
            told = self.graph().get(
                f"/{self._number()}", fields="display_phone_number,verified_name"
            )
        return f"{told.get('display_phone_number', '')} {told.get('verified_name', '')}".strip()

    def set_up(self, address: str) -> None:
        """Let the business account's news come here, whatever the app says of others."""
        with asking():
            account = self.of("account_id")
            if not account:
                raise Undelivered(Failure.AUTH, "the WhatsApp business account's id is missing")
            said = {"override_callback_uri": address, "verify_token": self.of("verify_token")}
            self.graph().post(f"/{_id(account)}/subscribed_apps", said)

    def _ours(self, update: Update) -> Iterator[Value]:
        for change in (change for entry in update.entry for change in entry.changes):
            if change.field == "messages":
                value = understood(Value, change.value)
                if value.metadata.phone_number_id in {"", self.of("number_id")}:
                    yield value

    def _say(self, departure: Departure) -> Receipt:
        if departure.template is not None:
            sent = self._send(departure, {"type": "template", "template": dict(departure.template)})
            return Receipt(departure.message_id, sent)
        files = departure.files
        if (
            len(files) == 1
            and _kind(files[0]) != "audio"
            and len(departure.text) <= _LONGEST_CAPTION
        ):
            return Receipt(departure.message_id, self._carry(departure, files[0], departure.text))
        return in_parts(departure, self._carry)

    def _carry(self, departure: Departure, part: str | Enclosure, caption: str = "") -> str:
        if isinstance(part, str):
            return self._send(departure, {"type": "text", "text": {"body": part}})
        kind = _kind(part)
        form = {"messaging_product": "whatsapp", "type": part.kind}
        kept = self.graph().upload(f"/{self._number()}/media", "file", part, **form)
        media = {"id": str(kept.get("id") or "")}
        if caption:
            media["caption"] = caption
        if kind == "document":
            media["filename"] = part.name
        return self._send(departure, {"type": kind, kind: media})

    def _send(self, departure: Departure, said: dict[str, Any]) -> str:
        head: dict[str, Any] = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to" if departure.recipient.value.isdigit() else "recipient": departure.recipient.value,
        }
        told = self.graph().post(f"/{self._number()}/messages", {**head, **said})
        return _first_id(told.get("messages"))

    def _number(self) -> str:
        return _id(self.of("number_id"))


def _kind(file: Enclosure) -> str:
    return _SENDS.get(file.kind, "document")


def _id(said: str) -> str:
    if not said.isalnum():
        raise Undelivered(Failure.AUTH, f"not an id: {said[:40]}")
    return said


def _first_id(said: Json) -> str:
    first = said[0] if isinstance(said, list) and said else {}
    return str(first.get("id") or "") if isinstance(first, dict) else ""
