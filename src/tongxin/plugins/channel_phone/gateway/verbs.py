"""TwiML, read: which verbs it holds. What we do not know is passed over, as Twilio does with attributes."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urljoin, urlsplit

LONGEST = 64 * 1024  # bytes of a document, as Twilio has it
_MOST, _LONGEST_TEXT = 100, 4000
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{2,4})?", re.ASCII)


class Unreadable(ValueError):
    """Not TwiML."""


@dataclass(frozen=True)
class Say:
    text: str
    language: str


@dataclass(frozen=True)
class Play:
    url: str


@dataclass(frozen=True)
class Pause:
    seconds: int


Spoken: TypeAlias = Say | Play | Pause


@dataclass(frozen=True)
class Gather:
    """Keys, while something is said and for a while after."""

    action: str
    most: int
    timeout: int
    finish: str
    tells_nothing: bool  # whether it is also told that nothing was pressed
    inside: tuple[Spoken, ...]


@dataclass(frozen=True)
class Record:
    """A message: until a key, so many seconds, so long a silence, or until its caller hangs up."""

    action: str
    longest: int
    silence: int
    finish: str
    beeps: bool


@dataclass(frozen=True)
class Dial:
    """Another telephone is rung and connected. ``follow``: who hears of ``events`` on it."""

    action: str
    timeout: int
    target: str
    records: bool
    recorded: str
    follow: str
    events: frozenset[str]


@dataclass(frozen=True)
class Redirect:
    url: str


@dataclass(frozen=True)
class Reject:
    pass


@dataclass(frozen=True)
class HangUp:
    pass


Verb: TypeAlias = Spoken | Gather | Record | Dial | Redirect | Reject | HangUp


def read(body: bytes, base: str) -> tuple[Verb, ...]:
    """Return the verbs of a document that came from ``base``. Raises Unreadable."""
    root = _root(body)
    if root.tag != "Response":
        raise Unreadable("not a Response")
    return tuple(verb for one in list(root)[:_MOST] for verb in _verb(one, base))


def _root(body: bytes) -> ET.Element:
    if len(body) > LONGEST:
        raise Unreadable("too long")
    try:
        text = body.decode("utf-8-sig")
        if "<!DOCTYPE" in text.upper():  # without one nothing can be declared, so nothing can grow
            raise Unreadable("with a DOCTYPE")
        return ET.fromstring(text)  # noqa: S314 - see above
    except (ET.ParseError, ValueError, RecursionError) as failure:
        raise Unreadable(str(failure)) from failure


def _verb(one: ET.Element, base: str) -> Iterator[Verb]:
    if one.tag in _SPOKEN:
        yield from _spoken(one, base)
    elif one.tag in _VERBS:
        yield _VERBS[one.tag](one, base)


def _spoken(one: ET.Element, base: str) -> Iterator[Spoken]:
    text = " ".join("".join(one.itertext()).split())
    if one.tag == "Pause":
        yield Pause(_number(one, "length", 1, 600))
    elif one.tag == "Say" and text:
        language = one.get("language", "")
        yield Say(text[:_LONGEST_TEXT], language if _LANGUAGE.fullmatch(language) else "en-US")
    elif one.tag == "Play" and (url := _url(text, base)):
        yield Play(url)


def _gather(one: ET.Element, base: str) -> Gather:
    inside = [spoken for each in list(one)[:_MOST] for spoken in _spoken(each, base)]
    return Gather(
        _action(one, base),
        _number(one, "numDigits", 32, 32) or 1,
        _number(one, "timeout", 5, 600),
        one.get("finishOnKey", "#"),
        one.get("actionOnEmptyResult", "").lower() == "true",
        tuple(inside),
    )


def _record(one: ET.Element, base: str) -> Record:
    return Record(
        _action(one, base),
        _number(one, "maxLength", 3600, 3600) or 1,
        _number(one, "timeout", 5, 600),
        one.get("finishOnKey", "1234567890*#"),
        one.get("playBeep", "true").lower() != "false",
    )


def _dial(one: ET.Element, base: str) -> Dial:
    """What whoever is rung hears first (``url``) is not spoken here: nobody is recorded who was not told so."""
    rung = next((child for child in one if child.tag in {"Number", "Sip"}), one)
    return Dial(
        _url(one.get("action", ""), base),
        _number(one, "timeout", 30, 600) or 1,
        (rung.text or "").strip()[:200],
        one.get("record", "").startswith("record-from") and not rung.get("url"),
        _url(one.get("recordingStatusCallback", ""), base),
        _url(rung.get("statusCallback", ""), base),
        frozenset(rung.get("statusCallbackEvent", "completed").split()),
    )


def _redirect(one: ET.Element, base: str) -> Redirect:
    return Redirect(_url((one.text or "").strip(), base) or base)


_SPOKEN = frozenset({"Say", "Play", "Pause"})
_VERBS: Mapping[str, Callable[[ET.Element, str], Verb]] = {
    "Gather": _gather, "Record": _record, "Dial": _dial, "Redirect": _redirect,
    "Reject": lambda _one, _base: Reject(), "Hangup": lambda _one, _base: HangUp(),
}  # fmt: skip


def _action(one: ET.Element, base: str) -> str:
    return _url(one.get("action", ""), base) or base


def _url(said: str, base: str) -> str:
    """Return a whole address; empty where it says none that we may ask."""
    if not said:
        return ""
    try:
        url = urljoin(base, said)
        return url if urlsplit(url).scheme in {"http", "https"} and urlsplit(url).hostname else ""
    except ValueError:
        return ""


def _number(one: ET.Element, name: str, usual: int, most: int) -> int:
    said = one.get(name, "")
    return min(int(said), most) if _NUMBER.fullmatch(said) else usual
