"""WhatsApp, by Meta's cloud interface: https://developers.facebook.com/docs/whatsapp/cloud-api."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from tongxin.plugins.channel_meta.graph import Judge, Meta
from tongxin.plugins.channel_meta.whatsapp import templates, values
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
    Template,
    Undelivered,
    asking,
    each,
    fetching,
    in_parts,
    missing,
    understood,
)

_LONGEST_CAPTION = 1024
_MOST_PAGES = 60  # of a hundred: an account has at most 6,000 templates
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
            account = self._account()
            said = {"override_callback_uri": address, "verify_token": self.of("verify_token")}
            self.graph().post(f"/{account}/subscribed_apps", said)

    def templates(self) -> Sequence[Template]:
        """The business account's, page by page."""
        with asking():
            asked = list(self._asked_templates())
        return [one for one in map(templates.template_of, asked) if one]

    def fill(self, template: Template, values: Mapping[str, str]) -> Mapping[str, Any]:
        """As a message of the type template has it."""
        said = {"name": template.key, "language": {"code": template.language}}
        parts = list(templates.components(template, values))
        return {**said, "components": parts} if parts else said

    def _asked_templates(self) -> Iterator[Json]:
        graph, at = self.graph(), f"/{self._account()}/message_templates"
        after: dict[str, str] = {}
        for _page in range(_MOST_PAGES):
            told = graph.get(at, status="APPROVED", fields=templates.FIELDS, limit="100", **after)
            yield from _list(told.get("data"))
            paging = _dict(told.get("paging"))
            cursor = _dict(paging.get("cursors")).get("after")
            if not paging.get("next") or not isinstance(cursor, str):
                return
            after = {"after": cursor}

    def _account(self) -> str:
        if not (account := self.of("account_id")):
            raise Undelivered(Failure.AUTH, "the WhatsApp business account's id is missing")
        return _id(account)

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


def _list(said: Json) -> list[Any]:
    return said if isinstance(said, list) else []


def _dict(said: Json) -> dict[str, Any]:
    return said if isinstance(said, dict) else {}


def _first_id(said: Json) -> str:
    first = said[0] if isinstance(said, list) and said else {}
    return str(first.get("id") or "") if isinstance(first, dict) else ""
