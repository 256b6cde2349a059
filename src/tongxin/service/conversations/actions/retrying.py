"""Send again what could not be delivered."""

from collections.abc import Sequence
from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import MessageId
from tongxin.center.kit.registry import action
from tongxin.service.channels.actions import again_by_message
from tongxin.service.conversations.actions.locking import held
from tongxin.service.conversations.models import Message
from tongxin.service.conversations.values import Kind


@action("message.retry", needs="conversation.write")
def retry(*, actor: Actor, message_ids: Sequence[MessageId], now: datetime) -> int:
    """Send once more what could not be delivered; returns how many messages are on their way again."""
    asked = Message.objects.filter(
        pk__in=message_ids, workspace_id=actor.workspace_id, kind=Kind.OUT
    )
    places = dict(asked.values_list("pk", "conversation_id"))
    ours = {c.pk for c in held(actor, sorted(set(places.values())))}
    return again_by_message(actor, [pk for pk, place in places.items() if place in ours], now)
