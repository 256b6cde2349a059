"""PostgreSQL's own programs for dumps, told by libpq's parameters where the database is."""

import os
import shutil
import subprocess
from pathlib import Path

from psycopg import conninfo

from tongxin.project import prepare, programs
from tongxin.project.speech import Stop, _, full


def dump(target: Path) -> None:
    """Write the database as one moment shows it; it may go on being used."""
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def check(source: Path) -> None:
    """Let pg_restore read a dump's table of contents."""
    read = programs.ours().run("pg_restore", "--list", source)
    if read.returncode:
        raise _failed("pg_restore", read.stderr, source)


def load(source: Path, name: str) -> None:
    """Fill an empty database from a dump; stop at the first thing that does not fit."""
    options = ["--exit-on-error", "--no-owner", "--no-privileges", "--jobs=2"]
    _run("pg_restore", *options, str(source), name=name)


def _run(program: str, *arguments: str, name: str | None = None) -> None:
    asked = prepare.parameters() | ({"dbname": name} if name else {})
    environment = {"PGPASSWORD": asked.pop("password", "")}
    ended = subprocess.run(
        [_program(program), "--dbname", conninfo.make_conninfo("", **asked), *arguments],
        env=programs.environment(environment),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    if ended.returncode:
        raise _failed(program, ended.stderr, Path(arguments[-1].partition("=")[2] or arguments[-1]))


def _program(name: str) -> str:
    """The machine's own program for a server elsewhere, if there is one: it may speak TLS."""
    elsewhere = not prepare.parameters().get("host", "").startswith("/")
    own = shutil.which(name) if elsewhere else None
    return own or os.fspath(programs.ours()[name])


def _failed(program: str, words: str, place: Path) -> Stop:
    if "No space left on device" in words:
        return full(place)
    reason = next((line for line in words.splitlines() if "error:" in line), words.strip())
    sentence = _("{program} failed ({reason}).")
    return Stop(
        sentence.format(program=program, reason=reason.partition("error:")[2].strip() or reason)
    )
