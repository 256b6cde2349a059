"""Text messages by Twilio: https://www.twilio.com/docs/messaging/guides/webhook-request."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from tongxin.plugins.channel_sms.phones import address_of
from tongxin.sdk import (
    Account,
    Answer,
    Arrival,
    Attachment,
    Batch,
    Call,
    Channel,
    Departure,
    Failure,
    Kind,
    Progress,
    Receipt,
    Stage,
    Undelivered,
    address_of_file,
    each,
    fetched,
    fetching,
    form_of,
    malformed,
    wordless,
)

_MOST_FILES, _LONGEST_NAME = 10, 64
_LASTS = timedelta(days=1)
_EMPTY = b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
_STAGES = {
    "sent": Stage.SENT, "delivered": Stage.DELIVERED, "read": Stage.READ, "undelivered": Stage.FAILED,
    "failed": Stage.FAILED,
}  # fmt: skip
_OPTED = {"STOP": "blocked", "START": "unblocked"}
_CODES: Mapping[Failure, frozenset[int]] = {
    Failure.BLOCKED: frozenset({21610, 30004}),
    Failure.INVALID_RECIPIENT: frozenset(
        {21211, 21214, 21217, 21265, 21408, 21612, 21614, 30003, 30005, 30006, 60200}
    ),
    Failure.CONTENT: frozenset({21602, 21617, 21619, 30007, 30019}),
    Failure.MEDIA: frozenset({21620, 21623, 12300, 11200, 30012}),
    Failure.AUTH: frozenset(
        {20003, 20404, 20008, 21212, 21603, 21606, 21607, 21611, 21659, 21703, 30002, 30034}
    ),
    Failure.RATE: frozenset({20429, 14107, 30001, 30022}),
}
_FAILURES = {code: failure for failure, codes in _CODES.items() for code in codes}


class Twilio(Channel):
    """One number, or a messaging service with many."""

    kind: ClassVar[str] = "sms_twilio"

    def verify(self, call: Call) -> None:
        """Twilio signs the address and the form by the account's token."""
        self._account().check_signed(call)

    def acknowledge(self, call: Call) -> Answer:
        """No reply of the interface's own making."""
        return Answer(_EMPTY, "text/xml")

    def hear(self, call: Call) -> Batch:
        """A text, an opt-out, or what became of ours; none has a time but that of the call."""
        form = form_of(call.body)
        name, status = (
            form.get("MessageSid") or form.get("SmsSid", ""),
            form.get("MessageStatus", ""),
        )
        if not name.strip() or len(name) > _LONGEST_NAME:
            raise malformed()
        if status and status != "received":
            return Batch([], _progress(name, status, form, call.came_at))
        return Batch([_arrival(name, form, call.came_at)])

    def fetch(self, reference: str) -> Attachment:
        """From Twilio, with our account; it leads on to where the file lies."""
        with fetching():
            return fetched(self._account().file(reference), "file")

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        """One text each; with files, which Twilio fetches at once, as a picture message (MMS)."""
        return each(departures, self._say)

    def try_out(self) -> str:
        """Return the account's name."""
        return self._account().name()

    def _say(self, departure: Departure) -> Receipt:
        account = self._account()
        sender = account.of("sender")
        by = "MessagingServiceSid" if sender.startswith("MG") else "From"
        form: dict[str, Any] = {"To": departure.recipient.value, by: sender, "Body": departure.text}
        if len(departure.files) > _MOST_FILES:
            raise Undelivered(Failure.MEDIA, f"at most {_MOST_FILES} files")
        if departure.files:
            form["MediaUrl"] = [address_of_file(file, _LASTS) for file in departure.files]
        if departure.door.startswith("https:"):  # Twilio calls no other
            form["StatusCallback"] = departure.door
        told = account.post("/Messages.json", form)
        return Receipt(departure.message_id, str(told.get("sid") or ""))

    def _account(self) -> Account:
        return Account(self.settings, _FAILURES)


def _progress(name: str, status: str, form: Mapping[str, str], at: datetime) -> list[Progress]:
    stage, code = _STAGES.get(status), form.get("ErrorCode", "")
    if stage is None:
        return []
    number = int(code) if code.isascii() and code.isdigit() and len(code) < _LONGEST_NAME else 0
    failure = _FAILURES.get(number, Failure.TRANSIENT) if stage is Stage.FAILED else None
    return [Progress(name, stage, at, failure, code[:_LONGEST_NAME])]


def _arrival(name: str, form: Mapping[str, str], at: datetime) -> Arrival:
    if not 0 < len(number := form.get("From", "").strip()) <= _LONGEST_NAME:
        raise malformed()
    sender, text, files = address_of(number), form.get("Body", ""), _files(form)
    if opted := _OPTED.get(form.get("OptOutType", "")):
        return Arrival(name, sender, text, at, kind=Kind.EVENT, event=opted)
    kind = (
        Kind.IMAGE
        if files and files[0].kind.startswith("image/")
        else Kind.FILE
        if files
        else Kind.TEXT
    )
    return Arrival(
        name,
        sender,
        text if text.strip() or files else wordless("empty"),
        at,
        kind=kind,
        attachments=files,
    )


def _files(form: Mapping[str, str]) -> tuple[Attachment, ...]:
    return tuple(
        Attachment("file", form.get(f"MediaContentType{n}", ""), reference=address)
        for n in range(_MOST_FILES)
        if (address := form.get(f"MediaUrl{n}", ""))
    )
