"""Programs we start: they die with us, and nothing they started outlives them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_GLANCE = 0.02


@dataclass(frozen=True)
class Account:
    """A user of the machine, other than ourselves, that a program shall run as."""

    name: str
    uid: int
    gid: int


def die_with_parent(end: signal.Signals = signal.SIGTERM) -> None:
    """Ask Linux to send this process ``end`` when its parent dies, even by kill -9."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(end), 0, 0, 0)


def _bond(parent: int, end: signal.Signals) -> Callable[[], None]:
    def bind() -> None:
        die_with_parent(end)
        if os.getppid() != parent:  # it died before the bond was made
            os._exit(1)

    return bind


def spawn(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
    log: IO[bytes] | None = None,
    pass_fds: Sequence[int] = (),
    end: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a program in a process group of its own that gets ``end`` when we die."""
    return subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        pass_fds=pass_fds,
        cwd="/" if account else None,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        preexec_fn=_bond(os.getpid(), end),  # noqa: PLW1509 (only one thread ever comes here)
    )


def gone(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait for the end of a process; return whether it came in time."""
    try:
        process.wait(timeout=max(seconds, 0))
    except subprocess.TimeoutExpired:
        return False
    return True


def sweep(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a process and of all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def until(condition: Callable[[], bool], seconds: float, pause: float = _GLANCE) -> bool:
    """Look again and again until something is so; return whether it came in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def working_in(folder: Path, name: str) -> list[int]:
    """Return the processes of this name whose current folder this is (an ended one has none)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            here = (entry / "cwd").readlink() == folder
            if here and (entry / "comm").read_text(encoding="utf-8").strip() == name:
                found.append(int(entry.name))
    return found


def send(pids: Sequence[int], end: signal.Signals) -> None:
    """Send a signal to those that are still there."""
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, end)
