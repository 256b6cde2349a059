"""Facts about the ways by which a conversation's person is reached."""

from dataclasses import dataclass
from typing import ClassVar

from tongxin.service.conversations.events.talks import ConversationFact


@dataclass(frozen=True, kw_only=True)
class ConversationSwitched(ConversationFact):
    """Its person is answered at another of their addresses, by another inbox maybe."""

    kind: ClassVar[str] = "conversation.switched"
    inbox_id: int
    identity_id: int


@dataclass(frozen=True, kw_only=True)
class ConversationMailed(ConversationFact):
    """What its visitor had not read in the chat went to them by mail: so many messages."""

    kind: ClassVar[str] = "conversation.mailed"
    inbox_id: int
    identity_id: int
    messages: int


@dataclass(frozen=True, kw_only=True)
class ConversationCalled(ConversationFact):
    """A member is rung, and then its person, at one of their numbers; the message stands for the call."""

    kind: ClassVar[str] = "conversation.called"
    inbox_id: int
    identity_id: int
    message_id: int
    member_id: int
