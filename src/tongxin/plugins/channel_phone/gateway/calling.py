"""A call, carried out: what it wants to be done is done by a line, by the house and by the clock."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongxin.plugins.channel_phone.gateway import steps
from tongxin.plugins.channel_phone.gateway.asking import Asking
from tongxin.plugins.channel_phone.gateway.ear import Command, Ear
from tongxin.plugins.channel_phone.gateway.forms import Party
from tongxin.plugins.channel_phone.gateway.leg import Leg
from tongxin.plugins.channel_phone.gateway.recording import Recorder, Recordings
from tongxin.plugins.channel_phone.gateway.speech import Speech
from tongxin.plugins.channel_phone.gateway.talk import Talk
from tongxin.plugins.channel_phone.gateway.verbs import Unreadable, read

_APART = 1.1  # seconds between the two ends of a call: baresip names what it writes by the second

_EVENTS = {
    "ringing": "ringing",
    "in-progress": "answered",
}  # what has happened, of how a call stands

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Means:
    """By what a line's calls are carried out."""

    asking: Asking
    speech: Speech
    recordings: Recordings
    dumps: Path
    caller: Command  # commands the caller's end
    agent: Command  # and the other one
    telephone: Callable[[str], str]  # where a target is rung


@dataclass(frozen=True)
class Follow:
    """Who hears how a call goes, and of what."""

    url: str
    events: frozenset[str] = frozenset({"completed"})


class Calling:
    """One call on one line. ``put`` hands an event in; they are heard one after the other."""

    def __init__(
        self, talk: Talk, party: Party, follow: Follow, means: Means,
        put: Callable[["Calling", steps.Event], None],
    ) -> None:  # fmt: skip
        self.talk, self.party = talk, party
        self._follow = follow
        self.leg: Leg | None = None
        self._means = means
        self._put: Callable[[steps.Event], None] = lambda event: put(self, event)
        self._ear = Ear(means.caller, means.speech, self._put)
        self._recorder = Recorder(means.dumps, means.recordings, self._put)
        self._answered: float | None = None
        self._asked = 0
        self._in_turn, self._ended = asyncio.Lock(), asyncio.Event()
        self._telling: set[asyncio.Task[None]] = set()
        self._does: Mapping[type, Callable[[Any], Awaitable[None]]] = {
            steps.PickUp: self._pick_up, steps.PutDown: self._put_down, steps.Sound: self._sound,
            steps.Quiet: self._quiet, steps.Wait: self._wait, steps.Listen: self._listen,
            steps.Keep: self._keep, steps.Ask: self._ask, steps.Tell: self._tell, steps.Ring: self._ring,
            steps.Connect: self._connect, steps.DropLeg: self._drop_leg,
        }  # fmt: skip

    async def hear(self, event: steps.Event) -> None:
        """Do what follows of an event."""
        if isinstance(event, steps.Elapsed) and not self._ear.is_now(event):
            return
        before, was_done = self.talk.status, self.talk.is_done
        await self._before(event)
        for command in self.talk.hear(event):
            await self._does[type(command)](command)
        if self.talk.is_done and not was_done:  # what was left is told before
            self._recorder.end()
            self._tell_status()
            self._ended.set()
        elif not self.talk.is_over and (
            self.talk.status != before or isinstance(event, steps.Began)
        ):
            self._tell_status()

    async def told(self) -> None:
        """Wait until it is over, and the house was told."""
        await self._ended.wait()
        await asyncio.gather(*self._telling)

    async def _before(self, event: steps.Event) -> None:
        if isinstance(event, steps.Answered):
            self._answered = time.monotonic()
            self._recorder.found()
            await self._ear.quiet()
        elif isinstance(event, steps.LegAnswered):
            self._recorder.found()
        elif isinstance(event, steps.Over):
            self._ear.end()

    async def _pick_up(self, _command: steps.PickUp) -> None:
        await self._means.caller("accept", "")

    async def _put_down(self, _command: steps.PutDown) -> None:
        await self._means.caller("hangup", "")
        self._put(steps.Over())

    async def _sound(self, command: steps.Sound) -> None:
        await self._ear.play(command.what, again=command.again)

    async def _quiet(self, _command: steps.Quiet) -> None:
        await self._ear.quiet()

    async def _wait(self, command: steps.Wait) -> None:
        self._ear.wait(command.seconds)

    async def _listen(self, command: steps.Listen) -> None:
        self._recorder.listen(command)

    async def _keep(self, _command: steps.Keep) -> None:
        await self._recorder.keep()

    async def _ask(self, command: steps.Ask) -> None:
        self._asked += 1
        form = {**self._form(), **command.form}
        self._later(self._answer(command.url, form, self._asked))

    async def _tell(self, command: steps.Tell) -> None:
        form = self._form()
        if command.leg and self.leg:
            form = self.leg.party.form(self._means.asking.account_sid, "")
        self._later(self._told(command.url, {**form, **command.form}))

    async def _ring(self, command: steps.Ring) -> None:
        address = self._means.telephone(command.dial.target)
        party = Party(self.party.called, command.dial.target, "outbound-dial", self.party.sid)
        self.leg = Leg(party, self._means.agent, self._put)
        pause = _APART - (time.monotonic() - (self._answered or 0.0))
        if address:
            self._later(self.leg.ring(address, max(0.0, pause)))
        else:
            self.leg.ended("failed")

    async def _connect(self, _command: steps.Connect) -> None:
        await self._ear.connect()

    async def _drop_leg(self, _command: steps.DropLeg) -> None:
        if self.leg:
            await self.leg.drop()

    def _form(self) -> Mapping[str, str]:
        return self.party.form(self._means.asking.account_sid, self.talk.status)

    async def _answer(self, url: str, form: Mapping[str, str], asked: int) -> None:
        async with self._in_turn:
            body = await self._means.asking.ask(url, form)
        if asked != self._asked:  # it goes on elsewhere meanwhile
            return
        try:
            self._put(steps.Untold() if body is None else steps.Told(read(body, url)))
        except Unreadable as failure:
            log.warning("%s: %s", url, failure)
            self._put(steps.Untold())

    async def _told(self, url: str, form: Mapping[str, str], *, waits: bool = True) -> None:
        async with self._in_turn:
            await self._means.asking.ask(url, form, waits=waits)

    def _tell_status(self) -> None:
        event = _EVENTS.get(self.talk.status, "completed")
        if not self._follow.url or event not in self._follow.events:
            return
        form = dict(self._form())
        if self.talk.is_over and self._answered is not None:
            form["CallDuration"] = str(round(time.monotonic() - self._answered))
        self._later(self._told(self._follow.url, form, waits=not self.talk.is_over))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)
