"""Telephones of other people for a test: a registrar (kamailio) and phones (baresip), in a network of their own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

from tongxin.plugins.channel_phone.gateway import sounds
from tongxin.plugins.channel_phone.gateway.netstring import framed, unframed
from tongxin.plugins.channel_phone.gateway.settings import Trouble, modules

HOST = "10.99.0.1"
PATIENCE = 30.0  # seconds: what takes longer than this is broken
_LOUD = 2000
_PART, _TURNS = 2000, 250  # of the tone: samples, and how often it turns in them
_PROGRAMS = ("kamailio", "unshare", "ip")
_REGISTRAR = f"""
debug=1
log_stderror=yes
children=1
tcp_children=1
listen=udp:{HOST}:5060
loadmodule "tm.so"
loadmodule "sl.so"
loadmodule "rr.so"
loadmodule "pv.so"
loadmodule "maxfwd.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "siputils.so"
request_route {{
  if (!mf_process_maxfwd_header("10")) exit;
  if (has_totag()) {{ loose_route(); t_relay(); exit; }}
  if (method == "CANCEL") {{ if (t_check_trans()) t_relay(); exit; }}
  if (method == "REGISTER") {{ save("location"); exit; }}
  record_route();
  if (!lookup("location")) {{ sl_send_reply("404", "Not here"); exit; }}
  t_relay();
}}
"""


def why_not() -> str:
    """Return why no real call is possible here; nothing where it is."""
    missing = [name for name in _PROGRAMS if shutil.which(name) is None]
    try:
        modules()
    except Trouble as trouble:
        return str(trouble)
    if missing:
        return f"{', '.join(missing)} is not installed"
    tried = subprocess.run(
        ["unshare", "-n", "ip", "link", "add", "br0", "type", "bridge"],
        capture_output=True, check=False,
    )  # fmt: skip
    return "" if tried.returncode == 0 else "no network namespace can be made here"


def furnish() -> None:
    """Give the namespace that we are in its network: baresip wants one that is no loopback."""
    for words in (
        "link set lo up", "link add br0 type bridge", f"addr add {HOST}/24 dev br0", "link set br0 up",
    ):  # fmt: skip
        subprocess.run(["ip", *words.split()], check=True)


@contextmanager
def registrar(folder: Path) -> Iterator[None]:
    """Run kamailio, where everybody is found by their name."""
    (folder / "kamailio.cfg").write_text(_REGISTRAR, "utf-8")
    command: list[str | Path] = ["kamailio", "-DD", "-E", "-f", folder / "kamailio.cfg"]
    with (folder / "kamailio.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "-w", folder, "-Y", folder, "-m", "16", "-M", "4"],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        until(lambda: _is_listening(process), "kamailio")
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # it has nothing to lose, and takes its time
        process.wait()


def _is_listening(process: "subprocess.Popen[bytes]") -> bool:
    assert process.poll() is None, "kamailio ended"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((HOST, 5060))
        except OSError:
            return True
    return False


def until(looks: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Wait until something is so; return it."""
    end = time.monotonic() + patience
    while not (found := looks()):
        if time.monotonic() > end:
            raise AssertionError(f"in vain: {what}")
        time.sleep(0.02)
    return found


class Phone:
    """Somebody's telephone, into which they say one note all the time."""

    def __init__(self, folder: Path, name: str, port: int, note: int) -> None:
        self.name, self._port = name, port
        self._folder = folder / name
        self._folder.mkdir()
        sounds.written(self._folder / "note.wav", sounds.tone(note, 120))
        (self._folder / "config").write_text(self._configuration(), "utf-8")
        (self._folder / "accounts").write_text(f"<sip:{name}@{HOST}>;regint=60\n", "utf-8")
        (self._folder / "contacts").write_text("", "utf-8")
        self.events: list[dict[str, Any]] = []
        self._heard, self._read = b"", 0

    def _configuration(self) -> str:
        return "\n".join(
            [
                f"module_path {modules()}", "call_max_calls 1", "audio_player aubridge,ear",
                "audio_alert aubridge,alert", f"audio_source aufile,{self._folder}/note.wav",
                "ausrc_srate 8000", "auplay_srate 8000", "ausrc_channels 1", "auplay_channels 1",
                f"snd_path {self._folder}", f"ctrl_tcp_listen 127.0.0.1:{self._port}",
                "ringback_disabled yes", "module_tmp account.so", "module g711.so", "module aufile.so",
                "module aubridge.so", "module sndfile.so", "module ctrl_tcp.so", "module_app menu.so", "",
            ]
        )  # fmt: skip

    @contextmanager
    def on(self) -> Iterator["Phone"]:
        """Switch it on; it is registered then."""
        command: list[str | Path] = ["baresip", "-4", "-f", self._folder, "-p", self._folder]
        with (self._folder / "log").open("wb") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            self._wire = until(self._connected, f"{self.name}'s telephone")
            self._wire.setblocking(False)
            until(lambda: "OK" in self.do("reginfo"), f"{self.name} is registered")
            yield self
        finally:
            process.terminate()
            process.wait(PATIENCE)

    def do(self, name: str, words: str = "") -> str:
        """Do something by hand; return what the telephone shows."""
        said = {"command": name, "params": words, "token": name}
        self._wire.sendall(framed(json.dumps(said).encode()))
        answer: dict[str, Any] = until(lambda: self._next("token", name), f"{self.name} {name}")
        return str(answer.get("data", ""))

    def calls(self, address: str) -> None:
        """Call somebody, and wait until they pick up; what was seen of calls before is forgotten."""
        self.events.clear()
        self.do("dial", address)
        self.sees("CALL_ESTABLISHED")

    def sees(self, kind: str) -> dict[str, Any]:
        """Wait for an event that was not seen before."""
        told: dict[str, Any] = until(lambda: self._next("type", kind), f"{self.name}: {kind}")
        return told

    def hears(self) -> int:
        """Wait until there is something to be heard from now on; return how loud it is."""
        since = sounds.dumped(self._dump())
        return int(until(lambda: self._loud(since), f"{self.name} hears something"))

    def hears_the_tone(self) -> None:
        """Wait for the tone after which one speaks."""
        since = sounds.dumped(self._dump())
        until(lambda: self._is_tone(since), f"{self.name} hears the tone")

    def hears_nothing_for(self, seconds: float) -> None:
        """Wait until it has been quiet for so long."""
        length = int(seconds * sounds.RATE)
        until(lambda: self._is_quiet(length), f"{self.name} hears nothing")

    def said_to_them(self) -> sounds.Samples:
        """Return all that the last call brought."""
        return sounds.dump(self._dump(), 0)

    def _loud(self, since: int) -> int:
        loud = sounds.loudness(sounds.dump(self._dump(), since))
        return loud if loud > _LOUD else 0

    def _is_tone(self, since: int) -> bool:
        heard = sounds.dump(self._dump(), since)
        parts = (
            heard[begins : begins + _PART] for begins in range(0, len(heard) - _PART, _PART // 4)
        )
        return any(
            sounds.loudness(part) > _LOUD
            and abs(sum(a < 0 <= b for a, b in pairwise(part)) - _TURNS) <= 2
            for part in parts
        )

    def _is_quiet(self, length: int) -> bool:
        heard = self.said_to_them()[-length:]
        return len(heard) == length and sounds.loudness(heard) < _LOUD

    def _dump(self) -> Path | None:
        return max(self._folder.glob("*-dec.wav"), default=None)

    def _next(self, name: str, value: str) -> dict[str, Any] | None:
        with suppress(BlockingIOError):
            self._heard += self._wire.recv(65536)
        whole, self._heard = unframed(self._heard)
        self.events += map(json.loads, whole)
        found = next((one for one in self.events if one.get(name) == value), None)
        if found:
            self.events.remove(found)
        return found

    def _connected(self) -> socket.socket | None:
        with suppress(OSError):
            return socket.create_connection(("127.0.0.1", self._port))
        return None
