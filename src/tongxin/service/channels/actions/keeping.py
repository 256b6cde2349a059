"""Let a channel keep what its service gives it anew: a secret that the next one to ask must have."""

import time
from collections.abc import Callable

import orjson
from django.db import connection, transaction

from tongxin.center.kit.outgoing import Unreachable
from tongxin.service.channels.actions.holding import alone
from tongxin.service.channels.models import Inbox
from tongxin.service.channels.ports import Channel
from tongxin.service.channels.queries import adapter, secrets_of
from tongxin.service.channels.values import InboxRow

_PATIENCE, _GLANCES = 40.0, 0.1  # seconds until somebody else has renewed it; between two looks


def asking_channel(inbox: InboxRow) -> Channel:
    """Return the translator for one connected channel, such that it may renew its secrets. Raises Unreadable."""
    channel = adapter(inbox)
    channel.keeper = _Keeper(inbox)
    return channel


class _Keeper:
    """The secrets of one inbox. What was entered meanwhile by a person is never written over."""

    def __init__(self, inbox: InboxRow) -> None:
        self.key = inbox.key
        self._inbox_id = inbox.id

    def renew(self, name: str, change: Callable[[str], str]) -> str:
        """Change a secret, one at a time in the whole house. Raises Unreachable."""
        try:
            return self._renewed(name, change)
        finally:
            if not connection.in_atomic_block:
                connection.close()  # as whoever sends or listens has it: without one

    def _renewed(self, name: str, change: Callable[[str], str]) -> str:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            with alone("inbox.secret", self._inbox_id) as is_ours:
                if is_ours:
                    before = secrets_of(inbox_id=self._inbox_id).get(name, "")
                    return self._kept(name, before, change(before))
            time.sleep(_GLANCES)
        raise Unreachable("somebody else is renewing it")

    @transaction.atomic
    def _kept(self, name: str, before: str, after: str) -> str:
        inbox = Inbox.objects.select_for_update().get(pk=self._inbox_id)
        secrets = orjson.loads(inbox.secrets or "{}")
        if after != before and secrets.get(name, "") == before:
            inbox.secrets = orjson.dumps({**secrets, name: after}).decode()
            inbox.save(update_fields=["secrets"])
        return after
