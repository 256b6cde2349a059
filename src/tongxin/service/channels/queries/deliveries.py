"""What could not be delivered or understood, and how inboxes are."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.kit.ids import CallId, DepartureId, InboxId
from tongxin.center.kit.paging import Limit, Page, page, read_cursor
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.center.people.values import CONTACT
from tongxin.service.channels.ports import Call

_DEAD = """
SELECT d.id, d.inbox_id, d.payload ->> 'text',
    concat_ws(' · ', NULLIF(d.payload -> 'recipient' ->> 2, ''), d.payload -> 'recipient' ->> 1),
    d.failure, d.detail,
    d.attempts, d.created_at, COALESCE(d.tried_at, d.created_at),
    CASE WHEN d.mend_id = 0 THEN '' WHEN d.payload -> 'recalls' = 'true' THEN 'recall' ELSE 'edit' END
FROM channels_departure d
WHERE d.workspace_id = %(workspace)s AND d.state = 'dead' AND d.id < %(before)s
  AND (%(inbox)s::bigint IS NULL OR d.inbox_id = %(inbox)s)
ORDER BY d.id DESC LIMIT %(limit)s
"""
_BROKEN = """
SELECT c.id, c.inbox_id, c.method, c.code, c.detail, c.attempts, octet_length(c.body), c.came_at
FROM channels_call c
WHERE c.workspace_id = %(workspace)s AND c.state = 'broken' AND c.id < %(before)s
  AND (%(inbox)s::bigint IS NULL OR c.inbox_id = %(inbox)s)
ORDER BY c.id DESC LIMIT %(limit)s
"""
_RAW = """
SELECT method, url, headers, body FROM channels_call WHERE id = %s AND workspace_id = %s
"""
_HEALTH = """
SELECT i.id, g.last_heard_at, g.last_sent_at, g.held_until, COALESCE(g.hold_reason, ''),
    COALESCE(g.last_error, ''), g.last_error_at,
    (SELECT count(*) FROM channels_departure d WHERE d.inbox_id = i.id AND d.state = 'waiting'),
    (SELECT count(*) FROM channels_departure d
     WHERE d.workspace_id = i.workspace_id AND d.inbox_id = i.id AND d.state = 'dead'),
    (SELECT count(*) FROM channels_call c
     WHERE c.workspace_id = i.workspace_id AND c.inbox_id = i.id AND c.state = 'broken')
FROM channels_inbox i LEFT JOIN channels_gate g ON g.inbox_id = i.id
WHERE i.workspace_id = %s ORDER BY i.id
"""
_HELD = "SELECT inbox_id FROM channels_gate WHERE hold_reason = 'auth' OR held_until > %s"
_NEWEST = 2**62


@dataclass(frozen=True)
class DeadRow:
    """A message that its channel did not take; or an ``edit`` or ``recall`` of one (``mends``).

    ``recipient``: their name, if it is known, and address; ``failure`` is one of a few codes, ``detail`` the
    channel's words.
    """

    id: DepartureId
    inbox_id: InboxId
    text: str
    recipient: str
    failure: str
    detail: str
    attempts: int
    created_at: datetime
    tried_at: datetime
    mends: str = ""


@dataclass(frozen=True)
class BrokenRow:
    """A call that nobody could interpret; ``size`` is that of its body, in bytes."""

    id: CallId
    inbox_id: InboxId
    method: str
    code: str
    detail: str
    attempts: int
    size: int
    came_at: datetime


@dataclass(frozen=True)
class HealthRow:
    """How an inbox is. While it is held, nothing goes out; ``hold_reason`` is the failure that did it."""

    inbox_id: InboxId
    last_heard_at: datetime | None
    last_sent_at: datetime | None
    held_until: datetime | None
    hold_reason: str
    last_error: str
    last_error_at: datetime | None
    waiting: int
    dead: int
    broken: int


@query("departure.list", needs="inbox.write")
def dead_departures(
    *, actor: Actor, inbox_id: InboxId | None = None, cursor: str | None = None, limit: Limit = 50
) -> Page[DeadRow]:
    """Return what could not be delivered and is not tried again by itself, newest first.

    Words and addresses are left out for those who may not see them. Raises Refused: ``cursor.invalid``.
    """
    values = _values(actor, inbox_id, cursor, limit)
    found = [_seen_by(actor, DeadRow(*row)) for row in rows(_DEAD, values)]
    return page(found, limit, lambda row: (row.id,))


@query("call.list", needs="inbox.write")
def broken_calls(
    *, actor: Actor, inbox_id: InboxId | None = None, cursor: str | None = None, limit: Limit = 50
) -> Page[BrokenRow]:
    """Return what came in and could not be understood, newest first. Raises Refused: ``cursor.invalid``."""
    values = _values(actor, inbox_id, cursor, limit)
    return page([BrokenRow(*row) for row in rows(_BROKEN, values)], limit, lambda row: (row.id,))


@query("inbox.health", needs="inbox.read")
def health(*, actor: Actor) -> Sequence[HealthRow]:
    """Return how each inbox is: what it heard and sent last, what waits, what failed."""
    return [HealthRow(*row) for row in rows(_HEALTH, [actor.workspace_id])]


def held_inboxes(*, now: datetime) -> Collection[InboxId]:
    """Return the inboxes by which nothing goes out now: the vendor refuses the account, or is down."""
    return {inbox_id for (inbox_id,) in rows(_HELD, [now])}


def raw_call(*, actor: Actor, call_id: int) -> Call:
    """Return a call as it came. Raises Refused: ``call.missing``."""
    found = rows(_RAW, [call_id, actor.workspace_id])
    if not found:
        raise Refused("call.missing", _("There is no such call."), Reason.MISSING)
    method, url, headers, body = found[0]
    return Call(method, url, headers, bytes(body))


def _seen_by(actor: Actor, row: DeadRow) -> DeadRow:
    """Who does not reach every conversation learns that something failed, and why; not what, or to whom."""
    if actor.reach is not Reach.ALL:
        return replace(row, text="", recipient="")
    return row if actor.may(CONTACT) else replace(row, recipient="")


def _values(
    actor: Actor, inbox_id: int | None, cursor: str | None, limit: int
) -> Mapping[str, int | None]:
    [last] = read_cursor(cursor, 1) if cursor is not None else [_NEWEST]
    return {"workspace": actor.workspace_id, "inbox": inbox_id, "before": last, "limit": limit + 1}
