"""The tables of conversations."""

from tongxin.service.conversations.models.ends import Rating, WrapUp
from tongxin.service.conversations.models.letters import Copying, Letter
from tongxin.service.conversations.models.messages import Carried, Message, MessageIndex, Revision
from tongxin.service.conversations.models.regrouping import Regrouping
from tongxin.service.conversations.models.talks import (
    OPEN_THERE,
    UNRESOLVED,
    Conversation,
    Draft,
    Numbering,
    Tag,
    Tagging,
)
from tongxin.service.conversations.models.words import QueueEnding, StatusLabel, Topic, WrapUpForm

__all__ = [
    "OPEN_THERE",
    "UNRESOLVED",
    "Carried",
    "Conversation",
    "Copying",
    "Draft",
    "Letter",
    "Message",
    "MessageIndex",
    "Numbering",
    "QueueEnding",
    "Rating",
    "Regrouping",
    "Revision",
    "StatusLabel",
    "Tag",
    "Tagging",
    "Topic",
    "WrapUp",
    "WrapUpForm",
]
