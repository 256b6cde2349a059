"""Pure decisions about ready words."""

import re
from collections.abc import Mapping, Sequence

from tongxin.center.kit.text import fold
from tongxin.service.conversations.values import Status
from tongxin.service.replies.values import Do, Step

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_KANA = re.compile("[\u3040-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
_LATIN = re.compile("[A-Za-z]")
LONGEST_SNOOZE = 24 * 366  # hours
SHORTCUT = re.compile(r"[\w.-]{1,40}")


def spoken(texts: Sequence[str]) -> str:
    """Return the language that somebody seems to write in, by their script; empty where unclear."""
    text = " ".join(texts)
    for language, script in (("ja", _KANA), ("ko", _HANGUL), ("zh-hans", _HAN), ("en", _LATIN)):
        if script.search(text):
            return language
    return ""


def variant(bodies: Mapping[str, str], *languages: str) -> tuple[str, str]:
    """Return the body in the first of these languages that there is, else in any: (language, text)."""
    for wanted in languages:
        if wanted in bodies:
            return wanted, bodies[wanted]
        kin = sorted(
            name for name in bodies if wanted and name.split("-")[0] == wanted.split("-")[0]
        )
        if kin:
            return kin[0], bodies[kin[0]]
    first = min(bodies, default="")
    return first, bodies.get(first, "")


def rank(asked: str, shortcut: str, name: str) -> int | None:
    """Return how well ready words fit what was typed, 0 the best; None where they do not."""
    asked, shortcut, name = fold(asked), fold(shortcut), fold(name)
    if shortcut == asked:
        return 0
    if shortcut.startswith(asked):
        return 1
    return 2 if asked in name or asked in shortcut else None


def ordered(steps: Sequence[Step]) -> list[Step]:
    """Return steps in the order in which they are taken. Raises ValueError where they make no sense."""
    kinds = [step.do for step in steps]
    ends = [kind for kind in kinds if kind in {Do.SNOOZE, Do.RESOLVE, Do.STATUS}]
    if not 0 < len(kinds) == len(set(kinds)) or len(ends) > 1 or not all(map(_is_whole, steps)):
        raise ValueError(steps)
    return sorted(steps, key=lambda step: list(Do).index(step.do))


def _is_whole(step: Step) -> bool:
    """Whether a step has what it needs."""
    if step.do is Do.REPLY:
        return step.canned_id is not None
    if step.do in {Do.TAG, Do.UNTAG}:
        return bool(step.tags)
    if step.do is Do.MOVE:
        return step.queue_id is not None
    if step.do is Do.STATUS:
        return (step.status is None) != (step.status_id is None) and step.status is not Status.NEW
    return step.hours is None or 0 < step.hours <= LONGEST_SNOOZE
