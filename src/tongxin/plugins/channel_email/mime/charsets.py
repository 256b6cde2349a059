"""Bytes to text, whatever their charset is said to be."""

import codecs
import re
from collections import Counter
from collections.abc import Callable

from tongxin.plugins.channel_email.mime.alphabets import GUESSES, Guess

# Names that senders use for more than these say (WHATWG's encoding standard), or that Python lacks.
SUPERSETS = {
    "ascii": "cp1252", "us-ascii": "cp1252", "iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252",
    "iso8859-1": "cp1252", "iso_8859-1": "cp1252", "ansi_x3.4-1968": "cp1252", "ansi": "cp1252",
    "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "windows-874": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "cp936": "gb18030", "ms936": "gb18030",
    "gb_2312-80": "gb18030", "euc-cn": "gb18030", "gb-2312": "gb18030", "x-gb18030": "gb18030",
    "big5": "big5hkscs", "big-5": "big5hkscs", "x-big5": "big5hkscs", "chinesebig5": "big5hkscs", "cp950": "big5hkscs",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext", "csiso2022jp": "iso2022_jp_ext", "iso-2022-jp-ms": "iso2022_jp_ext",
    "x-euc-jp": "euc_jp", "euc-kr": "cp949", "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "ksc5601": "cp949",
    "utf8": "utf-8", "utf8mb4": "utf-8", "utf-8mb4": "utf-8", "unicode-1-1-utf-8": "utf-8", "cp65001": "utf-8",
    "unicode-1-1-utf-7": "utf-7", "x-unicode-2-0-utf-7": "utf-7", "cp65000": "utf-7", "unicode": "utf-16",
    "iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8", "iso-8859-6-i": "iso-8859-6",
    "x-mac-roman": "mac_roman", "macintosh": "mac_roman", "x-mac-cyrillic": "mac_cyrillic",
}  # fmt: skip
SINGLE_BYTE = re.compile(r"(cp125\d|iso8859|mac_|koi8|cp874|cp866|cp437|cp850)")
WIDE = re.compile(rb"[\x80-\xff]{2,}")
ENOUGH_TO_GUESS = 4096
FEW = 4  # high bytes; fewer tell nothing about being in pairs
MOSTLY = 0.9


def codec(name: str) -> str:
    """Return Python's name of the charset to read this one with, or nothing if it is unknown."""
    plain = name.strip().strip("\"'").lower()
    try:
        found = codecs.lookup(SUPERSETS.get(plain, plain))
    except (LookupError, ValueError):
        return ""
    text_only = getattr(found, "_is_text_encoding", True)
    return found.name if text_only and found.name not in ("idna", "punycode", "undefined") else ""


def decoded(data: bytes, charset: str = "") -> str:
    """Return the text of these bytes; the charset said is believed as long as it can be true."""
    name = codec(charset)
    if not name or (SINGLE_BYTE.match(name) and not data.isascii() and _doubtful(data, name)):
        return _tidy(guessed(data))
    text = _strictly(data, name)
    if text is not None:
        return _tidy(text)
    if SINGLE_BYTE.match(name):
        return _tidy(data.decode(name, "replace"))
    return _tidy(_next_best(data, name))


def guessed(data: bytes, hint: str = "") -> str:
    """Return the text of bytes of which nothing is said; the hint is what is around them."""
    for name in (
        _escaped(data),
        "utf-8",
        codec(hint) if not SINGLE_BYTE.match(codec(hint)) else "",
    ):
        text = _strictly(data, name) if name else None
        if text is not None:
            return text
    if _nearly_utf8(data):
        return data.decode("utf-8", "replace")
    return data.decode(_likeliest(data[:ENOUGH_TO_GUESS]), "replace")


def _strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeError, ValueError, LookupError):
        return None


def _doubtful(data: bytes, name: str) -> bool:
    """Tell whether what is said to be letters of one byte is more likely something else."""
    if _strictly(data, "utf-8") is not None:
        return True
    if not name.startswith(("cp1252", "cp1254")):
        return False
    high = sum(map(len, WIDE.findall(data[:ENOUGH_TO_GUESS])))
    alone = len(data[:ENOUGH_TO_GUESS].translate(None, bytes(range(128)))) - high
    return high >= FEW and high > MOSTLY * (high + alone)


def _next_best(data: bytes, name: str) -> str:
    """Decode what its own charset does not fit: cut short and broken here and there, or another."""
    mended = data.decode(name, "replace")
    if mended.count("\ufffd") * 20 <= len(mended):
        return mended
    other = guessed(data)
    return other if other.count("\ufffd") < mended.count("\ufffd") else mended


def _escaped(data: bytes) -> str:
    if b"\x1b$)C" in data:
        return "iso2022_kr"
    return "iso2022_jp_ext" if b"\x1b$" in data or b"\x1b(J" in data else ""


def _nearly_utf8(data: bytes) -> bool:
    text = data[:ENOUGH_TO_GUESS].decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return broken * 10 <= sum(not c.isascii() for c in text) - broken


def _likeliest(data: bytes) -> str:
    return max(GUESSES, key=_by_score(data)).codec


def _by_score(data: bytes) -> Callable[[Guess], float]:
    def score(guess: Guess) -> float:
        text = data.decode(guess.codec, "replace")
        foreign = {letter: times for letter, times in Counter(text).items() if not letter.isascii()}
        weights = sum(guess.weight(letter) * times for letter, times in foreign.items())
        return weights / max(1, sum(foreign.values()))

    return score


def _tidy(text: str) -> str:
    return text.removeprefix("\ufeff")
