"""What is recorded: baresip writes down all that is said on a line; what was asked for is kept, the rest is not."""

import asyncio
import re
import time
from array import array
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tongxin.plugins.channel_phone.gateway import sounds
from tongxin.plugins.channel_phone.gateway.forms import new_name
from tongxin.plugins.channel_phone.gateway.steps import Fallen, Kept, Listen

_LOOK = 0.5
_A_WORD = 600  # how loud somebody is who speaks, of 32,767
_SHORTEST = 0.3  # seconds
_LASTS = 7 * 86400.0  # seconds until a recording is gone; the house fetches it at once
_NAME = re.compile(r"RE[0-9a-f]{32}", re.ASCII)


class Recordings:
    """Where recordings lie until the house has fetched them."""

    def __init__(self, folder: Path, address: str) -> None:
        self._folder, self._address = folder, address
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def keep(self, samples: sounds.Samples) -> Kept:
        """Write one down."""
        self._forget(time.time() - _LASTS)
        name = new_name("RE")
        sounds.written(self._folder / f"{name}.wav", samples)
        seconds = max(1, round(len(samples) / sounds.RATE))
        return Kept(name, f"{self._address}/Recordings/{name}.wav", seconds)

    def read(self, name: str) -> bytes | None:
        """Return one by its name; None where there is none."""
        if not _NAME.fullmatch(name):
            return None
        with suppress(OSError):
            return (self._folder / f"{name}.wav").read_bytes()
        return None

    def _forget(self, before: float) -> None:
        for file in self._folder.glob("RE*.wav"):
            with suppress(OSError):
                if file.stat().st_mtime < before:
                    file.unlink()


class Recorder:
    """Of one call: finds what baresip writes for it, and takes out of it what was asked for."""

    def __init__(
        self, dumps: Path, recordings: Recordings, put: Callable[[Fallen | Kept], None]
    ) -> None:
        self._dumps, self._recordings, self._put = dumps, recordings, put
        self._before = self._files()
        self._ours: list[Path] = []  # what the caller says, then what the agent does
        self._since: list[int] = []
        self._heard: Listen | None = None
        self._watching: asyncio.Task[None] | None = None

    def found(self) -> None:
        """One more end of the call is connected."""
        new = self._files() - self._before - set(self._ours)
        self._ours += sorted(file for file in new if file.name.endswith("-dec.wav"))[:1]

    def listen(self, how: Listen) -> None:
        """Begin."""
        self._stop()
        self._heard = how
        self._since = [sounds.dumped(path) for path in self._ours]
        if how.silence and self._ours:
            self._watching = asyncio.create_task(self._watch(self._ours[0], how.silence))

    async def keep(self) -> None:
        """End, and tell what was kept: nothing, where nobody said anything."""
        self._stop()
        how, self._heard = self._heard, None
        if how is not None:
            self._put(await asyncio.to_thread(self._kept, how))

    def end(self) -> None:
        """The call is over, and nothing is to be kept of it."""
        self._stop()
        for file in self._files() - self._before:
            file.unlink(missing_ok=True)

    def _kept(self, how: Listen) -> Kept:
        said = [
            sounds.dump(path, since) for path, since in zip(self._ours, self._since, strict=False)
        ]
        samples = said[0] if said else array("h")
        if how.both and len(said) > 1:
            samples = sounds.mixed(*said[:2])
        is_short = len(samples) < _SHORTEST * sounds.RATE
        if is_short or (not how.both and sounds.loudness(samples) < _A_WORD):
            return Kept("", "", 0)
        return self._recordings.keep(samples)

    async def _watch(self, path: Path, silence: int) -> None:
        spoke, read = time.monotonic(), self._since[0]
        while time.monotonic() - spoke < silence:
            await asyncio.sleep(_LOOK)
            said = sounds.dump(path, read)
            read += len(said)
            if sounds.loudness(said) >= _A_WORD:
                spoke = time.monotonic()
        self._put(Fallen())

    def _stop(self) -> None:
        if self._watching:
            self._watching.cancel()
        self._watching = None

    def _files(self) -> set[Path]:
        with suppress(OSError):
            return {*self._dumps.glob("*.wav")}
        return set()
