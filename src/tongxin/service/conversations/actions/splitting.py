"""Two matters in one conversation: some of its messages go on in a conversation of their own."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, MessageId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.timeline.actions import record
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.conversations.actions.locking import columns, held_one
from tongxin.service.conversations.actions.moving import move_some, said_since, standing, write
from tongxin.service.conversations.actions.opening import Beginning, begin
from tongxin.service.conversations.events import (
    ConversationAssigned,
    ConversationFact,
    ConversationOpened,
    ConversationSplit,
)
from tongxin.service.conversations.models import Conversation, Message, Regrouping
from tongxin.service.conversations.rules import Said, Standing, changes, part, without
from tongxin.service.conversations.values import Kind, Regroup


@action("conversation.split", needs="conversation.write")
def split(
    *, actor: Actor, conversation_id: ConversationId, message_ids: Sequence[MessageId], now: datetime
) -> ConversationId:  # fmt: skip
    """Let messages (and notes) go on in a conversation of their own; returns it. Both are linked.

    Its owner is the same. Whatever the person writes next belongs to the one they were in, as long as
    that is open. It can be undone.

    Raises Refused: ``conversation.missing``, ``message.missing`` where one does not stand there,
    ``split.empty``, ``split.all`` where none would stay.
    """
    whole = held_one(actor, conversation_id)
    picked = _picked(whole, message_ids)
    said = [one for one, _origin in said_since(whole.pk)]
    before = standing(whole)
    kept = _kept(before, said, {m.pk for m in picked})
    own = _begun(whole, picked, now)
    mine = [one for one in said if one.message_id in {m.pk for m in picked}]
    fresh = part(before, mine, picked[-1].pk, picked[-1].sent_at)
    move_some(whole.pk, own.pk, [m.pk for m in picked])
    write([(whole, kept), (own, fresh)])
    done = Regrouping.objects.create(
        workspace_id=whole.workspace_id, kind=Regroup.SPLIT, source=own, target=whole,
        changed={"source": changes(standing(own), fresh), "target": changes(before, kept)},
        moved={"conversations_message": [m.pk for m in picked]},
        upto=picked[-1].pk, doer=actor.label, done_at=now,
    )  # fmt: skip
    record(_told(actor, whole, own, fresh, done.pk, now))
    return own.pk


def _picked(whole: Conversation, message_ids: Sequence[int]) -> list[Message]:
    there = Message.objects.filter(conversation=whole)
    picked = list(there.filter(pk__in=message_ids).select_related("origin").order_by("pk"))
    if not message_ids:
        raise Refused("split.empty", _("Choose the messages that go."))
    if len(picked) < len(set(message_ids)):
        raise Refused("message.missing", _("There is no such message."), Reason.MISSING)
    if not there.exclude(pk__in=message_ids).exists():
        raise Refused("split.all", _("At least one message stays."), Reason.CONFLICT)
    return picked


def _kept(before: Standing, said: Sequence[Said], gone: set[int]) -> Standing:
    """Return how the conversation stands without what goes."""
    staying = [one for one in said if one.message_id not in gone]
    answered = max((one.message_id for one in said if one.kind == Kind.OUT), default=0)
    unanswered = [one for one in said if one.kind == Kind.IN and one.message_id > answered]
    left = [one for one in unanswered if one.message_id not in gone]
    return without(
        before,
        staying[-1] if staying else None,
        len(unanswered) - len(left),
        left[0].at if left else None,
    )


def _begun(whole: Conversation, picked: Sequence[Message], now: datetime) -> Conversation:
    """Begin the part, at the endpoint where the person last said something that goes."""
    heard = [m for m in picked if m.kind == Kind.IN] or picked
    at = heard[-1].origin or whole
    first = next((m.text for m in heard if m.text), "")
    [pk] = begin(
        [
            Beginning(
                whole.workspace_id, at.inbox_id, at.endpoint_id, at.person_id, first,
                picked[0].sent_at, whole.pk, is_side=True, is_part=True,
            )
        ]
    )  # fmt: skip
    return Conversation.objects.get(pk=pk)


def _told(
    actor: Actor, whole: Conversation, own: Conversation, fresh: Standing, regrouping_id: int,
    now: datetime,
) -> list[ConversationFact]:  # fmt: skip
    channel = inboxes_by_id(inbox_ids=[own.inbox_id])[own.inbox_id].channel
    begun = columns(actor, own, now)
    told: list[ConversationFact] = [
        ConversationOpened(
            **begun, conversation_id=own.pk, inbox_id=own.inbox_id, channel=channel,
            came_from_id=whole.pk,
        ),
        ConversationSplit(
            **columns(actor, whole, now), conversation_id=whole.pk, part_id=own.pk,
            number=own.number, regrouping_id=regrouping_id,
        ),
    ]  # fmt: skip
    if fresh.assignee_id is not None:
        told.insert(1, ConversationAssigned(
            **begun, conversation_id=own.pk, member_id=fresh.assignee_id, before=None, automatic=True,
        ))  # fmt: skip
    return told
