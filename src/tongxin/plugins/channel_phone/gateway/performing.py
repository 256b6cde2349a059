"""How each verb is performed: what happens goes in, what is to be done comes out. No clock, no telephone."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from tongxin.plugins.channel_phone.gateway import steps
from tongxin.plugins.channel_phone.gateway.steps import Command, Event
from tongxin.plugins.channel_phone.gateway.verbs import Dial, Gather, Pause, Play, Record, Say, Verb

_NAMES = {"ringing": "ringing", "answered": "in-progress"}  # of an event, and of what it leads to


class Performance(Protocol):
    """A verb while it lasts."""

    def begin(self) -> Iterator[Command]:
        """Return what is done first."""

    def hear(self, event: Event) -> Iterator[Command]:
        """Return what is done about what happened; ``Next`` at the end."""


def performance(verb: Verb) -> Performance | None:
    """Return how a verb is performed; None where there is nothing to perform."""
    match verb:
        case Say() | Play() | Pause():
            return _Speaking(verb)
        case Gather():
            return _Gathering(verb)
        case Record():
            return _Recording(verb)
        case Dial():
            return _Dialing(verb)
    return None


class _Speaking:
    def __init__(self, verb: Say | Play | Pause) -> None:
        self._verb = verb

    def begin(self) -> Iterator[Command]:
        yield steps.Sound(self._verb)

    def hear(self, event: Event) -> Iterator[Command]:
        if isinstance(event, (steps.Elapsed, steps.Over)):
            yield steps.Next()


class _Gathering:
    def __init__(self, verb: Gather) -> None:
        self._verb = verb
        self._left = list(verb.inside)
        self._speaks = True
        self._digits = ""

    def begin(self) -> Iterator[Command]:
        if self._left:
            yield steps.Sound(self._left.pop(0))
        else:
            self._speaks = False
            yield steps.Wait(self._verb.timeout)

    def hear(self, event: Event) -> Iterator[Command]:
        match event:
            case steps.Elapsed() if self._speaks:
                yield from self.begin()
            case steps.Elapsed():
                yield from self._end()
            case steps.Pressed(key):
                yield from self._pressed(key)
            case steps.Over():
                yield steps.Next()

    def _pressed(self, key: str) -> Iterator[Command]:
        if self._speaks:  # whoever presses a key has heard enough
            self._speaks = False
            yield steps.Quiet()
        if key and key in self._verb.finish:
            yield from self._end()
            return
        self._digits += key
        if len(self._digits) >= self._verb.most:
            yield from self._end()
        else:
            yield steps.Wait(self._verb.timeout)

    def _end(self) -> Iterator[Command]:
        if self._digits or self._verb.tells_nothing:
            yield steps.Ask(self._verb.action, {"Digits": self._digits})
        else:
            yield steps.Next()


class _Recording:
    def __init__(self, verb: Record) -> None:
        self._verb = verb
        self._listens = False
        self._key = ""

    def begin(self) -> Iterator[Command]:
        if self._verb.beeps:
            yield steps.Sound(steps.Tone.BEEP)
        else:
            yield from self._listen()

    def hear(self, event: Event) -> Iterator[Command]:
        match event:
            case steps.Kept():
                yield from self._kept(event)
            case _ if self._listens:
                yield from self._heard(event)
            case steps.Elapsed():
                yield from self._listen()
            case steps.Over():
                yield steps.Next()

    def _heard(self, event: Event) -> Iterator[Command]:
        match event:
            case steps.Elapsed() | steps.Fallen():
                yield steps.Keep()
            case steps.Pressed(key) if key in self._verb.finish:
                yield from self._end(key)
            case steps.Over():
                yield from self._end("hangup")

    def _listen(self) -> Iterator[Command]:
        self._listens = True
        yield steps.Listen(self._verb.silence)
        yield steps.Wait(self._verb.longest)

    def _end(self, key: str) -> Iterator[Command]:
        self._key = self._key or key
        yield steps.Keep()

    def _kept(self, kept: steps.Kept) -> Iterator[Command]:
        if kept.seconds:
            yield steps.Ask(self._verb.action, {**_recording(kept), "Digits": self._key})
        else:
            yield steps.Next()


class _Dialing:
    def __init__(self, verb: Dial) -> None:
        self._verb = verb
        self._speaks = False
        self._gave_up = ""
        self._ended: steps.LegOver | None = None

    def begin(self) -> Iterator[Command]:
        yield steps.Ring(self._verb)
        yield steps.Sound(steps.Tone.RINGING, again=True)
        yield steps.Wait(self._verb.timeout)

    def hear(self, event: Event) -> Iterator[Command]:
        match event:
            case steps.Elapsed() if not self._speaks:
                yield from self._give_up("no-answer")
            case steps.Over():
                yield from self._give_up("canceled")
            case steps.LegOver():
                yield from self._leg_over(event)
            case steps.Kept():
                yield from self._kept(event)
            case _:
                yield from self._rung(event)

    def _rung(self, event: Event) -> Iterator[Command]:
        match event:
            case steps.LegRang():
                yield from self._tell("ringing")
            case steps.LegAnswered():
                yield from self._connect()

    def _connect(self) -> Iterator[Command]:
        if self._gave_up:  # they picked up while we put down
            yield steps.DropLeg()
            return
        self._speaks = True
        yield steps.Connect()
        if self._verb.records:
            yield steps.Listen(both=True)
        yield from self._tell("answered")

    def _give_up(self, why: str) -> Iterator[Command]:
        self._gave_up = self._gave_up or why
        yield steps.DropLeg()

    def _leg_over(self, event: steps.LegOver) -> Iterator[Command]:
        self._ended = event
        yield steps.Quiet()
        if self._speaks and self._verb.records:
            yield steps.Keep()
        else:
            yield from self._end()

    def _kept(self, kept: steps.Kept) -> Iterator[Command]:
        if self._verb.recorded and kept.seconds:
            form = {**_recording(kept), "RecordingStatus": "completed"}
            yield steps.Tell(self._verb.recorded, form)
        yield from self._end()

    def _end(self) -> Iterator[Command]:
        if self._ended is None:
            return
        why = "completed" if self._speaks else self._gave_up or self._ended.why
        form = {"DialCallStatus": why}
        if self._speaks:
            form["DialCallDuration"] = str(self._ended.seconds)
        if self._verb.follow and "completed" in self._verb.events:
            yield steps.Tell(self._verb.follow, {"CallStatus": why}, leg=True)
        if self._verb.action:
            yield steps.Ask(self._verb.action, form)
        else:
            yield steps.Next()

    def _tell(self, event: str) -> Iterator[Command]:
        if self._verb.follow and event in self._verb.events:
            yield steps.Tell(self._verb.follow, {"CallStatus": _NAMES[event]}, leg=True)


def _recording(kept: steps.Kept) -> Mapping[str, str]:
    return {
        "RecordingSid": kept.name,
        "RecordingUrl": kept.url,
        "RecordingDuration": str(kept.seconds),
    }
