"""Which tags there are."""

from collections.abc import Sequence

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows

_TAGS = "SELECT name FROM conversations_tag WHERE workspace_id = %s ORDER BY name"


@query("tag.list", needs="conversation.read")
def tags(*, actor: Actor) -> Sequence[str]:
    """Return the names of this workspace's tags, in alphabetical order."""
    return [name for (name,) in rows(_TAGS, [actor.workspace_id])]
