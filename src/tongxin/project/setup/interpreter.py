"""Which Python the house lives on: builds of one version differ by a third in speed."""

import os
import subprocess
import sys

# What distributions bring was optimized by profile; what pyenv builds was not, unless somebody asked for it.
OTHERS = ("/usr/bin/python3",)
_WORTH = 0.9  # less is noise
_RACE = """
import ctypes, lzma, sqlite3, ssl, sys, time, venv
class Row:
    def grown(self, by): return by + 1
def lap():
    began, row, kept = time.process_time(), Row(), {}
    for number in range(60000): kept[number % 100] = str(row.grown(number)) + "x"
    return time.process_time() - began
print(min(lap() for _ in range(5)) if sys.version_info >= (3, 11) else "too old")
"""


def quickest() -> str:
    """Return the Python that runs this, or one of the system's that does the same in much less time.

    Whoever names one (``PYTHON=...``) gets that.
    """
    ours = sys.executable
    seconds = None if os.environ.get("PYTHON") else seconds_of(ours)
    for other in OTHERS if seconds else ():
        others = seconds_of(other)
        if seconds and others and others < seconds * _WORTH:
            ours, seconds = other, others
    return ours


def seconds_of(python: str) -> float | None:
    """Return how long a Python takes for a lap; None where it is too old, lacks a part or is not there."""
    try:
        ran = subprocess.run([python, "-c", _RACE], capture_output=True, text=True, check=False)
        return float(ran.stdout)
    except (OSError, ValueError):
        return None
