"""The virtual environment: made by uv where there is one, else by Python itself and pip."""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tongxin.project.setup.interpreter import quickest
from tongxin.project.setup.running import ROOT, mark_of, marked, run, works
from tongxin.project.speech import Stop, _, step

VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
_NOTE = VENV / "tongxin-installed"
# What tests need holds all that the house needs, at the same versions.
_LOCKS = {"tests": ROOT / "requirements-dev.lock", "house": ROOT / "requirements.lock"}
# As pip does: the certificates that this machine trusts (by its new and its old name).
_TRUSTING = {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"}
_QUIETLY = ("--disable-pip-version-check", "--no-input", "--progress-bar=off", "--no-compile")
_LOCALES = ROOT / "src/tongxin/project/locale"


def install(*, tests: bool) -> None:
    """Install what the locks say, and Tongxin itself, unless that is done already."""
    _make_venv()
    kind = "tests" if tests else "house"
    if not _installed(kind) and not _installed("tests"):
        with step(_("Python packages installed")):
            _install(_LOCKS[kind])
            _NOTE.write_text(_mark(kind), encoding="ascii")
    compile_catalogs()


def compile_catalogs() -> None:
    """Compile the texts that are newer than what was compiled of them."""
    texts = list(_LOCALES.glob("*/LC_MESSAGES/*.po"))
    if any(_stale(text) for text in texts):
        run("catalogs", PYTHON, "-m", "tongxin.project.catalogs", "compile")


def _stale(text: Path) -> bool:
    compiled = text.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < text.stat().st_mtime


def _installed(kind: str) -> bool:
    return marked(_NOTE, _mark(kind))


def _mark(kind: str) -> str:
    made_of = [_LOCKS[kind], ROOT / "pyproject.toml"]
    return f"{kind} {mark_of(made_of, str(PYTHON.resolve()))}"


def _make_venv() -> None:
    if works(PYTHON, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"):
        return
    with step(_("virtual environment made")):
        if uv := _uv():
            run("venv", uv, "venv", "--clear", "--python", quickest(), VENV)
        elif _pip_of_python():
            run("venv", quickest(), "-m", "venv", "--clear", "--without-pip", VENV)
        elif works(sys.executable, "-c", "import ensurepip"):
            run("venv", sys.executable, "-m", "venv", "--clear", VENV)
        else:
            raise Stop(_("This Python has no pip: install python3-pip or python3-venv, or uv."))


def _uv() -> str | None:
    """Return uv, if there is one and it works."""
    found = shutil.which("uv") or shutil.which("uv", path=VENV / "bin")
    return found if found and works(found, "--version") else None


def _pip_of_python() -> list[str]:
    """Return the pip beside the Python that runs this, if it is there and can serve another."""
    pip = [sys.executable, "-m", "pip", "--python", sys.executable]
    return pip[:-1] if works(*pip, "--version") else []


def _install(lock: Path) -> None:
    """A lock is complete: nothing is resolved, and Tongxin itself goes in the same step."""
    try:
        uv = _uv() or _uv_by_pip()
        wanted: list[str | Path] = ["--no-deps", "-r", lock, "-e", "."]
        run("packages", uv, "pip", "install", "-p", PYTHON, *wanted, environment=_TRUSTING)
    except Stop:  # pip knows settings and proxies that uv does not
        _install_by_pip(lock)


def _uv_by_pip() -> str:
    """Let pip bring uv along: it needs a third of the time for all the rest."""
    said = subprocess.run([*_pip(), "config", "list"], capture_output=True, text=True, check=False)
    if re.search(r"^[^=]*\.(index-url|no-index)=", said.stdout, re.MULTILINE):
        raise Stop(_("pip has an index of its own, which uv would not know."))
    run("uv", *_pip(), "install", *_QUIETLY, "uv")
    return os.fspath(VENV / "bin/uv")


def _pip() -> list[str | Path]:
    """Return a pip that installs into the virtual environment."""
    if beside := _pip_of_python():
        return [*beside, PYTHON]
    if not works(PYTHON, "-m", "pip", "--version"):
        run("venv", PYTHON, "-m", "ensurepip")
    return [PYTHON, "-m", "pip"]


def _install_by_pip(lock: Path) -> None:
    """Let two pips work side by side: each needs a processor more than the network."""
    pins = [line for line in lock.read_text(encoding="utf-8").splitlines() if "==" in line]
    command = [*_pip(), "install", *_QUIETLY, "--no-deps"]
    with ThreadPoolExecutor(2) as pool:
        halves = [
            pool.submit(run, f"packages-{number}", *command, *share)
            for number, share in enumerate((pins[::2], [*pins[1::2], "-e", "."]), start=1)
        ]
    for half in halves:
        half.result()


def become(*command: str | Path) -> None:
    """Go on as a program of the virtual environment."""
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execv(command[0], [str(word) for word in command])  # noqa: S606
