"""How far each side has read. The person's reading is a fact; the rest are signals."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Coalesce

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, MessageId
from tongxin.center.kit.registry import action
from tongxin.center.kit.signals import LIVE, tell
from tongxin.center.timeline.actions import record
from tongxin.service.conversations.actions.locking import columns, held, homes
from tongxin.service.conversations.events import MessageRead
from tongxin.service.conversations.models import Conversation, Message
from tongxin.service.conversations.values import Kind, State

Theirs = tuple[Conversation, Conversation]  # as the person knows it, and where it goes on


@action("conversation.see", needs="conversation.write", quiet=True)
def see(*, actor: Actor, conversation_ids: Sequence[ConversationId], now: datetime) -> int:
    """Note that a member has read all of these; their people see "read". Returns how many were new."""
    unseen = [c for c in held(actor, conversation_ids) if c.member_seen_id < c.last_message_id]
    for c in unseen:
        c.member_seen_id = c.last_message_id
    Conversation.objects.bulk_update(unseen, ["member_seen_id"])
    tell(
        LIVE, [{"t": "seen", "w": c.workspace_id, "c": c.pk, "m": c.member_seen_id} for c in unseen]
    )
    return len(unseen)


@action("message.got", needs="person.self", quiet=True)
def got(
    *, actor: Actor, conversation_ids: Sequence[ConversationId], upto: MessageId, now: datetime
) -> int:
    """Note that our messages up to this one have reached the person; returns how many were new."""
    theirs = [
        (c, place) for c, place in _of(actor, conversation_ids)
        if c.person_got_id < _reached(place, upto)
    ]  # fmt: skip
    changed = _pass(theirs, upto, [State.SENT], State.DELIVERED)
    for c, place in theirs:
        c.person_got_id = _reached(place, upto)
    Conversation.objects.bulk_update([c for c, _place in theirs], ["person_got_id"])
    signals = [
        {"t": "got", "w": c.workspace_id, "c": place.pk, "m": c.person_got_id}
        for c, place in changed
    ]
    tell(LIVE, signals)
    return len(changed)


@action("message.read", needs="person.self")
def read(
    *, actor: Actor, conversation_ids: Sequence[ConversationId], upto: MessageId, now: datetime
) -> int:
    """Note that the person has read our messages up to this one; returns how many were new."""
    theirs = [
        (c, place) for c, place in _of(actor, conversation_ids)
        if c.person_seen_id < _reached(place, upto)
    ]  # fmt: skip
    changed = _pass(theirs, upto, [State.SENT, State.DELIVERED], State.READ)
    for c, place in theirs:
        c.person_seen_id = _reached(place, upto)
    Conversation.objects.bulk_update([c for c, _place in theirs], ["person_seen_id"])
    record(
        MessageRead(
            **columns(actor, place, now), conversation_id=place.pk, message_id=c.person_seen_id
        )
        for c, place in changed
    )
    return len(changed)


def _of(actor: Actor, conversation_ids: Sequence[int]) -> list[Theirs]:
    return [both for both in homes(actor, conversation_ids) if both[0].person_id == actor.id]


def _reached(conversation: Conversation, upto: int) -> int:
    """A place beyond the last message is the last message: what comes later is not read yet."""
    return min(upto, conversation.last_message_id)


def _pass(
    theirs: Sequence[Theirs], upto: int, before: Sequence[State], state: State
) -> list[Theirs]:
    """Move what we said to them on to a later state; return the conversations where some moved."""
    own = [c.pk for c, _place in theirs]
    to_them = Q(conversation__in=own, origin=None) | Q(origin__in=own)
    ours = Message.objects.filter(to_them, pk__lte=upto, kind=Kind.OUT, state__in=before)
    moved = set(ours.values_list(Coalesce("origin_id", "conversation_id"), flat=True))
    ours.update(state=state)
    return [both for both in theirs if both[0].pk in moved]
