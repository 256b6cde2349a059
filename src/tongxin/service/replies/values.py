from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from tongxin.center.kit.ids import CannedId, MemberId, QueueId, StatusId
from tongxin.center.kit.placeholders import Value
from tongxin.service.conversations.values import Status

# Words (h) that rest in one of some states, within an actor's reach: ``own`` is where they were to be said, ``c``
# where that goes on. To be completed as ``conversations.values.reached`` is.
WITHIN = """FROM replies_held h
JOIN conversations_conversation own ON own.id = h.conversation_id
JOIN conversations_conversation c ON c.id = COALESCE(own.merged_into_id, own.id)
WHERE h.workspace_id = %(workspace)s AND h.state = ANY(%(states)s::text[]) AND {reached}"""
SHARE = "reply.share"  # the permission to write words that everybody has
APPROVE = "reply.approve"  # the permission to send what colleagues offer for review


@dataclass(frozen=True)
class Setting:
    """What a text is filled in with for one conversation, and in which language it is best said."""

    values: Mapping[str, Value]
    language: str
    house_language: str


class Do(StrEnum):
    """What one step of a macro does. Steps are taken in this order, however they were given."""

    REPLY = "reply"
    TAG = "tag"
    UNTAG = "untag"
    MOVE = "move"
    ASSIGN = "assign"
    STATUS = "status"
    SNOOZE = "snooze"
    RESOLVE = "resolve"


@dataclass(frozen=True)
class Step:
    """One step of a macro, with what it needs: a canned reply, tags, a member (null: whoever runs it),
    a status (or one of the workspace's own), a queue to move to, or the hours to snooze for (null: until
    the person replies).
    """  # noqa: D205

    do: Do
    canned_id: CannedId | None = None
    tags: tuple[str, ...] = ()
    member_id: MemberId | None = None
    hours: int | None = None
    status: Status | None = None
    status_id: StatusId | None = None
    queue_id: QueueId | None = None


class Rest(StrEnum):
    """What became of words that rest until their time. What was sent rests no more: it is a message."""

    WAITING = "waiting"
    ASKING = "asking"
    FAILED = "failed"
    REVIEW = "review"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class OnReply(StrEnum):
    """What happens to scheduled words when the person writes before their time."""

    ASK = "ask"
    CANCEL = "cancel"
    SEND = "send"
