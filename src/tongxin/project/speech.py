"""What the command line says: one sentence at a time, in the user's language.

Nothing here needs Django or anything installed: the set-up speaks before there is either.
"""

import errno
import gettext
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FULL = {errno.ENOSPC, errno.EDQUOT}
_SPOKEN = 3
_DATABASES = ("psycopg", "django.db")  # whose errors come from the database
_WIDE = 0x2E7F  # from here on letters are two columns wide


class Stop(Exception):
    """Something is wrong that the user can mend: one sentence that says what and how."""


def _language() -> str:
    asked = (os.environ.get(name) for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh_Hans" if next(filter(None, asked), "").startswith("zh") else "en"


_ = gettext.translation(
    "django", Path(__file__).parent / "locale", languages=[_language()], fallback=True
).gettext


def full(place: Path | str) -> Stop:
    """Return the sentence for a disk without room."""
    sentence = _("The disk that holds {place} is full: make room and try again.")
    return Stop(sentence.format(place=place))


@contextmanager
def sentences() -> Iterator[None]:
    """Let nothing that the user can mend end in a traceback."""
    try:
        yield
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # whoever read us went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception as error:
        if not (sentence := _sentence_for(error)):
            raise
        _end(sentence)


def _sentence_for(error: Exception) -> str:
    """Return what to say of an error, or nothing where only a programmer can mend it."""
    if isinstance(error, Stop):
        return str(error)
    if isinstance(error, OSError):
        return _sentence_for_file(error)
    if type(error).__module__.startswith(_DATABASES):
        reason = str(error).strip().partition("\n")[0]
        sentence = _("The database refuses ({reason}): `tongxin doctor` says more.")
        return sentence.format(reason=reason)
    return ""


def _sentence_for_file(error: OSError) -> str:
    if error.errno in _FULL:
        return str(full(error.filename or Path.cwd()))
    if isinstance(error, PermissionError) and error.filename:
        sentence = _("{place} may not be read or written by this user.")
        return sentence.format(place=error.filename)
    return ""


def _end(sentence: str) -> None:
    sys.stdout.flush()
    print("tongxin:", " ".join(sentence.split()), file=sys.stderr)
    sys.exit(_SPOKEN)


def tell(line: str = "") -> None:
    print(line, flush=True)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say a step of a longer work, with its time, once it is done."""
    began = time.monotonic()
    yield
    done(name, time.monotonic() - began)


def done(name: str, seconds: float) -> None:
    width = 44 - sum(ord(letter) > _WIDE for letter in name)
    tell(f"  {name:<{width}} {seconds:6.1f} s")
