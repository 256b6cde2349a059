"""A request of the telephone service, read: which call, where it stands, what happened."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tongxin.plugins.channel_phone.place import Place, place_in
from tongxin.sdk import Address, Call, form_of, malformed

_NAME = re.compile(r"[A-Za-z0-9_.:@-]{1,64}", re.ASCII)
_PHONE = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_SIP = re.compile(r"sips?:[^\s@]{1,64}@[^\s@]{1,120}", re.IGNORECASE)
_SECONDS = re.compile(r"\d{1,6}", re.ASCII)
_HIDDEN = "hidden_phone"  # the kind of the address of whoever does not show their number
_LONGEST_DIGITS, _LONGEST_ADDRESS = 32, 1000


@dataclass(frozen=True)
class Request:
    """What the service tells; ``call`` is the caller's, also where it tells of the agent's telephone."""

    call: str
    caller: Address
    place: Place
    digits: str
    status: str
    dialed: str
    seconds: int
    recording: str
    recorded_seconds: int
    at: datetime

    @property
    def number(self) -> str:
        """The caller's, where they do not hide it."""
        return self.caller.value if self.caller.kind != _HIDDEN else ""


def request_of(call: Call) -> Request:
    """Return what a call says. Raises Refused (``hook.malformed``)."""
    said = {**call.query, **form_of(call.body)}
    place = place_in(call.query)
    name = place.call or said.get("CallSid", "")
    if not _NAME.fullmatch(name):
        raise malformed()
    recording = said.get("RecordingUrl", "")
    return Request(
        call=name,
        caller=_caller(place.caller or said.get("From", "").strip(), name),
        place=place,
        digits=said.get("Digits", "")[:_LONGEST_DIGITS],
        status=said.get("CallStatus", ""),
        dialed=said.get("DialCallStatus", ""),
        seconds=_seconds(said, "DialCallDuration") or _seconds(said, "CallDuration"),
        recording=recording if len(recording) <= _LONGEST_ADDRESS else "",
        recorded_seconds=_seconds(said, "RecordingDuration"),
        at=call.came_at,
    )


def _caller(number: str, call: str) -> Address:
    """Return who calls; whoever hides their number is somebody else with every call."""
    if _PHONE.fullmatch(number):
        return Address("phone", number)
    return Address("sip", number) if _SIP.fullmatch(number) else Address(_HIDDEN, call)


def _seconds(said: Mapping[str, str], name: str) -> int:
    return int(said[name]) if _SECONDS.fullmatch(said.get(name, "")) else 0
