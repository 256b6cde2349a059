"""Keep the house running: start its programs, start again what dies, end all of them in time."""

import select
import signal
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tongxin.project import processes
from tongxin.project.postgres import Server
from tongxin.project.processes import Process
from tongxin.project.speech import Stop, _, tell

_AT_ONCE = 5.0  # a program that ends sooner than this ended at once
_LONGEST_PAUSE = 30.0
_LEAVING = 6.0  # of the ten seconds that an end may take; the database has the rest
_ROTATING = 600.0
_LOOK = 0.05
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)


@dataclass
class Child:
    """A program to keep alive, and where it answers once it is ready."""

    name: str
    launch: Callable[[], Process]
    door: tuple[str, int] | None = None
    process: Process | None = None
    started: float = 0.0
    falls: int = 0
    due: float = 0.0
    ready: bool = False

    def start(self) -> None:
        self.process = self.launch()
        self.started = time.monotonic()

    def fallen(self) -> int | None:
        """Return how the program ended, if it did."""
        return self.process.poll() if self.process else None

    def pick_up(self) -> float:
        """Clear away what the program left; return how long to wait before it starts again."""
        if self.process:
            processes.sweep(self.process)
        self.process = None
        at_once = time.monotonic() - self.started < _AT_ONCE
        self.falls = self.falls + 1 if at_once else 0
        pause = min(_LONGEST_PAUSE, 0.25 * 2**self.falls) if self.falls > 1 else 0.0
        self.due = time.monotonic() + pause
        return pause

    def look(self) -> bool:
        """Return whether the program has answered since it was first started."""
        self.ready = self.ready or self.door is None or answers(*self.door)
        return self.ready


def answers(host: str, port: int) -> bool:
    """Return whether something speaks HTTP there."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, not bound)
    with suppress(OSError), socket.create_connection((host, port), 0.5) as connection:
        connection.sendall(b"HEAD /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return connection.recv(5) == b"HTTP/"
    return False


def check_port(name: str, host: str, port: int) -> None:
    """Refuse a port that another program has, or that is none."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family) as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind((host, port))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        sentence = _("Port {port} cannot be opened ({reason}): set {name} to a free one.")
        raise Stop(sentence.format(port=port, reason=reason, name=name)) from None


class Supervisor:
    """Watches over the embedded server, if there is one, and the children."""

    def __init__(self, server: Server | None) -> None:
        self.server = server
        self.children: Sequence[Child] = ()
        self._ready: Callable[[], None] = _nothing
        self._ending = False
        self._rotated = time.monotonic()
        self._bell, self._rope = socket.socketpair()
        self._bell.setblocking(False)
        self._rope.setblocking(False)

    def run(self, children: Sequence[Child], ready: Callable[[], None]) -> None:
        """Keep everything running until a signal says to end; say when all answer."""
        self.children, self._ready = children, ready
        self._listen()
        try:
            while not self._ending:
                self._look_after_server()
                self._look_after_children()
                self._rest()
        finally:
            signal.set_wakeup_fd(-1)

    def end(self) -> None:
        """Let the children finish what they do, all at once; then the database; then sweep."""
        running = [child.process for child in self.children if child.process]
        processes.send([process.pid for process in running], signal.SIGTERM)
        deadline = time.monotonic() + _LEAVING
        for process in running:
            processes.gone(process, deadline - time.monotonic())
            processes.sweep(process)
        if self.server:
            self.server.stop(patience=2.0)

    def _listen(self) -> None:
        signal.set_wakeup_fd(self._rope.fileno(), warn_on_full_buffer=False)
        for number in _SIGNALS:
            signal.signal(number, self._hear)

    def _hear(self, number: int, _frame: object) -> None:
        if number != signal.SIGCHLD:
            self._ending = True

    def _rest(self) -> None:
        """Sleep until a signal or until something is due."""
        waiting = [child.due - time.monotonic() for child in self.children if not child.process]
        unready = [_LOOK] if self._ready_pending() else []
        pause = max(0.0, min([*waiting, *unready, _ROTATING]))
        select.select([self._bell], [], [], pause)
        with suppress(BlockingIOError):
            self._bell.recv(4096)

    def _ready_pending(self) -> bool:
        """Say once that everything answers."""
        if self._ready is _nothing:
            return False
        if all(child.process and child.look() for child in self.children):
            self._ready()
            self._ready = _nothing
            return False
        return True

    def _look_after_server(self) -> None:
        server = self.server
        if server is None:
            return
        if server.process and server.process.poll() is not None:
            sentence = _("The database ended ({how}) and is started again.")
            tell(sentence.format(how=_how(server.process)))
            server.start()
        if time.monotonic() - self._rotated > _ROTATING:
            server.rotate()
            self._rotated = time.monotonic()

    def _look_after_children(self) -> None:
        for child in self.children:
            if child.process and child.fallen() is not None:
                self._pick_up(child)
            if child.process is None and child.due <= time.monotonic() and not self._ending:
                child.start()

    def _pick_up(self, child: Child) -> None:
        how = _how(child.process)
        pause = child.pick_up()
        sentence = _("{name} ended ({how}) and is started again.")
        if pause:
            sentence = _("{name} ends again and again ({how}); next try in {pause:.0f} s.")
        tell(sentence.format(name=child.name, how=how, pause=pause))


def _nothing() -> None:
    """Nothing is left to say."""


def _how(process: Process | None) -> str:
    code = process.returncode if process else None
    if code is not None and code < 0:
        with suppress(ValueError):
            return signal.Signals(-code).name
    return _("code {code}").format(code=code)
