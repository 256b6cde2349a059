"""Programs we start: they die with us, and nothing they started outlives them."""

import ctypes
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NoReturn, Protocol

_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_GLANCE = 0.02


@dataclass(frozen=True)
class Account:
    """A user of the machine, other than ourselves, that a program shall run as."""

    name: str
    uid: int
    gid: int


class Process(Protocol):
    """What we ask of a process that we started: a few of the verbs of ``subprocess.Popen``."""

    pid: int

    @property
    def returncode(self) -> int | None: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...


class Forked:
    """A process that was forked from ours."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return how it ended, if it did: its code, or minus the signal's number."""
        return self._look(os.WNOHANG)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end. Raises subprocess.TimeoutExpired."""
        if timeout is not None and not until(lambda: self.poll() is not None, timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout)
        code = self._look(0)
        return 0 if code is None else code

    def _look(self, how: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, how)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


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


def fork(work: Callable[[], object], name: str) -> Forked:
    """Do some work in a process of its own that has loaded already what we have loaded.

    It has a process group of its own, is called ``name`` (at most 15 letters) in the machine's lists,
    and gets SIGTERM when we die. We must run no second thread, and hold no connection to a database.
    """
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        _work(work, name, parent)
    return Forked(pid)


def _work(work: Callable[[], object], name: str, parent: int) -> NoReturn:
    code = 1
    try:
        _begin_anew(name, parent)
        work()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - the parent's own way must not be gone on with
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _begin_anew(name: str, parent: int) -> None:
    """Leave behind what is the parent's: its group, signals, files and name."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    _bond(parent, signal.SIGTERM)()
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_NAME, name.encode(), 0, 0, 0)


def gone(process: Process, seconds: float) -> bool:
    """Wait for the end of a process; return whether it came in time."""
    try:
        process.wait(timeout=max(seconds, 0))
    except subprocess.TimeoutExpired:
        return False
    return True


def sweep(process: Process) -> None:
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
