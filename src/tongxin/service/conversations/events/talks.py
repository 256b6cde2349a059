"""What happens to conversations."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from tongxin.center.timeline.values import Fact


@dataclass(frozen=True, kw_only=True)
class ConversationFact(Fact):
    """Something that happened to a conversation."""

    conversation_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationOpened(ConversationFact):
    """A talk began; with ``came_from_id`` where it follows one that was over."""

    kind: ClassVar[str] = "conversation.opened"
    inbox_id: int
    channel: str
    came_from_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class MessageReceived(ConversationFact):
    """A person said something to us."""

    kind: ClassVar[str] = "message.received"
    message_id: int
    inbox_id: int


@dataclass(frozen=True, kw_only=True)
class MessageSent(ConversationFact):
    """We said something to a person; ``carried`` where our own wire brings it there."""

    kind: ClassVar[str] = "message.sent"
    message_id: int
    inbox_id: int
    carried: bool


@dataclass(frozen=True, kw_only=True)
class MessageFailed(ConversationFact):
    """What we said could not be brought to the person."""

    kind: ClassVar[str] = "message.failed"
    message_id: int
    error: str


@dataclass(frozen=True, kw_only=True)
class MessageEdited(ConversationFact):
    """Somebody says something else instead of what they said: one of us, or the person."""

    kind: ClassVar[str] = "message.edited"
    message_id: int


@dataclass(frozen=True, kw_only=True)
class MessageRecalled(ConversationFact):
    """Somebody took back what they said: one of us, or the person."""

    kind: ClassVar[str] = "message.recalled"
    message_id: int


@dataclass(frozen=True, kw_only=True)
class MessageMendFailed(ConversationFact):
    """What we said was changed, or taken back, but the person still has it as it was; ``error`` says why."""

    kind: ClassVar[str] = "message.mend_failed"
    message_id: int
    error: str


@dataclass(frozen=True, kw_only=True)
class MessageRead(ConversationFact):
    """The person has read what we said, up to this message."""

    kind: ClassVar[str] = "message.read"
    message_id: int


@dataclass(frozen=True, kw_only=True)
class NoteAdded(ConversationFact):
    """A member left a note for colleagues."""

    kind: ClassVar[str] = "note.added"
    message_id: int


@dataclass(frozen=True, kw_only=True)
class HumanRequested(ConversationFact):
    """The person wants to be served by a human."""

    kind: ClassVar[str] = "conversation.human_requested"
    message_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationAssigned(ConversationFact):
    """Somebody is responsible from now on, or nobody (null); ``reason`` may say why: it ``moved`` to
    another queue, its owner left it unanswered (``idle``) or was not there (``absent``), or it was
    ``handed_over``.
    """  # noqa: D205

    kind: ClassVar[str] = "conversation.assigned"
    member_id: int | None
    before: int | None
    automatic: bool
    queue_id: int = 0
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class ConversationMoved(ConversationFact):
    """It waits in another queue from now on."""

    kind: ClassVar[str] = "conversation.moved"
    queue_id: int
    queue_id_before: int


@dataclass(frozen=True, kw_only=True)
class ConversationHandedOver(ConversationFact):
    """Somebody passed it on to an ``agent`` (``member_id``), a ``queue`` or the ``assistant``, and said why.

    ``message_id`` is the note that tells what the next one needs to know; ``fence`` the number that who
    acts from now on has to know.
    """

    kind: ClassVar[str] = "conversation.handed_over"
    to: str
    member_id: int | None
    queue_id: int
    reason: str
    summary: str
    tried: tuple[str, ...]
    message_id: int
    fence: int


@dataclass(frozen=True, kw_only=True)
class ConversationSnoozed(ConversationFact):
    """Put aside until a time (RFC 3339), or until the person replies (null)."""

    kind: ClassVar[str] = "conversation.snoozed"
    until: str | None


@dataclass(frozen=True, kw_only=True)
class ConversationWoke(ConversationFact):
    """A snoozed conversation is back, because of the ``time`` or a ``reply``."""

    kind: ClassVar[str] = "conversation.woke"
    because: str


@dataclass(frozen=True, kw_only=True)
class ConversationResolved(ConversationFact):
    """Somebody considers the matter settled."""

    kind: ClassVar[str] = "conversation.resolved"


@dataclass(frozen=True, kw_only=True)
class ConversationReopened(ConversationFact):
    """It was not settled after all."""

    kind: ClassVar[str] = "conversation.reopened"


@dataclass(frozen=True, kw_only=True)
class ConversationStatusChanged(ConversationFact):
    """Somebody gave it another status: a category, and the workspace's own where one was chosen."""

    kind: ClassVar[str] = "conversation.status_changed"
    status: str
    status_id: int | None
    status_before: str
    status_id_before: int | None


@dataclass(frozen=True, kw_only=True)
class ConversationMerged(ConversationFact):
    """Another conversation (``merged_id``, with its number) was merged into this one, and leads to it."""

    kind: ClassVar[str] = "conversation.merged"
    merged_id: int
    number: int
    regrouping_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationUnmerged(ConversationFact):
    """A merge was undone: the other conversation is by itself again, with what was said there since."""

    kind: ClassVar[str] = "conversation.unmerged"
    merged_id: int
    number: int
    regrouping_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationSplit(ConversationFact):
    """Messages were split off into a conversation of their own (``part_id``, with its number)."""

    kind: ClassVar[str] = "conversation.split"
    part_id: int
    number: int
    regrouping_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationUnsplit(ConversationFact):
    """A split was undone: what was said in the part is back, and the part leads here."""

    kind: ClassVar[str] = "conversation.unsplit"
    part_id: int
    number: int
    regrouping_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationWrappedUp(ConversationFact):
    """Somebody said what it was about, and what came of it."""

    kind: ClassVar[str] = "conversation.wrapped_up"
    topic_id: int | None
    attributes: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ConversationTagged(ConversationFact):
    """Tags were put on or taken off."""

    kind: ClassVar[str] = "conversation.tagged"
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ConversationRated(ConversationFact):
    """The person said how it was: 1 to 5, and whether it is solved."""

    kind: ClassVar[str] = "conversation.rated"
    score: int
    solved: bool


@dataclass(frozen=True, kw_only=True)
class ConversationDescribed(ConversationFact):
    """What we know of a conversation changed: attributes by key, null where one was taken away."""

    kind: ClassVar[str] = "conversation.described"
    attributes: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ConversationEvent(ConversationFact):
    """Something happened in a conversation that is no message: ``event`` as its channel calls it (``ringing``,
    ``hung_up``), after which message, with what the channel says of it. ``waits``: whether the person waits
    for somebody from now on (null: that is as it was).
    """  # noqa: D205

    kind: ClassVar[str] = "conversation.event"
    inbox_id: int
    message_id: int
    event: str
    waits: bool | None
    details: Mapping[str, Any]
