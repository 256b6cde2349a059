"""Other programs, run quietly: what they say is kept in ``build/`` and shown only if they fail."""

import hashlib
import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

from tongxin.project.speech import Stop, _, full

ROOT = Path(__file__).resolve().parents[4]
BUILD = ROOT / "build"


def run(name: str, *command: str | Path, environment: Mapping[str, str] | None = None) -> None:
    """Run a program to its end; stop with its last words if it fails."""
    BUILD.mkdir(exist_ok=True)
    log = BUILD / f"{name}.log"
    with log.open("wb") as words:
        ended = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **(environment or {})}, check=False,
            stdin=subprocess.DEVNULL, stdout=words, stderr=subprocess.STDOUT,
        )  # fmt: skip
    if ended.returncode:
        raise _failed(name, log)


def _failed(name: str, log: Path) -> Stop:
    words = log.read_text(encoding="utf-8", errors="replace")
    if "No space left on device" in words or "ENOSPC" in words:
        return full(ROOT)
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    loud = [line for line in lines if "error" in line.lower()]
    reason = (loud or lines or ["?"])[-1]
    sentence = _("{name} failed ({reason}); all it said is in {log}.")
    return Stop(sentence.format(name=name, reason=reason, log=log.relative_to(ROOT)))


def works(*command: str | Path) -> bool:
    """Return whether a program starts and is content."""
    try:
        ended = subprocess.run(command, cwd=ROOT, check=False, capture_output=True)
    except OSError:
        return False
    return ended.returncode == 0


def mark_of(paths: Iterable[Path], *words: str) -> str:
    """Return a short mark of some files' names and contents."""
    mark = hashlib.sha256("\n".join(words).encode())
    for path in sorted(paths):
        mark.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return mark.hexdigest()[:16]


def marked(note: Path, mark: str) -> bool:
    """Return whether a note says that this was done already."""
    return note.exists() and note.read_text(encoding="ascii") == mark
