"""``./setup.sh demo``: from a fresh checkout to a running house, each step with its time."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tongxin.project.serving import doors
from tongxin.project.setup import assets, chromium, debian, python
from tongxin.project.setup.running import ROOT
from tongxin.project.speech import Stop, _, done, sentences, tell

_CI = bool(os.environ.get("CI"))


def setup(*, tests: bool = False, then: Callable[[], None] | None = None) -> None:
    """Do the Python part and the node part side by side; stop with the first that fails.

    ``then`` is done while the node part still goes on, if it does.
    """
    failures: list[BaseException] = []
    beside = threading.Thread(target=_guarded, args=[failures, lambda: _node_part(tests=tests)])
    beside.start()
    _guarded(failures, lambda: python.install(tests=tests))
    if then and beside.is_alive() and not failures:
        then()
    beside.join()
    if failures:
        raise failures[0]


def _guarded(failures: list[BaseException], part: Callable[[], None]) -> None:
    try:
        part()
    except (Stop, OSError) as failure:
        failures.append(failure)


def _node_part(*, tests: bool) -> None:
    if tests:
        assets.install(tests=True)
    assets.build()


def demo(_words: list[str]) -> None:
    """Set up, then go on as ``tongxin demo``."""
    os.environ["TONGXIN_SINCE"] = str(time.time())
    doors()  # a taken port is said now, not after half a minute
    tongxin = python.VENV / "bin/tongxin"
    setup(then=lambda: _go_on(tongxin, "migrate", "--demo"))
    python.become(tongxin, "demo")


def _go_on(*command: str | Path) -> None:
    """Run a program that says by itself what it does and what is wrong."""
    ended = subprocess.run(command, cwd=ROOT, check=False)
    if ended.returncode:
        sys.exit(ended.returncode)


def test(words: list[str]) -> None:
    """Set up with all that tests need, then run them all."""
    setup(tests=True)
    browser = chromium.find_or_install()
    if browser:
        os.environ["CHROMIUM"] = browser
    if _CI and not all(map(shutil.which, _SERVERS)):
        debian.install(_("servers of Debian for mail and calls"), *_SERVERS.values())
    asked = words or ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]
    ended = subprocess.run([python.PYTHON, "-m", "pytest", *asked], cwd=ROOT, check=False)
    if browser is None:
        tell(_("Browser tests were SKIPPED: no Chromium on the PATH, and none could be installed."))
    sys.exit(ended.returncode or int(browser is None and _CI))


_SERVERS = {  # a program of each package
    "/usr/lib/dovecot/imap": "dovecot-imapd", "/usr/lib/dovecot/lmtp": "dovecot-lmtpd",
    "/usr/sbin/smtpd": "opensmtpd", "swaks": "swaks",
    "baresip": "baresip-core", "espeak-ng": "espeak-ng", "kamailio": "kamailio", "ip": "iproute2",
}  # fmt: skip


def check(_words: list[str]) -> None:
    """Set up, then look at everything that a machine can judge without running it."""
    setup(tests=True)
    unwell = []
    with ThreadPoolExecutor(2) as pool:  # told in their order, though two go on at a time
        for name, look in zip(_CHECKS, pool.map(_looked, _CHECKS.values()), strict=True):
            done(name, look.seconds)
            if look.words:
                tell(look.words)
            if look.failed:
                unwell.append(name)
    if unwell:
        raise Stop(_("{names}: see above what to mend.").format(names=", ".join(unwell)))


@dataclass(frozen=True)
class _Look:
    seconds: float
    failed: bool
    words: str


def _looked(command: str) -> _Look:
    began = time.monotonic()
    ended = subprocess.run(
        command.split(), cwd=ROOT, env=_with_venv(), check=False, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return _Look(time.monotonic() - began, bool(ended.returncode), ended.stdout.strip())


def fix(_words: list[str]) -> None:
    """Set up, then repair what can be repaired without thinking."""
    setup(tests=True)
    for command in _FIXES:
        subprocess.run(command.split(), cwd=ROOT, env=_with_venv(), check=False)


_TEMPLATES = "src/tongxin/faces"
_CHECKS = {
    "mypy": "mypy src tests",  # first, as it takes as long as all others
    "format": "ruff format --check --quiet",
    "ruff": "ruff check --quiet",
    "import contracts": "lint-imports",
    "templates": f"djlint --quiet --lint {_TEMPLATES}",
    "migrations": "python -m tongxin.project.setup.migrations",
    "catalogs": "python -m tongxin.project.catalogs check",
    "assets": "npm run check --silent",
}
_FIXES = (
    "ruff check --fix --quiet",
    "ruff format --quiet",
    "python -m tongxin.project.catalogs update",
    "npm run fix --silent",
)


def _with_venv() -> dict[str, str]:
    path = f"{python.VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    settings = {"DJANGO_SETTINGS_MODULE": "tongxin.project.settings"}
    return {**os.environ, "PATH": path, **settings}


_WORDS: dict[str, Callable[[list[str]], None]] = {
    "setup": lambda _words: setup(),
    "assets": lambda _words: assets.build(),
    "demo": demo,
    "test": test,
    "check": check,
    "fix": fix,
}


def main(words: list[str]) -> None:
    """Do the first word, with the others as its arguments."""
    os.environ.pop("PYTHONPATH", None)  # it was for this program alone
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # each start would take twice as long
    with sentences():
        word = words[0] if words else "setup"
        if word not in _WORDS:
            raise Stop(_("Say one of: {words}.").format(words=", ".join(_WORDS)))
        _WORDS[word](words[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
