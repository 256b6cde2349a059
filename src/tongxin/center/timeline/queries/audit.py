"""The log as managers read it: who did what, about what, when; and whether it is whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.kit.ids import Details, EventId, Label, PersonId, label_of
from tongxin.center.kit.moments import Moment
from tongxin.center.kit.paging import Limit, Page, page, read_cursor
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.center.timeline.chain import Verdict, verify
from tongxin.center.timeline.models import Retention

_NEVER = 2**62
# The limit is spelled out: as a parameter it would make PostgreSQL plan anew each time.
_ROWS = """
SELECT e.id, l.number, e.kind, e.subject, e.actor, e.person_id, e.data, e.happened_at, encode(l.digest, 'hex')
FROM timeline_link l JOIN timeline_event e ON e.id = l.event_id
WHERE l.workspace_id = %(workspace)s AND l.number < %(last)s {where} ORDER BY l.number DESC LIMIT {limit}
"""


@dataclass(frozen=True)
class AuditRow:
    """One fact with its place in the chain, and the seal of its link."""

    id: EventId
    number: int
    kind: str
    subject: Label
    actor: Label
    person_id: PersonId | None
    data: Details
    happened_at: datetime
    seal: str


@dataclass(frozen=True)
class Wanted:
    """Which facts: by whom and about what (``member:3``), of which kind (or all that begin so), when."""

    by: str = ""
    kind: str = ""
    about: str = ""
    since: datetime | None = None
    until: datetime | None = None


@query("audit.list", needs="audit.read")
def audit(  # noqa: PLR0913 - what one may ask for
    *, actor: Actor, by: str = "", kind: str = "", about_what: str = "",
    since: Moment | None = None, until: Moment | None = None, cursor: str | None = None,
    limit: Limit = 50,
) -> Page[AuditRow]:  # fmt: skip
    """Return what happened in the workspace, newest first, as far as it was linked (within seconds).

    ``by`` and ``about_what`` are labels (``member:3``) or public ids, ``kind`` is a kind of fact
    (``member.added``) or its noun (``member``). Raises Refused: ``cursor.invalid``.
    """
    [last] = read_cursor(cursor, 1) if cursor is not None else [_NEVER]
    wanted = Wanted(label_of(by), kind, label_of(about_what), since, until)
    found = taken(actor, wanted, limit + 1, last)
    return page(found, limit, lambda row: (row.number,))


@query("audit.verify", needs="audit.read")
def verified(*, actor: Actor) -> Verdict:
    """Say whether the workspace's chain of facts is whole, and if not, where it is broken."""
    return verify(workspace_id=actor.workspace_id)


@query("audit.retention", needs="audit.read")
def retention(*, actor: Actor) -> int | None:
    """Return for how many days facts are kept (null: for ever)."""
    return Retention.objects.filter(pk=actor.workspace_id).values_list("days", flat=True).first()


def taken(actor: Actor, wanted: Wanted, most: int, last: int = _NEVER) -> Sequence[AuditRow]:
    """Return the latest facts that are wanted, before a place in the chain, newest first."""
    conditions = {
        "AND e.actor = %(by)s": wanted.by,
        "AND (e.kind = %(kind)s OR starts_with(e.kind, %(kind)s || '.'))": wanted.kind,
        "AND e.subject = %(about)s": wanted.about,
        "AND e.happened_at >= %(since)s": wanted.since,
        "AND e.happened_at < %(until)s": wanted.until,
        # Whose conversations those are is not known here.
        "AND NOT starts_with(e.subject, 'conversation:')": actor.reach is not Reach.ALL,
    }
    where = " ".join(text for text, is_asked in conditions.items() if is_asked)
    values: dict[str, Any] = {
        "workspace": actor.workspace_id, "last": last, "by": wanted.by, "kind": wanted.kind,
        "about": wanted.about, "since": wanted.since, "until": wanted.until,
    }  # fmt: skip
    return [AuditRow(*row) for row in rows(_ROWS.format(where=where, limit=int(most)), values)]
