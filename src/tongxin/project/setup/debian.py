"""Packages of Debian, where we may install them."""

import os
import shutil
from contextlib import suppress

from tongxin.project.setup.running import run
from tongxin.project.speech import Stop, step


def install(name: str, *packages: str) -> None:
    """Install packages if we are root on such a machine; ``name`` is what the user is told. Never raises."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return
    command = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(packages)}"
    with suppress(Stop), step(name):
        run("apt-get", "sh", "-c", command, environment={"DEBIAN_FRONTEND": "noninteractive"})
