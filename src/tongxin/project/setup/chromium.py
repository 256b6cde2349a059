"""A real Chromium for the browser tests, looked for and, if need be, installed."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

from tongxin.project.setup import debian
from tongxin.project.setup.python import PYTHON
from tongxin.project.setup.running import run, works
from tongxin.project.speech import Stop, _, step

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_OWN = "chromium-*/chrome-*/chrome"


def find_or_install() -> str | None:
    """Return the path of a Chromium that starts, or None where none can be got."""
    return found() or _from_playwright() or _from_debian()


def found() -> str | None:
    """Return the path of a Chromium that starts: by CHROMIUM, on the PATH, or Playwright's own."""
    named = (shutil.which(name) for name in (os.environ.get("CHROMIUM", ""), *_NAMES) if name)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ms-playwright"
    browsers = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or cache)
    candidates = [*filter(None, named), *map(str, sorted(browsers.glob(_OWN), reverse=True))]
    return next((path for path in candidates if works(path, "--version")), None)


def _from_playwright() -> str | None:
    impatient = {"PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT": "10000"}
    command = (PYTHON, "-m", "playwright", "install", "chromium")
    with suppress(Stop), step(_("Chromium of Playwright")):
        run("chromium", *command, environment=impatient)
    return found()


def _from_debian() -> str | None:
    debian.install(_("Chromium of Debian"), "chromium", "fonts-noto-cjk")
    return found()
