"""A thread as one reads it: messages, and sentences about what happened between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from tongxin.center.timeline.queries import EventRow
from tongxin.faces.desk.words import sentence
from tongxin.faces.doors.failures import said
from tongxin.service.conversations.queries import LetterRow, MessageRow, Thread, mendable
from tongxin.service.conversations.values import Mend, State

_SAYS_IT_ALL = frozenset({"conversation.handed_over", "conversation.event"})


@dataclass(frozen=True)
class Entry:
    """Something in a thread: a message, or a sentence about what happened."""

    at: datetime
    message: MessageRow | None = None
    author: str = ""
    told: str = ""
    mark: str = ""
    editable: bool = False
    recallable: bool = False
    letter: LetterRow | None = None

    @property
    def mend_failure(self) -> Promise | None:
        """Why the person still has what it said before it was changed; None where they have not."""
        is_failed = self.message is not None and self.message.mend_state is Mend.FAILED
        return said(self.message.mend_error) if self.message and is_failed else None

    @property
    def failure(self) -> Promise | None:
        """Why it was not delivered, and what to do now; None where it was."""
        is_failed = self.message is not None and self.message.state is State.FAILED
        return said(self.message.error) if self.message and is_failed else None


def entries(thread: Thread, names: Mapping[str, str], mine: str, now: datetime) -> list[Entry]:
    """Return messages and facts in the order they happened; ``mine`` labels what one said oneself."""
    channels = {origin.id: origin.channel for origin in thread.origins}
    letters = {letter.message_id: letter for letter in thread.letters}
    said = []
    for m in thread.messages:
        channel = channels.get(m.origin_id or 0, thread.conversation.channel)
        editable, recallable = mendable(message=m, channel=channel, now=now)
        author, is_mine = names.get(m.author) or _writer(letters.get(m.id)), m.author == mine
        said.append(
            Entry(
                m.sent_at, message=m, letter=letters.get(m.id), author=author,
                editable=is_mine and editable, recallable=is_mine and recallable,
            )
        )  # fmt: skip
    since = said[0].at if said and thread.has_earlier else None
    told = [
        _told(event, names)
        for event in without_echoes(thread.facts)
        if since is None or event.happened_at >= since
    ]
    return sorted([*said, *told], key=lambda entry: (entry.at, entry.message is not None))


def _writer(letter: LetterRow | None) -> str:
    """Return who wrote a mail, as they call themselves."""
    return (letter.sender.name or letter.sender.value) if letter else ""


def without_echoes(facts: Sequence[EventRow]) -> list[EventRow]:
    """Leave out what a hand-over changed, or somebody chose at the telephone: it says so itself."""
    passed = {event.happened_at for event in facts if event.kind in _SAYS_IT_ALL}
    echoes = {"conversation.assigned", "conversation.moved"}
    return [e for e in facts if e.kind not in echoes or e.happened_at not in passed]


def _told(event: EventRow, names: Mapping[str, str]) -> Entry:
    told, mark = sentence(event, names)
    return Entry(event.happened_at, told=told, mark=mark)
