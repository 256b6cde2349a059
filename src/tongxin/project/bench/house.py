"""The house under measurement: `tongxin serve` with an embedded database of its own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tongxin.project import environment
from tongxin.project.bench import machine
from tongxin.project.bench.ports import free_port
from tongxin.project.postgres import Server
from tongxin.project.speech import Stop

_PATIENCE = 120


@dataclass
class House:
    """A running house with its addresses, keys and process."""

    process: subprocess.Popen[bytes]
    port: int
    seconds_to_page: float
    environment: Mapping[str, str]
    keys: Mapping[str, Any]

    @property
    def pids(self) -> list[int]:
        return machine.family(self.process.pid)

    def pids_of(self, word: str) -> list[int]:
        return [pid for pid in self.pids if word in machine.command_of(pid)]

    def run(self, module: str, *words: str) -> str:
        """Run one of our modules inside the house; return what it prints last."""
        ran = subprocess.run(
            [sys.executable, "-m", module, *words],
            env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if ran.returncode:
            raise Stop(f"{module}: {ran.stderr.strip()[-600:]}")
        return ran.stdout.strip().splitlines()[-1]

    def close(self) -> None:
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        self.process.kill()
        self.process.wait()


def data_folder() -> Path:
    """Return where the benchmark's own database lies (never the company's)."""
    return environment.data_folder() / "bench"


def opened() -> House:
    """Start the house, found what the measurements need, and return it."""
    data, port = data_folder(), free_port(together=2)
    ours = {
        **os.environ, "PORT": str(port), "TONGXIN_DATA": str(data), "TONGXIN_LOG": "ERROR",
        "TONGXIN_API_BUCKET": "1000000",
        "DJANGO_SETTINGS_MODULE": "tongxin.project.settings",
    }  # fmt: skip
    for name in ("DATABASE_URL", "TONGXIN_LIVE_PORT"):
        ours.pop(name, None)
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "tongxin.project.command", "serve"],
        env=ours, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    seconds = _wait(process, f"{port}/account/login/", began)
    _wait(process, f"{port + 1}/health", began)
    ours["DATABASE_URL"] = Server(data).place.url
    house = House(process, port, seconds, ours, {})
    house.keys = json.loads(house.run("tongxin.project.bench.founding"))
    return house


def _wait(process: subprocess.Popen[bytes], page: str, began: float) -> float:
    """Wait for the first page; return the seconds it took."""
    while time.monotonic() < began + _PATIENCE:
        if process.poll() is not None:
            raise Stop("the house did not open: run `tongxin doctor`")
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{page}", timeout=5):
            return time.monotonic() - began
        time.sleep(0.02)
    raise Stop("the house did not open in time")


def wait_for_port(port: int) -> None:
    """Wait until somebody listens there. Raises Stop."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise Stop(f"nobody answers at port {port}")
