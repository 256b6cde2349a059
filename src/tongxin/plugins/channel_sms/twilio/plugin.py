"""Text messages by Twilio: https://www.twilio.com/docs/messaging/guides/webhook-request."""

import base64
import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit, urlunsplit

from tongxin.plugins.channel_sms.phones import address_of
from tongxin.sdk import (
    LARGEST_FILE,
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
    Reply,
    Stage,
    Undelivered,
    Unreachable,
    Web,
    address_of_file,
    asking,
    check_same,
    each,
    fetching,
    malformed,
    missing,
)

BASE = "https://api.twilio.com"
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
_OF_STATUS = {401: Failure.AUTH, 403: Failure.AUTH, 404: Failure.AUTH, 429: Failure.RATE}


class Twilio(Channel):
    """One number, or a messaging service with many."""

    kind: ClassVar[str] = "sms_twilio"

    def verify(self, call: Call) -> None:
        """Twilio signs the address and the form by the account's token."""
        token, shown = self._of("auth_token"), call.headers.get("x-twilio-signature", "")
        said = "".join(_signed(call.body)).encode("utf-8", "replace")
        right = (
            [_signature(token, url.encode("utf-8", "replace") + said) for url in _urls(call.url)]
            if token
            else []
        )
        check_same(next((one for one in right if one == shown), right[0] if right else ""), shown)

    def acknowledge(self, call: Call) -> Answer:
        """No reply of the interface's own making."""
        return Answer(_EMPTY, "text/xml")

    def hear(self, call: Call) -> Batch:
        """A text, an opt-out, or what became of ours; none has a time but that of the call."""
        form = {name: values[-1] for name, values in _form(call.body).items()}
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
            headers = self._basic() if self._is_twilio(reference) else {}
            reply = self._web().get(reference, headers=headers, most=LARGEST_FILE, seconds=60)
            if reply.status in {301, 302, 307}:
                reply = self._web().get(
                    reply.headers.get("location", ""), most=LARGEST_FILE, seconds=60
                )
            if reply.status in {401, 403, 404, 410}:
                raise missing()
            if not reply.is_good:
                raise Unreachable(f"status {reply.status}")
        return Attachment("file", reply.headers.get("content-type", ""), reply.body)

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        """One text each; with files, which Twilio fetches at once, as a picture message (MMS)."""
        return each(departures, self._say)

    def try_out(self) -> str:
        """Return the account's name."""
        with asking():
            return str(_told(self._web().get(f"{self._account()}.json")).get("friendly_name") or "")

    def _say(self, departure: Departure) -> Receipt:
        sender = self._of("sender")
        by = "MessagingServiceSid" if sender.startswith("MG") else "From"
        form: dict[str, Any] = {"To": departure.recipient.value, by: sender, "Body": departure.text}
        if len(departure.files) > _MOST_FILES:
            raise Undelivered(Failure.MEDIA, f"at most {_MOST_FILES} files")
        if departure.files:
            form["MediaUrl"] = [address_of_file(file, _LASTS) for file in departure.files]
        told = _told(self._web().post(f"{self._account()}/Messages.json", form=form))
        return Receipt(departure.message_id, str(told.get("sid") or ""))

    def _web(self) -> Web:
        return Web(self._of("api_base") or BASE, self._basic())

    def _basic(self) -> dict[str, str]:
        pair = f"{self._of('account_sid')}:{self._of('auth_token')}".encode()
        return {"authorization": f"Basic {base64.b64encode(pair).decode()}"}

    def _is_twilio(self, address: str) -> bool:
        """Whether our token may be shown there."""
        host = urlsplit(address).hostname or ""
        own = urlsplit(self._of("api_base") or BASE).hostname
        return host == own or (address.startswith("https://") and host.endswith(".twilio.com"))

    def _account(self) -> str:
        if not (sid := self._of("account_sid")).isalnum() or not self._of("auth_token"):
            raise Undelivered(Failure.AUTH, "the account's SID or token is missing")
        return f"/2010-04-01/Accounts/{sid}"

    def _of(self, name: str) -> str:
        return str(self.settings.get(name) or "").strip()


def _form(body: bytes) -> dict[str, list[str]]:
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=200)
    except ValueError:
        raise malformed() from None


def _signed(body: bytes) -> Iterator[str]:
    try:
        form = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=200)
    except ValueError:
        return
    for name, values in sorted(form.items()):
        yield from (f"{name}{value}" for value in sorted(set(values)))


def _signature(token: str, said: bytes) -> str:
    return base64.b64encode(hmac.digest(token.encode(), said, "sha1")).decode()


def _urls(url: str) -> Iterator[str]:
    """Return the address as it came, and as Twilio knew it in front of a proxy: by https, with its port or without."""
    parts = urlsplit(url)
    host = parts.netloc.partition(":")[0]
    yield url
    for netloc in (parts.netloc, host, f"{host}:443"):
        yield urlunsplit(("https", netloc, parts.path, parts.query, ""))


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
        text if text.strip() or files else "[empty]",
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


def _told(reply: Reply) -> dict[str, Any]:
    told = reply.told()
    if reply.is_good:
        return told
    code = told.get("code")
    failure = _FAILURES.get(code) if isinstance(code, int) else None
    usual = Failure.CONTENT if reply.status == 400 else Failure.TRANSIENT  # noqa: PLR2004
    failure = failure or _OF_STATUS.get(reply.status, usual)
    raise Undelivered(failure, f"{code or reply.status} {told.get('message') or ''}".strip())
