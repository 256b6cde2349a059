"""What a request means: that somebody called, what they pressed and left, how the agent's telephone went."""

from collections.abc import Iterator

from tongxin.plugins.channel_phone.place import Step, choice
from tongxin.plugins.channel_phone.requests import Request
from tongxin.plugins.channel_phone.script import MOST_READS
from tongxin.sdk import Arrival, Attachment, Batch, Kind
from tongxin.sdk import translate as _

OVER = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_TALKED = frozenset({"completed", "answered"})
_LEGS = {"ringing": "ringing", "in-progress": "answered", "answered": "answered"}
_OUT = frozenset({Step.OUT, Step.AWAY, Step.TOLD, Step.FAR, Step.SPOKE})  # we call
_CALLERS = (
    frozenset(Step) - {Step.LEG, Step.RECORDED} - _OUT
)  # who tells of the caller's own telephone


def meaning(request: Request) -> Batch:
    """Return the call itself, whichever request of it comes first, and what this one adds."""
    opened = [_called(request)] if request.place.step in _CALLERS else []
    return Batch([*opened, *_STEPS[request.place.step](request)])


def _called(request: Request) -> Arrival:
    return Arrival(
        request.call, request.caller, str(_("Called")), request.at, is_automatic=True, waits=False,
        details={"call": request.call},
    )  # fmt: skip


def _start(request: Request) -> Iterator[Arrival]:
    if request.status in OVER:
        yield _event(request, "hung_up", waits=True, seconds=request.seconds)


def _chosen(request: Request) -> Iterator[Arrival]:
    place, key = request.place, choice(request.place.menu, request.digits)
    name = f"chosen:{place.reads}"
    if key:
        yield _event(request, "chosen", name, waits=True, queue_id=key, key=request.digits)
    elif key == 0 or place.reads >= MOST_READS:
        yield _event(request, "waiting", waits=True, key=request.digits)
    elif request.digits:
        yield _event(request, "pressed", name, key=request.digits)


def _hold(request: Request) -> Iterator[Arrival]:
    if not (request.place.rounds or request.place.queue or request.place.rings):
        yield _event(request, "waiting", waits=True)


def _pressed(request: Request) -> Iterator[Arrival]:
    if request.digits == "9":
        yield _event(request, "call_back", waits=True)
    elif request.digits:
        yield _event(request, "pressed", f"pressed:{request.place.rounds}", key=request.digits)


def _leg(request: Request) -> Iterator[Arrival]:
    if event := _LEGS.get(request.status):
        waits = False if event == "answered" else None
        yield _event(
            request, event, _ring(request, event), waits=waits, member_id=request.place.member
        )


def _rang(request: Request) -> Iterator[Arrival]:
    if request.dialed in _TALKED:
        yield _event(
            request, "talked", _ring(request, "talked"), waits=False, seconds=request.seconds,
            member_id=request.place.member,
        )  # fmt: skip
    elif request.status not in OVER:  # the caller did not hang up first
        yield _event(
            request, "unanswered", _ring(request, "unanswered"), member_id=request.place.member
        )


def _out(request: Request) -> Iterator[Arrival]:
    yield _event(request, "calling", member_id=request.place.member)


def _away(request: Request) -> Iterator[Arrival]:
    if request.status in OVER - _TALKED:
        yield _event(request, "not_taken", member_id=request.place.member)


def _far(request: Request) -> Iterator[Arrival]:
    if _LEGS.get(request.status) == "answered":
        yield _event(request, "reached", waits=False)


def _spoke(request: Request) -> Iterator[Arrival]:
    if request.dialed in _TALKED:
        yield _event(
            request, "talked", waits=False, seconds=request.seconds, member_id=request.place.member
        )
    else:
        yield _event(request, "not_reached", why=request.dialed)


def _told(request: Request) -> Iterator[Arrival]:
    return iter(())


def _left(request: Request) -> Iterator[Arrival]:
    if request.recording and request.recorded_seconds:
        text = _("Left a voicemail, %(length)s") % {"length": clock(request.recorded_seconds)}
        yield _spoken(request, "voicemail", "voicemail", str(text), waits=True)


def _recorded(request: Request) -> Iterator[Arrival]:
    if request.recording:
        text = _("Recording of the call, %(length)s") % {"length": clock(request.recorded_seconds)}
        yield _spoken(request, _ring(request, "recording"), "call", str(text), waits=False)


def clock(seconds: int) -> str:
    """Return a length as one reads it: 1:20."""
    return f"{seconds // 60}:{seconds % 60:02}"


def _spoken(request: Request, name: str, file: str, text: str, *, waits: bool) -> Arrival:
    form, kind = (
        ("wav", "audio/wav") if request.recording.endswith(".wav") else ("mp3", "audio/mpeg")
    )
    sound = Attachment(f"{file}.{form}", kind, reference=request.recording)
    return Arrival(
        f"{request.call}:{name}", request.caller, text, request.at, kind=Kind.VOICE, attachments=(sound,), waits=waits,
        is_automatic=True, details={"call": request.call, "seconds": request.recorded_seconds},
    )  # fmt: skip


def _ring(request: Request, event: str) -> str:
    return f"{event}:{request.place.rings}"


def _event(
    request: Request, event: str, name: str = "", *, waits: bool | None = None,
    queue_id: int | None = None, **details: int | str,
) -> Arrival:  # fmt: skip
    """Return a line in the conversation of the call; each of its names is told once."""
    if queue_id is not None:
        details["queue_id"] = queue_id
    return Arrival(
        f"{request.call}:{name or event}", request.caller, "", request.at, kind=Kind.EVENT, event=event,
        answers=(request.call,), waits=waits, queue_id=queue_id, details=details,
    )  # fmt: skip


_STEPS = {
    Step.START: _start, Step.CHOSEN: _chosen, Step.HOLD: _hold, Step.PRESSED: _pressed, Step.LEG: _leg,
    Step.RANG: _rang, Step.LEFT: _left, Step.RECORDED: _recorded, Step.OUT: _out, Step.AWAY: _away,
    Step.TOLD: _told, Step.FAR: _far, Step.SPOKE: _spoke,
}  # fmt: skip
