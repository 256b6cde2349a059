"""What goes wrong on a user's machine ends in one sentence and a code, never in a traceback."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tongxin.project import environment
from tongxin.project.bench.ports import free_port
from tongxin.project.postgres import Server

ROOT = Path(__file__).resolve().parents[2]
TONGXIN = [sys.executable, "-m", "tongxin.project.command"]
SPOKEN = 3

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts")


def say(*command: str | Path, **changes: str | None) -> str:
    """Run a program that must fail; return its only line of complaint."""
    settings = {
        **os.environ,
        "LANG": "C",
        "LC_ALL": "C",
        "LANGUAGE": "",
        "DATABASE_URL": None,
    } | changes
    ended = subprocess.run(
        command, env={name: value for name, value in settings.items() if value is not None},
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    lines = ended.stderr.splitlines()
    assert ended.returncode == SPOKEN, ended.stderr
    assert len(lines) == 1, ended.stderr
    assert lines[0].startswith("tongxin: ")
    return lines[0].removeprefix("tongxin: ")


@contextlib.contextmanager
def old_postgres(version: str) -> Iterator[int]:
    """A server that greets like PostgreSQL of some version and does no more; yields its port."""
    parameters = [("server_version", version), ("client_encoding", "UTF8")]
    greeting = b"R" + (8).to_bytes(4) + (0).to_bytes(4)
    for name, value in parameters:
        words = f"{name}\0{value}\0".encode()
        greeting += b"S" + (4 + len(words)).to_bytes(4) + words
    greeting += b"Z" + (5).to_bytes(4) + b"I"

    def greet() -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _address = door.accept()
                with caller:
                    if caller.recv(1024)[4:8] == (80877103).to_bytes(4):  # asks for TLS
                        caller.sendall(b"N")
                        caller.recv(1024)
                    caller.sendall(greeting)
                    caller.recv(1024)

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=greet, daemon=True)
        thread.start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.fixture
def assets(monkeypatch: pytest.MonkeyPatch) -> None:
    if not environment.assets_built():
        pytest.skip("the assets are not built")


class TestAPort:
    def test_that_is_taken(self, data: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])

            said = say(*TONGXIN, "serve", PORT=port, TONGXIN_DATA=str(data))

        assert (
            said
            == f"Port {port} cannot be opened (Address already in use): set PORT to a free one."
        )

    def test_of_the_sockets_that_is_taken(self, data: Path) -> None:
        free = str(free_port())
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])

            said = say(*TONGXIN, "serve", PORT=free, TONGXIN_LIVE_PORT=port, TONGXIN_DATA=str(data))

        assert "set TONGXIN_LIVE_PORT to a free one" in said

    @pytest.mark.parametrize("port", ["http", "0", "65536", "-1"])
    def test_that_is_none(self, data: Path, port: str) -> None:
        said = say(*TONGXIN, "serve", PORT=port, TONGXIN_DATA=str(data))

        assert said == f"PORT must be a number from 1 to 65535, not {port}."

    def test_that_is_taken_is_said_by_make_before_anything_is_installed(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            said = say("./setup.sh", "demo", PORT=str(taken.getsockname()[1]))

        assert "cannot be opened" in said


class TestADatabase:
    def test_that_nobody_serves(self, data: Path) -> None:
        port = free_port()
        url = f"postgresql://mei@127.0.0.1:{port}/tongxin"
        said = say(*TONGXIN, "migrate", DATABASE_URL=url, TONGXIN_DATA=str(data))

        assert said.startswith(f"The database at 127.0.0.1:{port} cannot be used (")
        assert said.endswith("): check DATABASE_URL.")

    def test_with_another_password(self, data: Path) -> None:
        url = os.environ["DATABASE_URL"].replace("@", "x@", 1)

        said = say(*TONGXIN, "migrate", DATABASE_URL=url, TONGXIN_DATA=str(data))

        assert "password authentication failed" in said

    @pytest.mark.parametrize(
        "url", ["mysql://mei@localhost/tongxin", "nonsense", "postgresql://[::1"]
    )
    @pytest.mark.parametrize("verb", ["migrate", "serve"])
    def test_that_is_not_postgresql(self, data: Path, assets: None, url: str, verb: str) -> None:
        free = str(free_port(together=2))

        said = say(*TONGXIN, verb, DATABASE_URL=url, TONGXIN_DATA=str(data), PORT=free)

        assert said == "DATABASE_URL is not the address of a PostgreSQL database."

    def test_that_is_too_old(self, data: Path) -> None:
        with old_postgres("14.12") as port:
            url = f"postgresql://mei@127.0.0.1:{port}/tongxin?sslmode=disable"

            said = say(*TONGXIN, "migrate", DATABASE_URL=url, TONGXIN_DATA=str(data))

        assert said == "This is PostgreSQL 14; Tongxin needs 15 or newer."

    def test_whose_rows_are_broken(self, server: Server, data: Path) -> None:
        server.start()
        server.stop()
        (data / "postgres/global/pg_control").write_bytes(b"broken")

        said = say(*TONGXIN, "migrate", TONGXIN_DATA=str(data))

        assert said.startswith(f"The database in {data}/postgres does not start (")

    def test_of_another_major_version(self, server: Server, data: Path) -> None:
        server.start()
        server.stop()
        (data / "postgres/PG_VERSION").write_text("17\n")

        said = say(*TONGXIN, "migrate", TONGXIN_DATA=str(data))

        assert said.startswith(f"{data}/postgres is of PostgreSQL 17, this is 18: make a backup")


class TestTheDataFolder:
    def test_that_is_a_file(self, data: Path) -> None:
        (data / "note").touch()

        said = say(*TONGXIN, "migrate", TONGXIN_DATA=str(data / "note"))

        assert said == f"{data}/note is not a folder."

    def test_that_another_program_holds(self, server: Server, data: Path, assets: None) -> None:
        with (data / "lock").open("w") as lock:
            lock.write("4711")
            lock.flush()
            holder = [sys.executable, "-c", _HOLD, str(data / "lock")]
            with subprocess.Popen(holder, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holding:
                assert holding.stdout
                holding.stdout.readline()

                said = say(
                    *TONGXIN, "serve", TONGXIN_DATA=str(data), PORT=str(free_port(together=2))
                )

                holding.communicate()

        assert said == f"Tongxin runs on {data} already (process 4711): end it or set TONGXIN_DATA."

    @as_root
    @pytest.mark.parametrize("size", ["64k", "6m", "30m"])
    def test_on_a_full_disk(self, data: Path, size: str) -> None:
        small = data / "small"
        small.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size},mode=711", "tmpfs", small], check=False
        )
        if mounted.returncode:
            pytest.skip("this machine does not let us mount")
        try:
            said = say(*TONGXIN, "migrate", TONGXIN_DATA=str(small))
        finally:
            subprocess.run(["umount", "-l", small], check=True)

        assert said.endswith("is full: make room and try again.")


class TestPython:
    def test_that_is_too_old(self, data: Path) -> None:
        old = data / "python3"
        old.write_text('#!/bin/sh\n[ "$1" = -V ] && echo Python 3.8.18 && exit\nexit 1\n')
        old.chmod(0o755)

        said = say("./setup.sh", "demo", PYTHON=str(old))

        assert said == (
            "Tongxin needs Python 3.11 or newer (found: Python 3.8.18): install one and try again."
        )

    def test_that_is_missing(self) -> None:
        said = say("/bin/sh", "./setup.sh", "demo", PYTHON="/nowhere/python3")

        assert said.startswith("Tongxin needs Python 3.11 or newer")


class TestNode:
    """Set-up in a copy of the checkout that has no assets yet."""

    @pytest.fixture
    def checkout(self, data: Path) -> Path:
        for name in (
            "package.json",
            "package-lock.json",
            "vite.config.ts",
            "tsconfig.json",
            "setup.sh",
        ):
            shutil.copy(ROOT / name, data / name)
        skipped = shutil.ignore_patterns("dist", "__pycache__")
        shutil.copytree(ROOT / "src/tongxin/project", data / "src/tongxin/project", ignore=skipped)
        (data / "src/tongxin/__init__.py").touch()
        return data

    def _say(self, checkout: Path, node: str | None) -> str:
        programs = checkout / "programs"
        programs.mkdir()
        for name in ("sh", "dirname", "env"):
            (programs / name).symlink_to(shutil.which(name) or name)
        if node:
            for name in ("node", "npm"):
                (programs / name).write_text(f"#!/bin/sh\necho {node}\n")
                (programs / name).chmod(0o755)
        return say(checkout / "setup.sh", "assets", PATH=str(programs), PYTHON=sys.executable)

    def test_that_is_missing(self, checkout: Path) -> None:
        assert self._say(checkout, None) == (
            "Building the assets needs node 20.19 or newer with npm, and there is none."
        )

    def test_that_is_too_old(self, checkout: Path) -> None:
        assert self._say(checkout, "v18.20.4") == (
            "Building the assets needs node 20.19 or newer; this is v18.20.4."
        )


class TestTheLanguage:
    def test_is_the_users(self, data: Path) -> None:
        said = say(
            *TONGXIN, "serve", PORT="0", TONGXIN_DATA=str(data), LC_ALL="zh_CN.UTF-8", LANG=None
        )

        assert said == "PORT 须为 1 至 65535 的数字，而不是 0。"


_HOLD = """
import fcntl, sys
lock = open(sys.argv[1])
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_reader_who_goes_away_ends_it_quietly(data: Path) -> None:
    """As `tongxin doctor | head -1` does."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as gone:
        ended = subprocess.run(
            [*TONGXIN, "doctor"], env={**os.environ, "TONGXIN_DATA": str(data)}, cwd=ROOT,
            stdout=gone, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        )  # fmt: skip

    assert (ended.returncode, ended.stderr) == (141, "")
