"""Show people that somebody types to them, where their channel can: at best, never late."""

from django.db import connection

from tongxin.center.people.values import Address
from tongxin.service.channels.actions.keeping import asking_channel
from tongxin.service.channels.queries import inboxes_by_id, shows_typing


def hint_typing(*, inbox_id: int, recipient: Address) -> bool:
    """Ask a channel to show that somebody types; whether it can. Raises whatever the channel raises."""
    inbox = inboxes_by_id(inbox_ids=[inbox_id]).get(inbox_id)
    if inbox is None or not inbox.enabled or not shows_typing(inbox.channel):
        return False
    channel = asking_channel(inbox)
    if not connection.in_atomic_block:
        connection.close()  # others may want it while we wait for somebody else's service
    channel.typing(recipient)
    return True
