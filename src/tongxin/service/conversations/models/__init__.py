"""The tables of conversations."""

from tongxin.service.conversations.models.talks import (
    UNRESOLVED,
    Conversation,
    Draft,
    Message,
    MessageIndex,
    Numbering,
    Rating,
    Revision,
    Tag,
    Tagging,
    WrapUp,
)
from tongxin.service.conversations.models.words import StatusLabel, Topic, WrapUpForm

__all__ = [
    "UNRESOLVED",
    "Conversation",
    "Draft",
    "Message",
    "MessageIndex",
    "Numbering",
    "Rating",
    "Revision",
    "StatusLabel",
    "Tag",
    "Tagging",
    "Topic",
    "WrapUp",
    "WrapUpForm",
]
