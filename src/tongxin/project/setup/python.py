"""The virtual environment: made by uv where there is one, else by Python itself and pip."""

import os
import shutil
import sys
from pathlib import Path

from tongxin.project.setup.running import ROOT, mark_of, marked, run, works
from tongxin.project.speech import Stop, _, step

VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
_NOTE = VENV / "tongxin-installed"
# What tests need holds all that the house needs, at the same versions.
_LOCKS = {"tests": ROOT / "requirements-dev.lock", "house": ROOT / "requirements.lock"}
_LOCALES = ROOT / "src/tongxin/project/locale"


def install(*, tests: bool) -> None:
    """Install what the locks say, and Tongxin itself, unless that is done already."""
    _make_venv()
    kind = "tests" if tests else "house"
    if not _installed(kind) and not _installed("tests"):
        with step(_("Python packages installed")):
            _install(_LOCKS[kind])
            _NOTE.write_text(_mark(kind), encoding="ascii")
    run("compileall", PYTHON, "-m", "compileall", "-q", "src/tongxin")
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
            run("venv", uv, "venv", "--clear", "--python", sys.executable, VENV)
        elif works(sys.executable, "-c", "import ensurepip, venv"):
            run("venv", sys.executable, "-m", "venv", "--clear", VENV)
        else:
            sentence = _(
                "This Python has no venv: install python3-venv (as Debian calls it), or uv."
            )
            raise Stop(sentence)


def _uv() -> str | None:
    """Return uv, if there is one and it works."""
    found = shutil.which("uv")
    return found if found and works(found, "--version") else None


def _install(lock: Path) -> None:
    """A lock is complete: nothing is resolved, and Tongxin itself goes in the same step."""
    wanted = ["--no-deps", "-r", str(lock), "-e", "."]
    if uv := _uv():
        try:
            run("packages", uv, "pip", "install", "--python", PYTHON, "--compile-bytecode", *wanted)
        except Stop:
            pass  # pip knows settings and proxies that uv does not
        else:
            return
    if not works(PYTHON, "-m", "pip", "--version"):
        run("venv", sys.executable, "-m", "venv", "--clear", VENV)
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
    run("packages", PYTHON, "-m", "pip", "install", *quiet, *wanted)


def become(*command: str | Path) -> None:
    """Go on as a program of the virtual environment."""
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execv(command[0], [str(word) for word in command])  # noqa: S606
