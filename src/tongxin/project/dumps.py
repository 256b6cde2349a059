"""PostgreSQL's own programs for dumps, told by libpq's parameters where the database is."""

import os
import shutil
import subprocess
from pathlib import Path

from psycopg import conninfo

from tongxin.project import prepare, programs
from tongxin.project.speech import Stop, _, full

_KNOWS_ALL = 17
_UNKNOWN = 'unrecognized configuration parameter "transaction_timeout"'


def dump(target: Path) -> None:
    """Write the database as one moment shows it; it may go on being used."""
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def check(source: Path) -> None:
    """Let pg_restore read a dump's table of contents."""
    read = programs.ours().run("pg_restore", "--list", source)
    if read.returncode:
        raise _failed("pg_restore", read.stderr, source)


def load(source: Path, name: str) -> None:
    """Fill an empty database from a dump; what does not fit is an error.

    Our programs set parameters that an older server does not know: they do not stop there, and what it
    says of them is no error.
    """
    with prepare.connected(name) as connection:
        is_older = connection.info.server_version // 10000 < _KNOWS_ALL
    stops = () if is_older else ("--exit-on-error",)
    _run("pg_restore", *stops, "--no-owner", "--no-privileges", "--jobs=2", str(source), name=name)


def errors_in(words: str) -> list[str]:
    """Return what went wrong, of what a program said; not that a server is too old for a parameter."""
    return [line for line in words.splitlines() if "error:" in line and _UNKNOWN not in line]


def _run(program: str, *arguments: str, name: str | None = None) -> None:
    asked = prepare.parameters() | ({"dbname": name} if name else {})
    environment = {"PGPASSWORD": asked.pop("password", "")}
    ended = subprocess.run(
        [_program(program), "--dbname", conninfo.make_conninfo("", **asked), *arguments],
        env=programs.environment(environment),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    if ended.returncode and (errors_in(ended.stderr) or _UNKNOWN not in ended.stderr):
        raise _failed(program, ended.stderr, Path(arguments[-1].partition("=")[2] or arguments[-1]))


def _program(name: str) -> str:
    """The machine's own program for a server elsewhere, if there is one: it may speak TLS."""
    elsewhere = not prepare.parameters().get("host", "").startswith("/")
    own = shutil.which(name) if elsewhere else None
    return own or os.fspath(programs.ours()[name])


def _failed(program: str, words: str, place: Path) -> Stop:
    if "No space left on device" in words:
        return full(place)
    reason = next(iter(errors_in(words)), words.strip())
    sentence = _("{program} failed ({reason}).")
    return Stop(
        sentence.format(program=program, reason=reason.partition("error:")[2].strip() or reason)
    )
