"""Put tags on conversations and take them off."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action
from tongxin.center.timeline.actions import record
from tongxin.service.conversations.actions.locking import columns, held
from tongxin.service.conversations.events import ConversationTagged
from tongxin.service.conversations.models import Tag, Tagging

_LONGEST, _MOST = 40, 20


@action("conversation.tag", needs="conversation.write")
def tag(
    *, actor: Actor, conversation_ids: Sequence[ConversationId], add: Sequence[str] = (),
    remove: Sequence[str] = (), now: datetime,
) -> int:  # fmt: skip
    """Put tags on and take tags off, by name (unknown ones are made); returns how many it changed.

    Raises Refused: ``tag.name`` (1 to 40 characters, at most 20 at a time).
    """
    adding, removing = _names(add), _names(remove)
    conversations = held(actor, conversation_ids)
    tags = _tags(actor, adding, removing)
    taggings = Tagging.objects.filter(
        conversation__in=conversations, tag__name__in=adding | removing
    )
    has: dict[int, set[str]] = {c.pk: set() for c in conversations}
    for conversation_id, name in taggings.values_list("conversation_id", "tag__name"):
        has[conversation_id].add(name)
    Tagging.objects.bulk_create(
        Tagging(conversation=c, tag_id=tags[name])
        for c in conversations
        for name in adding - has[c.pk]
    )
    taggings.filter(tag__name__in=removing).delete()
    changed = [c for c in conversations if adding - has[c.pk] or removing & has[c.pk]]
    record(
        ConversationTagged(
            **columns(actor, c, now),
            conversation_id=c.pk,
            added=tuple(sorted(adding - has[c.pk])),
            removed=tuple(sorted(removing & has[c.pk])),
        )
        for c in changed
    )
    return len(changed)


def _names(given: Sequence[str]) -> set[str]:
    names = {" ".join(name.split()) for name in given}
    if len(names) > _MOST or not all(0 < len(name) <= _LONGEST for name in names):
        raise Refused("tag.name", _("A tag has 1 to 40 characters; at most 20 at a time."))
    return names


def _tags(actor: Actor, adding: set[str], removing: Collection[str]) -> dict[str, int]:
    adding -= set(removing)
    mine = Tag.objects.filter(workspace_id=actor.workspace_id)
    Tag.objects.bulk_create(
        (Tag(workspace_id=actor.workspace_id, name=name) for name in sorted(adding)),
        ignore_conflicts=True,
    )
    return dict(mine.filter(name__in=adding).values_list("name", "pk"))
