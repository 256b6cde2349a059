"""Which TwiML follows: of where a call stands, what its caller did, and what the house says. No clock, no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tongxin.plugins.channel_phone.place import Place, Step, choice
from tongxin.plugins.channel_phone.twiml import Verb
from tongxin.plugins.channel_phone.words import SPOKEN
from tongxin.sdk import House, Reachable

MOST_READS, MOST_RINGS, MOST_KEYS = 2, 3, 8
_RINGS, _RINGS_FAR, _LISTENS, _PAUSES, _LONGEST_MESSAGE = 20, 40, 6, 8, 180  # seconds
_TOLD_EVERY = 3  # turns of music between two times that one hears one's place
_TALKED = frozenset({"completed", "answered"})


@dataclass(frozen=True)
class Moment:
    """A request while its caller holds the line; ``door`` is our address without its parameters."""

    place: Place
    call: str
    caller: str  # their number; empty where they hide it
    digits: str
    dialed: str
    at: int  # seconds since 1970
    door: str


@dataclass(frozen=True)
class Script:
    """How this number answers."""

    settings: Mapping[str, Any]
    house: House

    def answer(self, moment: Moment) -> Sequence[Verb]:
        """Return what the caller hears next."""
        does = {
            Step.START: self._start,
            Step.CHOSEN: self._chosen,
            Step.HOLD: self._hold,
            Step.PRESSED: self._pressed,
            Step.RANG: self._rang,
            Step.LEFT: self._left,
            Step.OUT: self._out,
            Step.TOLD: self._notice,
            Step.SPOKE: self._over,
        }.get(moment.place.step)
        return does(moment) if does else []

    def _start(self, moment: Moment) -> Sequence[Verb]:
        opening = [self._say("greeting", self.settings.get("greeting"))]
        if self.settings.get("records"):
            opening += self._notice(moment)
        menu = (
            dict(list(self.house.queues().items())[:MOST_KEYS]) if self.settings.get("menu") else {}
        )
        if not self.house.is_open() and not any(map(self.house.is_open, menu)):
            return [*opening, *self._closed(moment)]
        if menu:
            return [*opening, *self._menu(moment, menu, Place())]
        waits = Place(Step.HOLD, since=moment.at)
        return [*opening, self._go(moment, waits)]

    def _menu(self, moment: Moment, menu: Mapping[int, str], before: Place) -> Sequence[Verb]:
        said = [self._say("press", name=name, key=key) for key, name in enumerate(menu.values(), 1)]
        next_one = Place(Step.CHOSEN, tuple(menu), before.reads + 1)
        asks = {"numDigits": 1, "timeout": _LISTENS, **_to(moment, next_one)}
        return [
            Verb("Gather", asks, (*said, self._say("anything"))),
            self._go(moment, next_one),
        ]

    def _chosen(self, moment: Moment) -> Sequence[Verb]:
        place = moment.place
        queue_id = choice(place.menu, moment.digits)
        if queue_id is None and place.reads < MOST_READS:
            named = self.house.queues()
            menu = {pk: named[pk] for pk in place.menu if pk in named}
            sorry = [self._say("unknown")] if moment.digits else []
            return [*sorry, *self._menu(moment, menu, place)]
        waits = Place(Step.HOLD, queue=queue_id or 0, since=moment.at)
        if not self.house.is_open(waits.queue or None):
            return self._closed(moment)
        return self._hold(replace(moment, place=waits))

    def _hold(self, moment: Moment) -> Sequence[Verb]:
        place = moment.place
        if place.rings >= MOST_RINGS or moment.at - place.since > self._patience():
            return [self._say("busy"), *self._voicemail(moment)]
        agent = self.house.agent(moment.call)
        number = (agent.number or self._text("fallback_number")) if agent else ""
        if agent and number and place.step is Step.HOLD:
            return self._ring(moment, agent, number)
        after = replace(place, step=Step.HOLD, rounds=place.rounds + 1)
        keys = replace(after, step=Step.PRESSED)
        told = self._told(moment) if place.rounds % _TOLD_EVERY == 0 else []
        asks = {"numDigits": 1, "timeout": 1, **_to(moment, keys)}
        return [Verb("Gather", asks, (*told, self._music())), self._go(moment, after)]

    def _told(self, moment: Moment) -> Sequence[Verb]:
        turn = self.house.turn(moment.call)
        told = []
        if turn is not None and turn.place > 0:
            told.append(self._say("turn", place=turn.place))
            if turn.minutes is not None:
                told.append(self._say("minutes", minutes=turn.minutes))
        return [*told, self._say("instead")]

    def _pressed(self, moment: Moment) -> Sequence[Verb]:
        if moment.digits == "9":
            return [self._say("back"), Verb("Hangup")]
        if moment.digits == "8":
            return self._voicemail(moment)
        return self._hold(replace(moment, place=replace(moment.place, step=Step.HOLD)))

    def _ring(self, moment: Moment, agent: Reachable, number: str) -> Sequence[Verb]:
        place = moment.place
        rung = replace(place, step=Step.RANG, rings=place.rings + 1, member=agent.member_id)
        leg = replace(rung, step=Step.LEG, call=moment.call)
        follows: dict[str, str | int] = {
            "statusCallback": _address(moment, leg), "statusCallbackEvent": "ringing answered",
        }  # fmt: skip
        dials: dict[str, str | int] = {
            "timeout": _RINGS, **_to(moment, rung), **self._recording(moment, rung),
        }  # fmt: skip
        return [self._say("connecting"), self._dial(dials, follows, number)]

    def _recording(self, moment: Moment, place: Place) -> dict[str, str | int]:
        """Return how a call is recorded, where the settings want it."""
        if not self.settings.get("records"):
            return {}
        kept = replace(place, step=Step.RECORDED, caller=moment.caller)
        return {"record": "record-from-answer", "recordingStatusCallback": _address(moment, kept)}

    @staticmethod
    def _dial(dials: dict[str, str | int], follows: dict[str, str | int], number: str) -> Verb:
        name = "Sip" if number.lower().startswith("sip") else "Number"
        return Verb("Dial", dials, (Verb(name, follows, text=number),))

    def _out(self, moment: Moment) -> Sequence[Verb]:
        """The agent whom we rang is there: ring the person they want to speak with, as our number."""
        spoke, far = replace(moment.place, step=Step.SPOKE), replace(moment.place, step=Step.FAR)
        follows: dict[str, str | int] = {
            "statusCallback": _address(moment, far), "statusCallbackEvent": "ringing answered",
        }  # fmt: skip
        dials: dict[str, str | int] = {
            "timeout": _RINGS_FAR, "callerId": self._text("number"), **_to(moment, spoke),
            **self._recording(moment, moment.place),
        }  # fmt: skip
        if self.settings.get("records"):
            follows["url"] = _address(moment, replace(moment.place, step=Step.TOLD))
        return [self._say("connecting"), self._dial(dials, follows, moment.caller)]

    def _rang(self, moment: Moment) -> Sequence[Verb]:
        if moment.dialed in _TALKED:
            return [Verb("Hangup")]
        return self._hold(moment)

    def _notice(self, moment: Moment) -> Sequence[Verb]:
        return [self._say("recorded", self.settings.get("notice"))]

    def _over(self, moment: Moment) -> Sequence[Verb]:
        return [Verb("Hangup")]

    def _left(self, moment: Moment) -> Sequence[Verb]:
        return [self._say("thanks"), Verb("Hangup")]

    def _closed(self, moment: Moment) -> Sequence[Verb]:
        return [self._say("closed", self.settings.get("closed")), *self._voicemail(moment)]

    def _voicemail(self, moment: Moment) -> Sequence[Verb]:
        left = replace(moment.place, step=Step.LEFT)
        takes = {"maxLength": _LONGEST_MESSAGE, "finishOnKey": "#", **_to(moment, left)}
        return [self._say("leave"), Verb("Record", takes), Verb("Hangup")]

    def _music(self) -> Verb:
        address = self._text("music")
        return Verb("Play", text=address) if address else Verb("Pause", {"length": _PAUSES})

    def _say(self, word: str, own: object = "", **named: object) -> Verb:
        spoken = SPOKEN["zh" if self._text("language") == "zh" else "en"]
        said = str(own or "").strip() or spoken[word].format(**named)
        return Verb("Say", {"language": spoken["locale"], "voice": self._text("voice")}, text=said)

    def _go(self, moment: Moment, place: Place) -> Verb:
        return Verb("Redirect", {"method": "POST"}, text=_address(moment, place))

    def _patience(self) -> int:
        minutes = self.settings.get("patience")
        return 60 * (minutes if isinstance(minutes, int) else 10)

    def _text(self, name: str) -> str:
        return str(self.settings.get(name) or "").strip()


def _to(moment: Moment, place: Place) -> dict[str, str | int]:
    return {"action": _address(moment, place), "method": "POST"}


def _address(moment: Moment, place: Place) -> str:
    return f"{moment.door}?{place.query()}"
