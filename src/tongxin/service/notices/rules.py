"""Pure decisions about who is called."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import override

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


def told(about: str, name: str, number: int, language: str) -> str:
    """Return in a sentence why a member is to look at a conversation, and who wants it."""
    with override(language):
        return _told(about, name, number)


def named(name: str, language: str) -> str:
    """Return a person's name, or what one calls a stranger."""
    with override(language):
        return name or _("A visitor")


def _told(about: str, name: str, number: int) -> str:
    sentences = {
        "mention": _("%(name)s mentioned you in #%(number)s"),
        "review": _("%(name)s asks you to review a reply in #%(number)s"),
        "returned": _("%(name)s returned your reply in #%(number)s"),
        "asking": _("They wrote before your scheduled reply in #%(number)s"),
        "idle": _("You left #%(number)s without an answer: it is back in its queue"),
        "handed_over": _("%(name)s handed #%(number)s over to you"),
        "ringing": _("%(name)s calls you: #%(number)s"),
        "waits": _("%(name)s waits for your answer in #%(number)s"),
    }
    return sentences[about] % {"name": name or _("Somebody"), "number": number}
