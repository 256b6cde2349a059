"""Say what a conversation was about when it is settled."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.attributes.actions import write
from tongxin.center.attributes.values import Attributes, Thing
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, TopicId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.sql import rows
from tongxin.center.kit.text import clean
from tongxin.center.timeline.actions import record
from tongxin.service.conversations.actions.locking import columns, held
from tongxin.service.conversations.actions.topics import missing
from tongxin.service.conversations.events import ConversationWrappedUp
from tongxin.service.conversations.models import Conversation, Topic, WrapUp
from tongxin.service.conversations.values import ENDING

_LONGEST = 2000
_LACKING = f"""
SELECT c.id FROM conversations_conversation c
LEFT JOIN conversations_wrapupform f ON f.inbox_id = c.inbox_id {ENDING}
LEFT JOIN conversations_wrapup w ON w.conversation_id = c.id
WHERE c.id = ANY(%s::bigint[]) AND w.conversation_id IS NULL
  AND CASE WHEN e.asks IS NULL THEN f.asks = 'must' AND f.is_strict ELSE e.asks = 'must' AND e.is_strict END
"""  # noqa: S608 - our own words


@action("conversation.wrap_up", needs="conversation.write")
def wrap_up(
    *, actor: Actor, conversation_ids: Sequence[ConversationId], topic_id: TopicId,
    attributes: Attributes | None = None, text: str = "", now: datetime,
) -> int:  # fmt: skip
    """Say what conversations were about: a topic, attributes by key, some words; how many it changed.

    It does not settle them. Raises Refused: ``topic.missing`` (also where it is no longer offered),
    ``attribute.unknown``, ``attribute.value``, ``wrap_up.text`` (at most 2,000 characters).
    """
    here = Topic.objects.filter(workspace_id=actor.workspace_id, is_enabled=True, pk=topic_id)
    if not here.exists():
        raise missing()
    if len(text) > _LONGEST:
        raise Refused("wrap_up.text", _("At most 2,000 characters."))
    conversations = {c.pk: c for c in held(actor, conversation_ids)}
    written = write(
        actor=actor, thing=Thing.CONVERSATION, model=Conversation, ids=list(conversations),
        given=attributes or {},
    )  # fmt: skip
    fresh, text = {w.id: w.attributes for w in written}, clean(text).strip()
    before = dict(WrapUp.objects.filter(pk__in=conversations).values_list("pk", "text"))
    changing = [
        c for pk, c in conversations.items()
        if pk in fresh or c.topic_id != topic_id or before.get(pk) != text
    ]  # fmt: skip
    _write(actor, changing, topic_id, text, now)
    record(
        ConversationWrappedUp(
            **columns(actor, c, now), conversation_id=c.pk, topic_id=topic_id,
            attributes=fresh.get(c.pk, {}),
        )
        for c in changing
    )  # fmt: skip
    return len(changing)


def lacking(conversations: Sequence[Conversation]) -> set[int]:
    """Return which of these may not be settled before somebody says what they were about."""
    return {pk for (pk,) in rows(_LACKING, [[c.pk for c in conversations]])}


def needed() -> Refused:
    """Return the refusal of what would settle a conversation without a word about it."""
    return Refused("wrap_up.required", _("Say first what it was about."), Reason.CONFLICT)


def _write(
    actor: Actor, changing: Sequence[Conversation], topic_id: int, text: str, now: datetime
) -> None:
    Conversation.objects.filter(pk__in=[c.pk for c in changing]).update(topic_id=topic_id)
    WrapUp.objects.bulk_create(
        [WrapUp(conversation=c, text=text, author=actor.label, written_at=now) for c in changing],
        update_conflicts=True, unique_fields=["conversation"],
        update_fields=["text", "author", "written_at"],
    )  # fmt: skip
