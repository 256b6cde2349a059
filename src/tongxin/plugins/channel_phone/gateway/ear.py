"""What a caller hears now, and when it ends: the source of a call's sound, and its clock."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from tongxin.plugins.channel_phone.gateway.configuration import AGENT
from tongxin.plugins.channel_phone.gateway.speech import Heard, Speech
from tongxin.plugins.channel_phone.gateway.steps import Elapsed, Tone
from tongxin.plugins.channel_phone.gateway.verbs import Spoken

Command: TypeAlias = Callable[[str, str], Awaitable[bool]]
_AFTER = 3.0  # seconds of its own silence after which a sound makes way for the silence that lasts


class Ear:
    """The caller's. baresip hangs up where a file ends, so another one is played before."""

    def __init__(self, command: Command, speech: Speech, put: Callable[[Elapsed], None]) -> None:
        self._command, self._speech, self._put = command, speech, put
        self._clock: asyncio.TimerHandle | None = None
        self._next: asyncio.Task[None] | None = None
        self._turn = 0

    async def play(self, what: Spoken | Tone, *, again: bool) -> None:
        """Let something be heard; the clock tells its end, unless it is heard again and again."""
        heard = await asyncio.to_thread(self._speech.of, what)
        await self._begin(heard, again=again)
        if not again:
            self.wait(heard.seconds)

    async def quiet(self) -> None:
        """Let nothing be heard."""
        await self._begin(self._speech.silence, again=True)

    async def connect(self) -> bool:
        """Let the agent be heard."""
        self._forget()
        return await self._command("ausrc", f"aubridge,{AGENT}")

    def wait(self, seconds: float) -> None:
        """Set the clock; what it was set to before is forgotten."""
        if self._clock:
            self._clock.cancel()
        self._turn += 1
        told = Elapsed(self._turn)
        self._clock = asyncio.get_running_loop().call_later(seconds, self._put, told)

    def is_now(self, elapsed: Elapsed) -> bool:
        """Whether this is what the clock was set to last."""
        return elapsed.turn == self._turn

    def end(self) -> None:
        """Forget everything that was to come."""
        self._turn += 1
        if self._clock:
            self._clock.cancel()
        self._forget()

    async def _begin(self, heard: Heard, *, again: bool) -> None:
        self._forget()
        await self._command("ausrc", f"aufile,{heard.path.name}")
        self._next = asyncio.create_task(self._then(heard, again=again))

    async def _then(self, heard: Heard, *, again: bool) -> None:
        while again:
            await asyncio.sleep(heard.seconds)
            await self._command("ausrc", f"aufile,{heard.path.name}")
        await asyncio.sleep(heard.seconds + _AFTER)
        while True:
            await self._command("ausrc", f"aufile,{self._speech.silence.path.name}")
            await asyncio.sleep(self._speech.silence.seconds)

    def _forget(self) -> None:
        if self._next:
            self._next.cancel()
        self._next = None
