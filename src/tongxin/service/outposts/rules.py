"""Pure decisions about what colleagues are told elsewhere, and what they answer."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from tongxin.service.outposts.ports import Said

_ANSWER = re.compile(
    r"\s*(?:[/!](?:reply|回复)(?:\s+|$)|(?:reply|回复)\s*[:：])\s*(.*)", re.DOTALL | re.IGNORECASE
)


def read(text: str) -> tuple[bool, str]:
    """Return whether a text is for the person, and its words; all else is a note for colleagues.

    ``/reply`` and ``!reply`` need a space after them, ``reply:`` its colon: "reply to her today" is a note.
    """
    found = _ANSWER.fullmatch(text)
    return (True, found[1].strip()) if found else (False, text.strip())


def meant(said: Said, by_thread: Mapping[str, int], by_number: Mapping[int, int]) -> int | None:
    """Return the one conversation that an answer means among those we told of; None for none, and for two.

    A number that we never told is no slip to be overlooked; a thread may be of something else that was quoted.
    """
    found: set[int | None] = {by_number.get(number) for number in said.numbers}
    if said.thread in by_thread:
        found.add(by_thread[said.thread])
    return found.pop() if len(found) == 1 else None


def greeting(language: str) -> str:
    """Return what is said in a room to try it out."""
    with override(language):
        return _("Tongxin is connected: what waits is told here.")


def where_called(room: str, language: str) -> str:
    """Return in a sentence which room it was in that we were called before one was set."""
    with override(language):
        return _("It was called in the room %(room)s: enter this as its ID.") % {"room": room}


def opening(language: str) -> str:
    """Return what a button says that leads to a conversation."""
    with override(language):
        return _("Open the conversation")


def waits(name: str, number: int, minutes: int, language: str) -> str:
    """Return in a sentence who waits, and how long nobody has had them."""
    with override(language):
        said = ngettext(
            "%(name)s has waited for %(count)s minute, and nobody has them: #%(number)s",
            "%(name)s has waited for %(count)s minutes, and nobody has them: #%(number)s",
            minutes,
        )
        return said % {"name": name or _("A visitor"), "count": minutes, "number": number}
