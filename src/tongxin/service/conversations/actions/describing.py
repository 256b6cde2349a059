"""Write down what we know of conversations."""

from collections.abc import Sequence
from datetime import datetime

from tongxin.center.attributes.actions import write
from tongxin.center.attributes.values import Attributes, Thing
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId
from tongxin.center.kit.registry import action
from tongxin.center.timeline.actions import record
from tongxin.service.conversations.actions.locking import columns, held
from tongxin.service.conversations.events import ConversationDescribed
from tongxin.service.conversations.models import Conversation


@action("conversation.describe", needs="conversation.write")
def describe(
    *,
    actor: Actor,
    conversation_ids: Sequence[ConversationId],
    attributes: Attributes,
    now: datetime,
) -> int:
    """Set custom attributes of conversations, by key (null takes a value away); returns how many changed.

    Raises Refused: ``attribute.unknown``, ``attribute.value``.
    """
    conversations = {c.pk: c for c in held(actor, conversation_ids)}
    written = write(
        actor=actor, thing=Thing.CONVERSATION, model=Conversation, ids=list(conversations),
        given=attributes,
    )  # fmt: skip
    record(
        ConversationDescribed(
            **columns(actor, conversations[w.id], now),
            conversation_id=w.id,
            attributes=w.attributes,
        )
        for w in written
    )
    return len(written)
