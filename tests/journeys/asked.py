"""Run whatever a story asks inside the house's rooms, line by line, with Django loaded once.

Each line of the input is JSON: Python as text. Each line of the output is what it printed, or how it broke.
"""

import json
import sys
import traceback
from contextlib import redirect_stdout
from io import StringIO

import django

django.setup()

from django.db import connection  # noqa: E402 - the settings come first


def answer(code: str) -> dict[str, str]:
    said = StringIO()
    try:
        with redirect_stdout(said):
            exec(code, {"json": json})  # noqa: S102 - it is our own
    except Exception:  # noqa: BLE001 - the story tells it
        return {"broke": traceback.format_exc()}
    finally:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined]  # the server may be killed before the next line
    return {"said": said.getvalue()}


for line in sys.stdin:
    sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
    sys.stdout.flush()
