import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tongxin.project import processes
from tongxin.project.bench.ports import free_port
from tongxin.project.speech import Stop
from tongxin.project.supervisor import check_port

HOUSE = """
import sys
from functools import partial
from pathlib import Path
from tongxin.project import processes
from tongxin.project.postgres import Server
from tongxin.project.supervisor import Child, Supervisor

data, *programs = sys.argv[1:]
server = Server(Path(data), {"fsync": "off"}) if Path(data, "with-database").exists() else None
if server:
    server.start()
launches = [
    partial(processes.fork, partial(exec, program, {}), f"child{n}")
    for n, program in enumerate(programs)
]
children = [Child(f"child{n}", launch) for n, launch in enumerate(launches)]
house = Supervisor(server)
house.run(children, lambda: print("ready", flush=True))
house.end()
print("ended", flush=True)
"""
PATIENT = """
import os, signal, sys, time
from pathlib import Path
note = Path({note!r})
signal.signal(signal.SIGTERM, lambda *_: (note.with_suffix(".done").touch(), sys.exit()))
note.write_text(str(os.getpid()))
time.sleep(600)
"""
DEAF = """
import os, signal, time
from pathlib import Path
signal.signal(signal.SIGTERM, signal.SIG_IGN)
Path({note!r}).write_text(str(os.getpid()))
time.sleep(600)
"""
LONG = 30.0  # only a limit: nothing here takes long


class House:
    """A supervisor in a process of its own, with small programs as its children."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.process: subprocess.Popen[str] | None = None

    def note(self, name: str) -> Path:
        return self.data / f"{name}.pid"

    def start(self, **programs: str) -> None:
        written = [text.format(note=str(self.note(name))) for name, text in programs.items()]
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOUSE, str(self.data), *written],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def pid(self, name: str, but: int = 0) -> int:
        """Wait until a child has said its number, other than an earlier one."""

        def said() -> bool:
            note = self.note(name)
            return note.exists() and note.read_text() not in {"", str(but)}

        assert processes.until(said, LONG)
        return int(self.note(name).read_text())

    def end(self, number: signal.Signals = signal.SIGTERM) -> str:
        assert self.process
        self.process.send_signal(number)
        return self.process.communicate(timeout=LONG)[0]


def lives(pid: int) -> bool:
    """Return whether a process runs (one that ended but was not waited for does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture
def house(data: Path) -> Iterator[House]:
    house = House(data)
    yield house
    if house.process and house.process.poll() is None:
        house.process.kill()
        house.process.communicate()


class TestTheSupervisor:
    def test_starts_a_killed_child_again(self, house: House) -> None:
        house.start(web=PATIENT)
        first = house.pid("web")

        os.kill(first, signal.SIGKILL)

        assert house.pid("web", but=first) != first
        assert "child0 ended (SIGKILL) and is started again." in house.end()

    def test_slows_down_where_a_child_ends_again_and_again(self, house: House) -> None:
        house.start(web="raise SystemExit(4)", live=PATIENT)
        house.pid("live")
        assert house.process
        assert house.process.stdout
        lines = iter(house.process.stdout.readline, "")
        heard = [next(lines) for _ in range(4)]

        house.end()

        assert "child0 ends again and again (code 4); next try in 1 s.\n" in heard

    def test_lets_every_child_finish_then_ends(self, house: House) -> None:
        house.start(web=PATIENT, live=PATIENT)
        pids = [house.pid("web"), house.pid("live")]

        said = house.end()

        assert said.endswith("ended\n")
        assert house.process
        assert house.process.returncode == 0
        assert house.note("web").with_suffix(".done").exists()
        assert house.note("live").with_suffix(".done").exists()
        assert not any(map(lives, pids))

    def test_ends_within_ten_seconds_even_where_a_child_is_deaf(self, house: House) -> None:
        house.start(web=DEAF, live=DEAF)
        pids = [house.pid("web"), house.pid("live")]
        began = time.monotonic()

        house.end()

        assert time.monotonic() - began < 10
        assert not any(map(lives, pids))

    def test_leaves_no_child_behind_when_it_is_killed(self, house: House) -> None:
        house.start(web=PATIENT)
        pid = house.pid("web")

        house.end(signal.SIGKILL)

        assert processes.until(lambda: not lives(pid), LONG)

    def test_starts_a_killed_database_again_and_stops_it_at_the_end(self, house: House) -> None:
        (house.data / "with-database").touch()
        house.start(web=PATIENT)
        house.pid("web")
        pid_file = house.data / "postgres/postmaster.pid"
        first = int(pid_file.read_text().split()[0])

        os.kill(first, signal.SIGKILL)

        def again() -> bool:
            words = pid_file.read_text().split() if pid_file.exists() else []
            return "ready" in words and int(words[0]) != first

        assert processes.until(again, LONG)
        assert "The database ended (SIGKILL) and is started again." in house.end()
        assert not pid_file.exists()

    def test_takes_the_database_with_it_when_it_is_killed(self, house: House) -> None:
        (house.data / "with-database").touch()
        house.start(web=PATIENT)
        house.pid("web")
        pid = int((house.data / "postgres/postmaster.pid").read_text().split()[0])

        house.end(signal.SIGKILL)

        assert processes.until(lambda: not lives(pid), LONG)


class TestAPort:
    def test_that_is_taken_is_refused_in_one_sentence(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]

            with pytest.raises(
                Stop, match=rf"Port {port} cannot be opened \(Address already in use\)"
            ):
                check_port("PORT", "127.0.0.1", port)

    def test_that_is_free_is_accepted_and_left_free(self) -> None:
        port = free_port()

        check_port("PORT", "127.0.0.1", port)
        check_port("PORT", "127.0.0.1", port)
