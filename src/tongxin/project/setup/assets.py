"""The browser's part: Vite builds it from ``assets/`` into ``project/dist``; needs node."""

import json
import re
import shutil
import subprocess
from pathlib import Path

from tongxin.project.setup.running import ROOT, mark_of, marked, run
from tongxin.project.speech import Stop, _, step

_MODULES = ROOT / "node_modules"
_DIST = ROOT / "src/tongxin/project/dist"
_INSTALLED = _MODULES / ".tongxin-installed"
_BUILT = ROOT / "build/assets-built"
_RECIPE = ("package.json", "package-lock.json", "vite.config.ts", "tsconfig.json")


def build() -> None:
    """Build the assets, unless nothing they are made of has changed."""
    mark = mark_of(_sources())
    if _complete() and marked(_BUILT, mark):
        return
    install(tests=False)
    with step(_("assets built")):
        run("assets", _npm(), "run", "build", "--silent")
    if not _complete():
        raise Stop(_("Vite has built no assets; what it said is in build/assets.log."))
    _BUILT.write_text(mark, encoding="ascii")


def install(*, tests: bool) -> None:
    """Install node's packages: those that build, or with ``tests`` those that check as well."""
    check_node()
    mark = mark_of([ROOT / "package-lock.json"])
    if marked(_INSTALLED, f"tests {mark}") or (not tests and marked(_INSTALLED, f"build {mark}")):
        return
    with step(_("node packages installed")):
        quiet = ["--no-audit", "--no-fund", "--no-progress", "--loglevel=error"]
        run("npm", _npm(), "ci", *quiet, *([] if tests else ["--omit=dev"]))
    _INSTALLED.write_text(f"{'tests' if tests else 'build'} {mark}", encoding="ascii")


def check_node() -> None:
    """Refuse a machine without node, or with one that is too old for Vite."""
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["engines"]["node"]
    oldest = _numbers(wanted)
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        sentence = _(
            "Building the assets needs node {oldest} or newer with npm, and there is none."
        )
        raise Stop(sentence.format(oldest=wanted.lstrip(">=")))
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    if _numbers(said) < oldest:
        sentence = _("Building the assets needs node {oldest} or newer; this is {found}.")
        raise Stop(sentence.format(oldest=wanted.lstrip(">="), found=said.strip() or node))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))


def _npm() -> str:
    return shutil.which("npm") or "npm"


def _sources() -> list[Path]:
    files = [path for path in (ROOT / "assets").rglob("*") if path.is_file()]
    return files + [ROOT / name for name in _RECIPE if (ROOT / name).exists()]


def _complete() -> bool:
    return any(_DIST.glob("**/manifest.json"))
