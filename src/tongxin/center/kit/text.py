"""Text as the house treats it: clipped for a list, cut into tokens for search."""

import re
import unicodedata
from operator import add

_HAN = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUNS = re.compile(f"([{_HAN}]+)|([^\\W_{_HAN}]+)")
_SPACE = re.compile(r"\s+")
LONGEST_TOKEN = 64
MOST_TOKENS = 5000
LONGEST_NUMBER = 18


def clip(text: str, length: int) -> str:
    """Return one line of at most ``length`` characters, with an ellipsis where it was cut."""
    line = _SPACE.sub(" ", text).strip()
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def fold(text: str) -> str:
    """Return text as search compares it: full-width forms and case folded."""
    return unicodedata.normalize("NFKC", text).lower()


def tokens(text: str) -> list[str]:
    """Cut a text for the index: every Chinese character and pair, every word and its trigrams.

    The trigrams of words (behind ``~``) make parts of English words findable.
    """
    found: dict[str, None] = {}
    for han, word in _RUNS.findall(fold(text)):
        found.update(dict.fromkeys(han or _of_word(word[:LONGEST_TOKEN])))
        found.update(dict.fromkeys(map(add, han, han[1:])))
        if len(found) > MOST_TOKENS:
            break
    return list(found)


def query_tokens(text: str) -> list[list[str]]:
    """Return, for each word or run of characters asked for, the tokens that a text must all have."""
    return [_asked(han, word[:LONGEST_TOKEN]) for han, word in _RUNS.findall(fold(text))]


def _asked(han: str, word: str) -> list[str]:
    if han:
        return [han] if len(han) == 1 else [*map(add, han, han[1:])]
    return [word] if len(word) < 3 else _trigrams(word)  # noqa: PLR2004


def _of_word(word: str) -> list[str]:
    return [word, *_trigrams(word)]


def _trigrams(word: str) -> list[str]:
    return ["~" + word[i : i + 3] for i in range(len(word) - 2)]


def whole_number(text: str) -> int | None:
    """Return the number whose digits somebody typed; none where it is none, or absurdly large."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def typed(text: str) -> str:
    """Return what somebody typed: clean, and each line ended in the one way that all services read."""
    return clean(text).replace("\r\n", "\n").replace("\r", "\n")


def clean(text: str) -> str:
    """Return text without what a database cannot hold: NUL and halves of surrogate pairs."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
