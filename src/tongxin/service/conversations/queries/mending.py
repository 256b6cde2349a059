"""Whether what we said can still be said differently."""

from datetime import datetime

from tongxin.service.channels.queries import mendable_for
from tongxin.service.conversations.queries.threads import MessageRow
from tongxin.service.conversations.rules import is_mendable
from tongxin.service.conversations.values import Changed, Kind, State


def mendable(*, message: MessageRow, channel: str, now: datetime) -> tuple[bool, bool]:
    """Return whether what we said at a channel can still be edited, and recalled; in its queue it can always."""
    if message.kind is not Kind.OUT or message.changed is Changed.RECALLED:
        return False, False
    if message.state is State.QUEUED:
        return True, True
    within = mendable_for(channel)
    return (
        is_mendable(message.state, message.sent_at, within.edit, now),
        is_mendable(message.state, message.sent_at, within.recall, now),
    )
