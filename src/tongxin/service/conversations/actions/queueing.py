"""Queues: hand out what waits in them, put it back, move it to another. Which they are is not known here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.sql import rows
from tongxin.center.timeline.actions import record
from tongxin.service.conversations.actions.locking import columns, held
from tongxin.service.conversations.events import ConversationAssigned, ConversationMoved
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.values import Back, Status

_HAND_OUT = """
UPDATE conversations_conversation c SET assignee_id = given.member_id, assigned_at = %s
FROM unnest(%s::bigint[], %s::bigint[]) AS given (id, member_id) WHERE c.id = given.id
"""
_GIVE_BACK = """
UPDATE conversations_conversation SET
    returned_by = CASE WHEN %s THEN assignee_id ELSE returned_by END, assignee_id = NULL, assigned_at = NULL
WHERE id = ANY(%s::bigint[])
"""
_MOVE = """
UPDATE conversations_conversation SET queue_id = %(queue)s, returned_by = 0,
    assignee_id = CASE WHEN id = ANY(%(freed)s::bigint[]) THEN NULL ELSE assignee_id END,
    assigned_at = CASE WHEN id = ANY(%(freed)s::bigint[]) THEN NULL ELSE assigned_at END
WHERE id = ANY(%(ids)s::bigint[])
"""


@dataclass(frozen=True)
class Gift:
    """A conversation that waits in a queue, and who is to have it."""

    conversation_id: int
    queue_id: int
    member_id: int


def hand_out(*, actor: Actor, gifts: Sequence[Gift], now: datetime) -> int:
    """Make members responsible for what waits; returns how many.

    What somebody took, answered, put aside or moved meanwhile is left alone.
    """
    takers = {gift.conversation_id: gift for gift in gifts}
    waiting = [
        c
        for c in held(actor, list(takers))
        if c.assignee_id is None and c.waiting_since is not None and not (c.is_snoozed or c.with_assistant)
        and c.queue_id == takers[c.pk].queue_id
    ]  # fmt: skip
    given = [takers[c.pk].member_id for c in waiting]
    rows(_HAND_OUT, [now, [c.pk for c in waiting], given])
    record(
        ConversationAssigned(
            **columns(actor, c, now), conversation_id=c.pk, member_id=member_id, before=None,
            automatic=True, queue_id=c.queue_id,
        )
        for c, member_id in zip(waiting, given, strict=True)
    )  # fmt: skip
    return len(waiting)


def give_back(
    *, actor: Actor, conversation_ids: Sequence[int], why: Back, now: datetime,
    still: Callable[[Conversation], bool],
) -> int:  # fmt: skip
    """Put conversations back into their queues where it is ``still`` so, once they are held; how many."""
    theirs = [c for c in held(actor, conversation_ids) if c.assignee_id is not None and still(c)]
    rows(_GIVE_BACK, [why is Back.IDLE, [c.pk for c in theirs]])
    record(_back(actor, c, why, now) for c in theirs)
    return len(theirs)


def move(
    *, actor: Actor, conversation_ids: Sequence[int], queue_id: int, now: datetime,
    keeps_owner: bool = False,
) -> int:  # fmt: skip
    """Let conversations wait in another queue, out of their owners' hands; returns how many moved.

    Who settled what is over stays its owner. The caller knows that there is such a queue.
    """
    moving = [c for c in held(actor, conversation_ids) if c.queue_id != queue_id]
    freed = [
        c
        for c in moving
        if c.assignee_id is not None and c.status != Status.RESOLVED and not keeps_owner
    ]
    values = {"queue": queue_id, "ids": [c.pk for c in moving], "freed": [c.pk for c in freed]}
    rows(_MOVE, values)
    moved = [
        ConversationMoved(
            **columns(actor, c, now), conversation_id=c.pk, queue_id=queue_id,
            queue_id_before=c.queue_id,
        )
        for c in moving
    ]  # fmt: skip
    for c in freed:
        c.queue_id = queue_id
    record([*moved, *(_back(actor, c, Back.MOVED, now) for c in freed)])
    return len(moving)


def _back(actor: Actor, c: Conversation, why: Back, now: datetime) -> ConversationAssigned:
    return ConversationAssigned(
        **columns(actor, c, now), conversation_id=c.pk, member_id=None, before=c.assignee_id,
        automatic=actor.kind != "member", queue_id=c.queue_id, reason=why,
    )  # fmt: skip
