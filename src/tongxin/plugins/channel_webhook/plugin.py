"""Signed JSON both ways, so that anybody can bring a channel in any language."""

import base64
import json
import time
from collections.abc import Sequence
from typing import Any, ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, ValidationError

from tongxin.plugins.channel_webhook import shapes
from tongxin.plugins.channel_webhook.signing import check, key_of, signed
from tongxin.sdk import (
    EDITED,
    LARGEST_FILE,
    RECALLED,
    Address,
    Arrival,
    Attachment,
    Batch,
    Call,
    Channel,
    Departure,
    Failure,
    Progress,
    Receipt,
    Reply,
    Undelivered,
    Web,
    asking,
    each,
    fetching,
    malformed,
    understood,
)

_SECONDS = 15.0
_OF_STATUS = {
    400: Failure.CONTENT, 401: Failure.AUTH, 403: Failure.AUTH, 404: Failure.AUTH, 410: Failure.AUTH,
    413: Failure.MEDIA, 422: Failure.CONTENT, 429: Failure.RATE,
}  # fmt: skip


class _Body(BaseModel):
    said: shapes.Said | shapes.Told = Field(discriminator="type")


class Webhook(Channel):
    """Another system that speaks our JSON."""

    kind: ClassVar[str] = "webhook"

    def verify(self, call: Call) -> None:
        """The other side signed it by our common secret, within these five minutes."""
        check(self._secret, call)

    def hear(self, call: Call) -> Batch:
        """A message, or what became of one of ours."""
        try:
            body = json.loads(call.body)
            json.dumps(body, allow_nan=False)  # a number without end is no JSON
        except (ValueError, RecursionError):
            raise malformed() from None
        said = understood(_Body, {"said": body}).said
        if isinstance(said, shapes.Told):
            step = said.data
            return Batch([], [Progress(step.id, step.stage, step.at, step.failure, step.detail)])
        return Batch([self._arrival(said.data)])

    def fetch(self, reference: str) -> Attachment:
        """From wherever the other side said."""
        with fetching():
            reply = Web("").get(reference, most=LARGEST_FILE, seconds=60)
            _check(reply)
        name = urlsplit(reference).path.rpartition("/")[2] or "file"
        return Attachment(name, reply.headers.get("content-type", ""), reply.body)

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        """One call each; its id is the message's key, so that a repetition is known."""
        return each(departures, self._say)

    def try_out(self) -> str:
        """Send a ping."""
        with asking():
            if len(key_of(self._secret)) < 16:  # noqa: PLR2004 - bytes: shorter ones can be guessed
                raise Undelivered(Failure.AUTH, "the secret is too short")
            if self._address:
                self._send("ping", f"ping_{time.time_ns()}", {"type": "ping"})
        return urlsplit(self._address).hostname or ""

    def _arrival(self, said: shapes.Message) -> Arrival:
        if not (said.text.strip() or said.html or said.files or said.event or said.kind != "text"):
            raise malformed()
        if said.mends and (said.kind != "event" or said.event not in {EDITED, RECALLED}):
            raise malformed()
        person = said.sender
        ways = (("email", person.email), ("phone", person.phone))
        vouched = tuple(Address(kind, value) for kind, value in ways if value)
        return Arrival(
            external_id=said.id,
            sender=Address(self.kind, f"{self._realm}{person.id}", person.name),
            text=said.text or said.subject,
            sent_at=said.at,
            kind=said.kind,
            event=said.event,
            subject=said.subject,
            html=said.html,
            attachments=tuple(Attachment(f.name, f.kind, f.content, f.url) for f in said.files),
            answers=tuple(said.answers),
            mends=said.mends,
            also=vouched if self.settings.get("vouches") else (),
            is_automatic=said.is_automatic,
            source=said.source,
            details=said.details,
        )

    def _say(self, departure: Departure) -> Receipt:
        if not self._address:
            raise Undelivered(Failure.AUTH, "there is no address to which replies go")
        if departure.mends:
            return self._mend(departure)
        to = departure.recipient
        going = {
            "key": departure.key,
            "to": self._person(to),
            "text": departure.text,
            "html": departure.html,
            "subject": departure.subject,
            "author": departure.author,
            "files": [
                {"name": f.name, "kind": f.kind, "content": base64.b64encode(f.read()).decode()}
                for f in departure.files
            ],
            "answers": departure.answers,
            "is_automatic": departure.is_automatic,
            "template": dict(departure.template) if departure.template else None,
        }
        reply = self._send("message", departure.key, {"type": "message", "data": going})
        return Receipt(departure.message_id, _taken(reply).id or departure.key)

    def _mend(self, departure: Departure) -> Receipt:
        """A system that does not know of changes answers as if it had taken a message: it has to say more."""
        what = "recall" if departure.recalls else "edit"
        going = {
            "key": departure.key,
            "id": departure.mends[-1],
            "to": self._person(departure.recipient),
            "text": "" if departure.recalls else departure.text,
            "html": "" if departure.recalls else departure.html,
        }
        if not _taken(self._send(what, departure.key, {"type": what, "data": going})).done:
            raise Undelivered(Failure.FIXED, "the system did not say that it is done")
        return Receipt(departure.message_id)

    def _person(self, to: Address) -> dict[str, str]:
        return {"id": to.value.removeprefix(self._realm), "name": to.name}

    def _send(self, kind: str, name: str, said: dict[str, Any]) -> Reply:
        body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        headers = signed(self._secret, name, body, int(time.time()))
        reply = Web("").post(self._address, body=body, headers=headers, seconds=_SECONDS)
        _check(reply)
        return reply

    @property
    def _secret(self) -> str:
        return str(self.settings.get("secret") or "")

    @property
    def _address(self) -> str:
        return str(self.settings.get("address") or "")

    @property
    def _realm(self) -> str:
        realm = str(self.settings.get("realm") or "")
        return f"{realm}:" if realm else ""


def _check(reply: Reply) -> None:
    """Raise Undelivered unless it was taken: for the reason given, or else by the status."""
    if reply.is_good:
        return
    try:
        why = shapes.NotTaken.model_validate_json(reply.body)
    except ValidationError:
        why = shapes.NotTaken.model_construct(error=None, detail="", retry_after=0)
    after = reply.headers.get("retry-after", "")
    raise Undelivered(
        why.error or _OF_STATUS.get(reply.status, Failure.TRANSIENT),
        why.detail or f"status {reply.status}",
        why.retry_after or (float(after) if after.isdigit() and len(after) < 6 else 0.0),  # noqa: PLR2004
    )


def _taken(reply: Reply) -> shapes.Taken:
    try:
        return shapes.Taken.model_validate_json(reply.body)
    except ValidationError:
        return shapes.Taken.model_construct(id="", done=False)
