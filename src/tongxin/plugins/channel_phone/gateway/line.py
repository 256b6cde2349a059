"""A line: a telephone of ours, on which one call at a time goes on."""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tongxin.plugins.channel_phone.gateway import steps
from tongxin.plugins.channel_phone.gateway.asking import Asking
from tongxin.plugins.channel_phone.gateway.baresip import BEGAN, ENDED, Baresip
from tongxin.plugins.channel_phone.gateway.calling import Calling, Follow, Means
from tongxin.plugins.channel_phone.gateway.configuration import addresses
from tongxin.plugins.channel_phone.gateway.forms import Party
from tongxin.plugins.channel_phone.gateway.numbers import caller_in, telephone
from tongxin.plugins.channel_phone.gateway.recording import Recordings
from tongxin.plugins.channel_phone.gateway.settings import Account, Settings
from tongxin.plugins.channel_phone.gateway.speech import Speech
from tongxin.plugins.channel_phone.gateway.talk import Talk

_LONGEST_KEY = 1
_REGISTERED = "OK "  # as it is shown, in green

log = logging.getLogger(__name__)


class Line:
    """One of our telephones. ``taken``: the calls that some line has; a server may ring several at once."""

    def __init__(
        self, account: Account, folder: Path, settings: Settings,
        shared: tuple[Asking, Speech, Recordings], taken: set[str],
    ) -> None:  # fmt: skip
        asking, speech, recordings = shared
        self.is_registered = False
        self.call: Calling | None = None
        self._settings, self._taken = settings, taken
        self._here, self._there = addresses(account)
        self._baresip = Baresip(
            folder, account, settings.interface, speech.silence.path, self._hears
        )
        self._means = Means(
            asking, speech, recordings, self._baresip.dumps, self._caller, self._agent,
            lambda target: telephone(target, settings.dials),
        )  # fmt: skip
        self._name = ""  # of the call, at the server
        self._one_command = asyncio.Lock()
        self._events: asyncio.Queue[tuple[Calling, steps.Event]] = asyncio.Queue()

    async def run(self) -> None:
        """Take calls until we are cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._baresip.run())
            tasks.create_task(self._work())

    async def dial(self, target: str, url: str, follow: Follow) -> Calling | None:
        """Call somebody; ``url`` says what they hear. None where that is not possible."""
        address = telephone(target, self._settings.dials)
        if self.call or not address:
            return None
        party = Party(self._settings.number or self._here, target, "outbound-api")
        self.call = call = Calling(Talk(url, is_ours=True), party, follow, self._means, self.put)
        if not await self._caller("dial", address):
            self.call = None
            return None
        return call

    async def leave(self) -> None:
        """End the call, and tell so."""
        if call := self.call:
            self.put(call, steps.Dismissed())
            await call.told()

    def put(self, call: Calling, event: steps.Event) -> None:
        """Let a call hear something, after what it hears already."""
        self._events.put_nowait((call, event))

    async def _work(self) -> None:
        while True:
            call, event = await self._events.get()
            try:
                await call.hear(event)
            except Exception:  # one call's mistake is not the others'
                log.exception("%s", call.party.sid)
                await self._caller("hangup")
                if not call.talk.is_over:  # the house hears of it all the same
                    self.put(call, steps.Over())
            if call.talk.is_over:
                self._over(call)

    def _over(self, call: Calling) -> None:
        if self.call is call:
            self._taken.discard(self._name)
            self.call, self._name = None, ""

    async def _caller(self, name: str, words: str = "") -> bool:
        return await self._command(self._here, name, words)

    async def _agent(self, name: str, words: str = "") -> bool:
        return await self._command(self._there, name, words)

    async def _command(self, whose: str, name: str, words: str) -> bool:
        async with self._one_command:
            await self._baresip.command("uafind", whose)
            return await self._baresip.command(name, words) is not None

    def _hears(self, told: Mapping[str, Any]) -> None:
        kind, name = str(told.get("type", "")), str(told.get("id", ""))
        if kind in {BEGAN, ENDED, "REGISTER_OK", "REGISTER_FAIL"}:
            log.info("%s: %s %s", self._here, kind, told.get("param", ""))
            self._stands(kind)
        elif told.get("accountaor") == self._there:
            self._hears_agent(kind, str(told.get("param", "")))
        elif kind == "CALL_INCOMING":
            self._rings(name, str(told.get("peeruri", "")))
        elif self.call and (self._name in {"", name}):
            self._name = name
            self._hears_caller(self.call, kind, str(told.get("param", "")))

    def _stands(self, kind: str) -> None:
        """The telephone works, or does not; nor does its call then."""
        self.is_registered = kind == "REGISTER_OK"
        if kind == BEGAN:
            self._looking = asyncio.create_task(self._look())
        elif kind == ENDED and self.call:
            self.put(self.call, steps.Over())

    async def _look(self) -> None:
        """It may have registered before it could tell us."""
        shown = await self._baresip.command("reginfo")
        self.is_registered = self.is_registered or _REGISTERED in (shown or "")

    def _rings(self, name: str, peer: str) -> None:
        if self.call or name in self._taken:
            return
        self._taken.add(name)
        self._name = name
        party = Party(caller_in(peer, self._settings.country), self._settings.number or self._here)
        url = self._settings.inbox
        self.call = Calling(Talk(url), party, Follow(url), self._means, self.put)
        self.put(self.call, steps.Began())

    def _hears_caller(self, call: Calling, kind: str, said: str) -> None:
        if kind == "CALL_DTMF_START" and len(said) == _LONGEST_KEY:
            self.put(call, steps.Pressed(said))
        elif kind == "CALL_RINGING":
            self.put(call, steps.Began())
        elif kind == "CALL_ESTABLISHED":
            self.put(call, steps.Answered())
        elif kind == "CALL_CLOSED":
            self.put(call, steps.Over())

    def _hears_agent(self, kind: str, said: str) -> None:
        leg = self.call.leg if self.call else None
        if leg is None:
            return
        if kind in {"CALL_RINGING", "CALL_PROGRESS"}:
            leg.rings()
        elif kind == "CALL_ESTABLISHED":
            leg.answered()
        elif kind == "CALL_CLOSED":
            leg.ended(said)
