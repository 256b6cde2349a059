"""Fetch what came in at services that do not call: one listener for each inbox in the whole house."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from tongxin.center.kit.sql import rows
from tongxin.center.kit.text import clean, clip
from tongxin.service.channels.actions.calls import keep_calls
from tongxin.service.channels.actions.keeping import asking_channel
from tongxin.service.channels.ports import Call, Channel, Line, Page
from tongxin.service.channels.queries import capabilities, enabled_inboxes
from tongxin.service.channels.values import POLL, InboxRow

LEASE = timedelta(minutes=2)  # after a listener's last sign another one takes over
_LONGEST_ERROR = 2000
# Whoever listens keeps its place; others get it once that is over.
_TAKE = """
INSERT INTO channels_gate (inbox_id, listener, listened_until) VALUES (%(inbox)s, %(who)s, %(until)s)
ON CONFLICT (inbox_id) DO UPDATE SET listener = %(who)s, listened_until = %(until)s
WHERE channels_gate.listener IN ('', %(who)s) OR channels_gate.listened_until < %(now)s
RETURNING cursor
"""
_RENEW = """
UPDATE channels_gate SET listened_until = %s WHERE inbox_id = %s AND listener = %s RETURNING cursor
"""
_MAKE = "INSERT INTO channels_gate (inbox_id) VALUES (%s) ON CONFLICT DO NOTHING"
_LEAVE = "UPDATE channels_gate SET listener = '', listened_until = NULL WHERE inbox_id = %s AND listener = %s"
_PLACE = "SELECT cursor FROM channels_gate WHERE inbox_id = %s"
_MOVE = """
UPDATE channels_gate SET cursor = %(after)s, last_heard_at = %(now)s
WHERE inbox_id = %(inbox)s AND cursor = %(before)s RETURNING inbox_id
"""
_NOTE = """
INSERT INTO channels_gate (inbox_id, last_error, last_error_at) VALUES (%(inbox)s, %(error)s, %(now)s)
ON CONFLICT (inbox_id) DO UPDATE SET last_error = %(error)s, last_error_at = %(now)s
"""


@dataclass(frozen=True)
class Listener:
    """Who listens at an inbox, and by what clock."""

    inbox: InboxRow
    who: str
    clock: Callable[[], datetime]


def inboxes_to_listen_at() -> Sequence[InboxRow]:
    """Return the inboxes of all workspaces whose channels have to be asked for what came in."""
    return [inbox for inbox in enabled_inboxes() if capabilities(inbox.channel).listens]


def listen_at(listener: Listener, *, seconds: float, goes_on: Callable[[], bool]) -> bool:
    """Fetch what comes in for as long as one may; whether it was ours to do.

    Ends when somebody else took over, the inbox was changed, or ``goes_on`` says so. Raises what the channel
    raises.
    """
    if not _taken(listener):
        return False
    channel: Channel = asking_channel(listener.inbox)
    try:
        if (opened := channel.listen()) is None:
            return False
        with opened as line:
            while goes_on() and (cursor := _renewed(listener)) is not None and _is_same(listener):
                _fetch(listener, line, cursor, seconds)
    finally:
        rows(_LEAVE, [listener.inbox.id, listener.who])
    return True


def fetch_now(listener: Listener) -> int:
    """Fetch what there is without waiting, beside whoever listens; returns how many calls were kept."""
    opened = asking_channel(listener.inbox).listen()
    if opened is None:
        return 0
    kept = 0
    with opened as line:
        while True:
            page, count = _fetch(listener, line, _place(listener.inbox.id), 0)
            kept += count
            if not page.has_more or not count:
                return kept


def note_trouble(*, inbox_id: int, error: Exception, now: datetime) -> None:
    """Note with an inbox why nothing could be fetched."""
    told = clip(clean(f"{type(error).__name__}: {error}"), _LONGEST_ERROR)
    rows(_NOTE, {"inbox": inbox_id, "error": told, "now": now})


def _fetch(listener: Listener, line: Line, cursor: str, seconds: float) -> tuple[Page, int]:
    if not connection.in_atomic_block:
        connection.close()  # others may want it while we wait
    page = line.next(cursor, seconds)
    return page, _keep(listener, page, cursor)


@transaction.atomic
def _keep(listener: Listener, page: Page, before: str) -> int:
    """Keep a page together with the place after it; not at all where somebody else has kept it."""
    inbox, now = listener.inbox, listener.clock()
    place = {"inbox": inbox.id, "after": page.cursor, "before": before, "now": now}
    if not rows(_MOVE, place):
        return 0
    calls = [Call(POLL, "", {}, body) for body in page.bodies]
    return len(keep_calls(inbox=inbox, calls=calls, now=now))


def _taken(listener: Listener) -> bool:
    """Whether we are the one who listens from now on."""
    now = listener.clock()
    values = {"inbox": listener.inbox.id, "who": listener.who, "until": now + LEASE, "now": now}
    return bool(rows(_TAKE, values))


def _renewed(listener: Listener) -> str | None:
    """Return where to go on, if it is still us who listens: whoever changes an inbox ends that."""
    until = listener.clock() + LEASE
    found = rows(_RENEW, [until, listener.inbox.id, listener.who])
    return str(found[0][0]) if found else None


def _is_same(listener: Listener) -> bool:
    """Whether the inbox is as it was: with other settings one listens elsewhere."""
    return listener.inbox in enabled_inboxes(inbox_id=listener.inbox.id)


def _place(inbox_id: int) -> str:
    rows(_MAKE, [inbox_id])
    [(cursor,)] = rows(_PLACE, [inbox_id])
    return str(cursor)
