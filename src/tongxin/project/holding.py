"""One program at a time runs the embedded server of a data folder; the others join it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tongxin.project import environment, postgres, processes
from tongxin.project.folders import make_data_folder
from tongxin.project.speech import Stop, _

_JOINING = 20.0


class Held(Exception):
    """Another program holds the data folder."""

    def __init__(self, data: Path, holder: str) -> None:
        self.data, self.holder = data, holder or "?"

    def stop(self) -> Stop:
        sentence = _("Tongxin runs on {place} already (process {pid}): end it or set TONGXIN_DATA.")
        return Stop(sentence.format(place=self.data, pid=self.holder))


@contextmanager
def holding(data: Path) -> Iterator[None]:
    """Hold the data folder, which is made if there is none; raise Held if another program does."""
    make_data_folder(data)
    with (data / "lock").open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Held(data, lock.read().strip()) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


@contextmanager
def database_alone() -> Iterator[None]:
    """Let DATABASE_URL lead to a database that no other program of this data folder uses."""
    data = environment.data_folder()
    try:
        with holding(data):
            if os.environ.get("DATABASE_URL"):
                yield
            else:
                yield from _own(data)
    except Held as held:
        raise held.stop() from None


@contextmanager
def database_at_hand() -> Iterator[None]:
    """Let DATABASE_URL lead to a database: as given, or the running one, or one started now."""
    data = environment.data_folder()
    environment.furnish(data)
    if os.environ.get("DATABASE_URL"):
        yield
        return
    try:
        with holding(data):
            yield from _own(data)
    except Held as held:
        _join(held)
        yield


def _own(data: Path) -> Iterator[None]:
    server = postgres.Server(data)
    server.start()
    os.environ["DATABASE_URL"] = server.place.url
    try:
        yield
    finally:
        server.stop()


def _join(held: Held) -> None:
    place = postgres.Place(held.data.resolve())
    if not processes.until(lambda: postgres.answers(place), _JOINING, 0.2):
        raise held.stop()
    os.environ["DATABASE_URL"] = place.url
