"""Pure decisions about who is called."""

import re
from collections.abc import Mapping

from tongxin.center.kit.text import fold

_AT = re.compile(r"(?<![a-z0-9_.-])@")  # in me@post.example nobody is called
_WORD = re.compile(r"[a-z0-9_]")


def called(text: str, names: Mapping[int, str]) -> list[int]:
    """Return whom a text calls by ``@name``, each once, in the order of the text.

    Where several names fit at one place, the longest is meant: @周航航 is not 周航.
    """
    text = fold(text)
    by_length = sorted(
        ((fold(name), pk) for pk, name in names.items() if name.strip()),
        key=lambda item: (-len(item[0]), item[1]),
    )
    found: dict[int, None] = {}
    for at in _AT.finditer(text):
        for name, pk in by_length:
            if text.startswith(name, at.end()) and not _goes_on(text, at.end() + len(name), name):
                found[pk] = None
                break
    return list(found)


def _goes_on(text: str, end: int, name: str) -> bool:
    """Whether a name of Latin letters is only the beginning of a longer word there."""
    return bool(_WORD.match(name[-1]) and _WORD.match(text[end : end + 1]))
