"""The whole house as its users run it: `tongxin serve`, real ports, real processes."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.postgres import administer, at, tables
from tongxin.project.bench.machine import command_of, family
from tongxin.project.bench.ports import free_port
from tongxin.project.postgres import Server

FOUND = Path(__file__).with_name("found.py")
ROOT = Path(__file__).parents[2]


@dataclass
class House:
    """A running house, and what was founded in it."""

    port: int
    process: subprocess.Popen[bytes]
    data: Path
    environment: Mapping[str, str]
    founded: Mapping[str, Any]
    rooms: "subprocess.Popen[str] | None" = None
    entered: dict[str, Any] = field(default_factory=dict)  # cookies of who has come in, by e-mail

    @property
    def web(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def live(self) -> str:
        return f"http://127.0.0.1:{self.port + 1}"

    @property
    def inbox(self) -> str:
        return str(self.founded["inbox"])

    def ask(self, code: str) -> Any:
        """Run a few lines inside the house's rooms; return the JSON they print last."""
        if self.rooms is None:
            self.rooms = subprocess.Popen(
                [sys.executable, "-m", "tests.journeys.asked"], cwd=ROOT, env=self.environment, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip
        assert self.rooms.stdin
        assert self.rooms.stdout
        print(json.dumps(code), file=self.rooms.stdin, flush=True)
        told = json.loads(self.rooms.stdout.readline())
        assert "broke" not in told, told["broke"]
        return json.loads(told["said"].strip().splitlines()[-1])

    def kill(self, name: str) -> int:
        """Kill one program of the house as the kernel would when memory runs out."""
        pids = [pid for pid in family(self.process.pid)[1:] if name in command_of(pid)]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(pids)

    def close(self) -> None:
        if self.rooms:
            self.rooms.communicate()  # it ends with its input
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(15)
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.data, ignore_errors=True)


def opened(*, embedded: bool = False, demo: bool = False) -> House:
    """Open a house on free ports; with a database server of its own, or on the run's with its tables.

    With ``demo`` it is the demo's, as one finds it after the first `make demo`.
    """
    data = Path(tempfile.mkdtemp(prefix="th-", dir="/tmp"))
    data.chmod(0o711)
    port = free_port(together=2)
    environment = {
        **os.environ, "PORT": str(port), "TONGXIN_DATA": str(data), "TONGXIN_LANGUAGE": "en",
        "DJANGO_SETTINGS_MODULE": "tongxin.project.settings", "TONGXIN_LOG": "ERROR",
        "TONGXIN_TRUSTS_OWN_NETWORK": "yes",  # providers stand in on this machine
        "TONGXIN_LIVE_WORKERS": "2",
    }  # fmt: skip
    environment.pop("TONGXIN_LIVE_PORT", None)
    if embedded:
        del environment["DATABASE_URL"]
    else:
        name = f"house_{port}"
        administer(f'CREATE DATABASE "{name}"' + ("" if demo else f' TEMPLATE "{tables()}"'))
        environment["DATABASE_URL"] = at(name)
    with (data / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tongxin.project.command", "demo" if demo else "serve"],
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        wait_for(lambda: _answers(port) and _answers(port + 1), 180, data / "serve.log")
    except AssertionError:
        process.kill()
        process.wait()
        raise
    if embedded:
        environment["DATABASE_URL"] = Server(data).place.url
    founded = _demo_of(data) if demo else _found(environment)
    return House(port, process, data, environment, founded)


def _found(environment: Mapping[str, str]) -> Mapping[str, Any]:
    ran = subprocess.run(
        [sys.executable, FOUND], env=environment, capture_output=True, text=True, check=True
    )
    founded: Mapping[str, Any] = json.loads(ran.stdout.strip().splitlines()[-1])
    return founded


def _demo_of(data: Path) -> Mapping[str, Any]:
    told = json.loads((data / "demo.json").read_text(encoding="utf-8"))
    _role, email, password = told["logins"][0]
    return {**told, "email": email, "password": password}


def wait_for(holds: Callable[[], object], seconds: float, log: Path | None = None) -> None:
    """Wait until something holds; fail with the log if it never does."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise AssertionError(log.read_text(encoding="utf-8") if log else "it never came true")
        time.sleep(0.05)


def _answers(port: int) -> bool:
    with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
        return True
    return False
