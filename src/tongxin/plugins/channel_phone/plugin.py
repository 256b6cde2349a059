"""A telephone number at Twilio, or at any service that speaks TwiML: https://www.twilio.com/docs/voice/twiml."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urlsplit

from tongxin.plugins.channel_phone.hearing import OVER, meaning
from tongxin.plugins.channel_phone.place import Place, Step
from tongxin.plugins.channel_phone.requests import request_of
from tongxin.plugins.channel_phone.script import Moment, Script
from tongxin.plugins.channel_phone.transcript import transcript
from tongxin.plugins.channel_phone.twiml import Verb, document
from tongxin.sdk import (
    Account,
    Answer,
    Attachment,
    Batch,
    Call,
    Channel,
    Departure,
    Failure,
    House,
    Receipt,
    Undelivered,
    each,
    fetched,
    fetching,
)
from tongxin.sdk import translate as _

_CODES = {
    20003: Failure.AUTH, 21211: Failure.INVALID_RECIPIENT, 21214: Failure.INVALID_RECIPIENT,
    21212: Failure.AUTH, 21606: Failure.AUTH, 21610: Failure.BLOCKED, 21614: Failure.INVALID_RECIPIENT,
    21617: Failure.CONTENT, 20429: Failure.RATE,
}  # fmt: skip
_GONE = frozenset({401, 403, 410})
_RINGS = 30  # seconds


class Phone(Channel):
    """One telephone number."""

    kind: ClassVar[str] = "phone"

    def verify(self, call: Call) -> None:
        """The service signs the address and the form by the account's token."""
        self._account().check_signed(call)

    def acknowledge(self, call: Call) -> Answer:
        """Nothing more to do."""
        return _twiml([])

    def respond(self, call: Call, house: House) -> Answer:
        """Say to the caller what follows."""
        request = request_of(call)
        if request.place.step is Step.START and request.status in OVER:
            return _twiml([])
        moment = Moment(
            request.place, request.call, request.number, request.digits, request.dialed,
            int(request.at.timestamp()), urlsplit(call.url).path,
        )  # fmt: skip
        return _twiml(Script(self.settings, house).answer(moment))

    def hear(self, call: Call) -> Batch:
        """A call, what its caller did, how it went on."""
        return meaning(request_of(call))

    def fetch(self, reference: str) -> Attachment:
        """Fetch a recording as MP3, with its transcript; a moment after the call it may not be there yet."""
        whole = reference if reference.endswith((".mp3", ".wav")) else f"{reference}.mp3"
        with fetching():
            sound = fetched(self._account().file(whole), gone=_GONE)
        return replace(sound, text=transcript(self.settings, sound))

    def say(self, departures: Sequence[Departure]) -> list[Receipt]:
        """Text to the caller's number, where the number can and the settings say so."""
        return each(departures, self._say)

    def try_out(self) -> str:
        """Return the account's name."""
        return self._account().name()

    def _say(self, departure: Departure) -> Receipt:
        if departure.ring:
            return self._ring(departure)
        account = self._account()
        if not self.settings.get("texts") or not account.of("number"):
            raise Undelivered(Failure.CONTENT, _("This number sends no text messages."))
        form = {
            "To": departure.recipient.value,
            "From": account.of("number"),
            "Body": departure.text,
        }
        told = account.post("/Messages.json", form)
        return Receipt(departure.message_id, str(told.get("sid") or ""))

    def _ring(self, departure: Departure) -> Receipt:
        """Ring an agent; once they pick up, they are connected with the person (``Step.OUT``)."""
        account = self._account()
        if not account.of("number") or not departure.door:
            raise Undelivered(Failure.CONTENT, _("Our number or our public address is missing."))
        out = Place(
            Step.OUT, member=departure.member_id, call=departure.token, caller=departure.recipient.value
        )  # fmt: skip
        form = {
            "To": departure.ring, "From": account.of("number"), "Timeout": _RINGS,
            "Url": f"{departure.door}?{out.query()}",
            "StatusCallback": f"{departure.door}?{replace(out, step=Step.AWAY).query()}",
        }  # fmt: skip
        account.post("/Calls.json", form)
        return Receipt(departure.message_id, departure.token)

    def _account(self) -> Account:
        return Account(self.settings, _CODES)


def _twiml(verbs: Sequence[Verb]) -> Answer:
    return Answer(document(*verbs), "text/xml; charset=utf-8")
