"""Which tags there are."""

from collections.abc import Sequence

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.registry import query
from tongxin.service.conversations.models import Tag


@query("tag.list", needs="conversation.read")
def tags(*, actor: Actor) -> Sequence[str]:
    """Return the names of this workspace's tags, in alphabetical order."""
    return list(
        Tag.objects.filter(workspace_id=actor.workspace_id)
        .order_by("name")
        .values_list("name", flat=True)
    )
