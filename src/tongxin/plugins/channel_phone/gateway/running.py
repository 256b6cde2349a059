"""The gateway, as a whole: its lines, and its door for the house."""

import asyncio
import logging
import signal
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from tongxin.plugins.channel_phone.gateway import steps
from tongxin.plugins.channel_phone.gateway.asking import Asking
from tongxin.plugins.channel_phone.gateway.calling import Calling, Follow
from tongxin.plugins.channel_phone.gateway.door import Door
from tongxin.plugins.channel_phone.gateway.line import Line
from tongxin.plugins.channel_phone.gateway.recording import Recordings
from tongxin.plugins.channel_phone.gateway.settings import Settings, modules
from tongxin.plugins.channel_phone.gateway.speech import Speech

_LEAVING = 4.0  # seconds for calls to end, and for the house to hear of it
_WAITS = 15.0  # seconds for the lines, where the house asks for a call

log = logging.getLogger(__name__)


class Gateway:
    """All lines of one inbox."""

    def __init__(self, settings: Settings) -> None:
        modules()  # says what is missing, before anything is begun
        self._settings = settings
        base = f"{settings.address.rstrip('/')}/2010-04-01/Accounts/{settings.account_sid}"
        self.recordings = Recordings(settings.folder / "recordings", base)
        shared = (
            Asking(settings.account_sid, settings.auth_token),
            Speech(settings.folder / "sounds"), self.recordings,
        )  # fmt: skip
        taken: set[str] = set()
        self._lines = [
            Line(account, settings.folder / f"line-{number}", settings, shared, taken)
            for number, account in enumerate(settings.lines, 1)
        ]
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self) -> None:
        """Take calls until a signal says to end."""
        self._loop = asyncio.get_running_loop()
        # Each line may wait for the house, for words and for a file at the same time.
        self._loop.set_default_executor(ThreadPoolExecutor(8 + 4 * len(self._lines)))
        ended = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(name, ended.set)
        with Door(self._settings, self):
            tasks = [
                asyncio.create_task(work) for work in (ended.wait(), *map(Line.run, self._lines))
            ]
            done, _others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            leaving = [asyncio.create_task(line.leave()) for line in self._lines]
            await asyncio.wait(leaving, timeout=_LEAVING)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()  # a line that cannot go on says why

    # What the house asks for: other threads than the lines'.

    def name(self) -> str:
        """Return what we are called."""
        there = sum(line.is_registered for line in self._lines)
        return f"SIP, {there}/{len(self._lines)}"

    def call(self, form: Mapping[str, str]) -> Calling | None:
        """Call somebody on a line that is free."""
        events = frozenset(form.get("StatusCallbackEvent", "completed").split())
        follow = Follow(form.get("StatusCallback", ""), events)
        assert self._loop  # noqa: S101 - the door opens after it began
        calling = asyncio.run_coroutine_threadsafe(
            self._call(form.get("To", ""), form.get("Url", ""), follow), self._loop
        )
        return calling.result(_WAITS)

    def change(self, sid: str, form: Mapping[str, str]) -> Calling | None:
        """Lead a call elsewhere, or end it."""
        found = next(
            (line for line in self._lines if line.call and line.call.party.sid == sid), None
        )
        call = found.call if found else None
        if found is None or call is None or self._loop is None:
            return None
        if url := form.get("Url"):
            self._loop.call_soon_threadsafe(found.put, call, steps.Redirected(url))
        elif form.get("Status") in {"completed", "canceled"}:
            self._loop.call_soon_threadsafe(found.put, call, steps.Dismissed())
        return call

    async def _call(self, target: str, url: str, follow: Follow) -> Calling | None:
        for line in self._lines:
            if line.is_registered and line.call is None:
                return await line.dial(target, url, follow)
        return None
