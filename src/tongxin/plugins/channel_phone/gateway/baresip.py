"""baresip, as a program that we start and command: one for each line."""

import asyncio
import json
import logging
import shutil
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from tongxin.plugins.channel_phone.gateway.configuration import accounts, configuration
from tongxin.plugins.channel_phone.gateway.netstring import Broken, framed, unframed
from tongxin.plugins.channel_phone.gateway.settings import Account, modules

BEGAN, ENDED = "BEGAN", "ENDED"  # events of ours: it can be commanded from now on, or no more
_PATIENCE = 5.0  # seconds for an answer
_TRIES = 100
_BETWEEN = 0.1
_PAUSE = 2.0  # before it is started again

log = logging.getLogger(__name__)


class Baresip:
    """A program, and the wire to it. ``hears`` gets every event."""

    def __init__(
        self, folder: Path, account: Account, interface: str, silence: Path,
        hears: Callable[[Mapping[str, Any]], None],
    ) -> None:  # fmt: skip
        self.dumps = folder / "dumps"
        self._folder = folder
        self._account, self._interface, self._silence = account, interface, silence
        self._hears = hears
        self._writer: asyncio.StreamWriter | None = None
        self._answers: dict[str, asyncio.Future[str | None]] = {}
        self._asked = 0

    async def run(self) -> None:
        """Keep it running until we are cancelled."""
        while True:
            try:
                await self._once()
            except (OSError, Broken, asyncio.IncompleteReadError) as failure:
                log.warning("%s: %s", self._account.address, failure)
            self._hears({"type": ENDED})
            await asyncio.sleep(_PAUSE)

    async def command(self, name: str, words: str = "") -> str | None:
        """Let it do something; return what it shows. None where it could not."""
        if self._writer is None:
            return None
        self._asked += 1
        token = str(self._asked)
        answer = self._answers[token] = asyncio.get_running_loop().create_future()
        said = json.dumps({"command": name, "params": words, "token": token}, ensure_ascii=False)
        self._writer.write(framed(said.encode()))
        try:
            return await asyncio.wait_for(answer, _PATIENCE)
        except TimeoutError:
            log.warning("%s: no answer to %s", self._account.address, name)
            return None
        finally:
            del self._answers[token]

    async def _once(self) -> None:
        port = _free_port()
        await asyncio.to_thread(self._furnish, port)
        process = await asyncio.create_subprocess_exec(
            *_bound("baresip", "-4", "-f", str(self._folder), "-p", str(self._folder)),
            cwd=self._silence.parent, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            reader, self._writer = await self._connected(process, port)
            self._hears({"type": BEGAN})
            await self._read(reader)
        finally:
            await self._end(process)

    def _furnish(self, port: int) -> None:
        self.dumps.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._clear()
        self._folder.chmod(0o700)
        config = configuration(modules(), self.dumps, port, self._interface)
        (self._folder / "config").write_text(config, "utf-8")
        (self._folder / "accounts").write_text(accounts(self._account, self._silence), "utf-8")
        (self._folder / "contacts").write_text("", "utf-8")

    def _clear(self) -> None:
        """Nothing of what was said lies about."""
        for left in self.dumps.iterdir():
            left.unlink(missing_ok=True)

    async def _connected(
        self, process: asyncio.subprocess.Process, port: int
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        for _try in range(_TRIES):
            if process.returncode is not None:
                raise OSError(f"baresip ended with {process.returncode}")
            with suppress(ConnectionRefusedError):
                return await asyncio.open_connection("127.0.0.1", port)
            await asyncio.sleep(_BETWEEN)
        raise OSError("baresip does not listen")

    async def _read(self, reader: asyncio.StreamReader) -> None:
        heard = b""
        while piece := await reader.read(65536):
            whole, heard = unframed(heard + piece)
            for one in whole:
                self._heard(one)

    def _heard(self, said: bytes) -> None:
        try:
            told = json.loads(said.decode("utf-8", "replace"))
        except ValueError:
            return
        if not isinstance(told, dict):
            return
        answer = self._answers.get(str(told.get("token")))
        if told.get("response") and answer and not answer.done():
            answer.set_result(str(told.get("data", "")) if told.get("ok") else None)
        elif told.get("event"):
            self._hears(told)

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        if self._writer:
            self._writer.close()
        self._writer = None
        if process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), _PATIENCE)
            except TimeoutError:
                process.kill()
                await process.wait()
        self._clear()


def _bound(*command: str) -> list[str]:
    """Return a command that ends when we do, however we do."""
    if shutil.which("setpriv") is None:
        return list(command)
    return ["setpriv", "--pdeathsig", "TERM", *command]


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port
