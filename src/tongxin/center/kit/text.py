"""Text as the house treats it: clipped for a list, cut into tokens for search."""

import re
import unicodedata

_HAN = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUNS = re.compile(f"[{_HAN}]+|[^\\W_{_HAN}]+")
_IS_HAN = re.compile(f"[{_HAN}]")
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
    for run in _RUNS.findall(fold(text)):
        found.update(dict.fromkeys(_of_han(run) if _IS_HAN.match(run) else _of_word(run)))
        if len(found) > MOST_TOKENS:
            break
    return list(found)


def query_tokens(text: str) -> list[list[str]]:
    """Return, for each word or run of characters asked for, the tokens that a text must all have."""
    return [_asked(run) for run in _RUNS.findall(fold(text))]


def _asked(run: str) -> list[str]:
    if not _IS_HAN.match(run):
        return _asked_word(run)
    return [run] if len(run) == 1 else _pairs(run)


def _of_han(run: str) -> list[str]:
    return [*run, *_pairs(run)]


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _of_word(word: str) -> list[str]:
    word = word[:LONGEST_TOKEN]
    return [word, *(f"~{word[i : i + 3]}" for i in range(len(word) - 2))]


def _asked_word(word: str) -> list[str]:
    word = word[:LONGEST_TOKEN]
    return [word] if len(word) < 3 else [f"~{word[i : i + 3]}" for i in range(len(word) - 2)]  # noqa: PLR2004


def whole_number(text: str) -> int | None:
    """Return the number whose digits somebody typed; none where it is none, or absurdly large."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def clean(text: str) -> str:
    """Return text without what a database cannot hold: NUL and halves of surrogate pairs."""
    if "\x00" in text:
        text = text.replace("\x00", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
