"""Pass conversations on, with a note of what the next one needs to know."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.center.timeline.actions import record
from tongxin.service.conversations.actions.locking import columns, held
from tongxin.service.conversations.actions.owning import (
    Handover,
    To,
    can_pass_on,
    check_fence,
    pass_on,
)
from tongxin.service.conversations.actions.saying import Place, Words, say
from tongxin.service.conversations.events import (
    ConversationAssigned,
    ConversationFact,
    ConversationHandedOver,
    ConversationMoved,
    NoteAdded,
)
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.values import Back, Kind


def hand_over(
    *, actor: Actor, conversation_ids: Sequence[int], to: To, said: Handover, fence: int | None = None,
    now: datetime,
) -> int:  # fmt: skip
    """Pass conversations on in one transaction; returns how many changed hands.

    The caller knows that there is such a member or queue. Raises Refused: ``conversation.moved_on``.
    """
    found = held(actor, conversation_ids)
    passing = [c for c in found if can_pass_on(c, to)]
    if not passing:
        return 0
    check_fence(actor, conversation_ids, found, fence)
    ways = {c: Place(c.inbox_id) for c in passing}
    notes = say(actor, Kind.NOTE, ways, Words(said.note), now)
    fences = pass_on(passing, to, now)
    facts: list[ConversationFact] = []
    for c in passing:
        where = columns(actor, c, now)
        passed_on = ConversationHandedOver(
            **where, conversation_id=c.pk, to=to.owner, member_id=to.member_id, queue_id=_queue(c, to),
            reason=said.reason, summary=said.summary, tried=said.tried, message_id=notes[c.pk],
            fence=fences[c.pk],
        )  # fmt: skip
        noted = NoteAdded(**where, conversation_id=c.pk, message_id=notes[c.pk])
        facts += [passed_on, noted, *_changes(actor, c, to, now)]
    record(facts)
    return len(passing)


def _queue(c: Conversation, to: To) -> int:
    return c.queue_id if to.queue_id is None else to.queue_id


def _changes(actor: Actor, c: Conversation, to: To, now: datetime) -> Iterator[ConversationFact]:
    """Say what a hand-over changed, to whoever hears only of that."""
    where, queue_id = columns(actor, c, now), _queue(c, to)
    if queue_id != c.queue_id:
        yield ConversationMoved(
            **where, conversation_id=c.pk, queue_id=queue_id, queue_id_before=c.queue_id
        )
    if to.member_id != c.assignee_id:
        yield ConversationAssigned(
            **where, conversation_id=c.pk, member_id=to.member_id, before=c.assignee_id,
            automatic=actor.kind != "member", queue_id=queue_id, reason=Back.HANDED,
        )  # fmt: skip
