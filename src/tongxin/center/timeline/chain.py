"""The log as evidence: every fact gets a link, and every link seals the one before it.

The worker makes the links, in the order in which the relay reads, one chain for each workspace; writing
a fact costs nothing more. The database refuses to change or delete links. Where a workspace keeps facts
for so many days only, what is older goes and its link stays: the chain can still be proved.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tongxin.center.kit.sql import rows, table
from tongxin.center.timeline.models import HORIZON, Retention
from tongxin.center.timeline.proof import CONTENT, VERIFY, seal
from tongxin.center.timeline.relay import claimed, move

NAME = "center.timeline.chain"
BATCH = 1000
_FORGOTTEN_AT_ONCE = 5000
_NEXT = f"""
SELECT e.born_in, e.id, e.workspace_id, {CONTENT} FROM timeline_event e
WHERE (e.born_in, e.id) > (%s, %s) AND e.born_in < %s ORDER BY e.born_in, e.id LIMIT {BATCH}
"""  # noqa: S608 - our own words
_HEADS = """
SELECT w.id, l.number, l.digest FROM unnest(%s::bigint[]) AS w (id) CROSS JOIN LATERAL (
    SELECT number, digest FROM timeline_link WHERE workspace_id = w.id ORDER BY number DESC LIMIT 1
) l
"""
_INSERT = """
INSERT INTO timeline_link (event_id, workspace_id, number, content, digest)
SELECT e, w, n, decode(c, 'hex'), decode(d, 'hex')
FROM json_to_recordset(%s) AS link (e bigint, w bigint, n bigint, c text, d text)
"""
_FORGET = f"""
WITH allowed AS MATERIALIZED (SELECT set_config('tongxin.retention', 'on', true)), old AS (
    SELECT l.event_id FROM allowed, timeline_link l JOIN timeline_event e ON e.id = l.event_id
    WHERE l.workspace_id = %(workspace)s AND l.removed_at IS NULL AND e.happened_at < %(before)s
      AND NOT EXISTS (SELECT FROM timeline_setaside s WHERE s.event_id = e.id)
    ORDER BY l.number LIMIT {_FORGOTTEN_AT_ONCE}
), gone AS (
    DELETE FROM timeline_event e USING old WHERE e.id = old.event_id
)
UPDATE timeline_link l SET removed_at = %(now)s FROM old WHERE l.event_id = old.event_id
RETURNING l.number
"""  # noqa: S608 - our own words


@dataclass(frozen=True)
class Verdict:
    """What was found of a workspace's chain. ``broken_at`` is the first link that does not hold.

    ``links`` were looked at; of ``forgotten`` ones the facts are gone, as the retention asks. ``head``
    seals everything: whoever noted it down elsewhere can prove later that nothing was cut off.
    """

    is_intact: bool
    links: int
    forgotten: int
    broken_at: int | None
    head: str


@transaction.atomic
def chain() -> int:
    """Link the next facts of every workspace; returns how many."""
    cursor = claimed(NAME)
    if cursor is None:
        return 0
    [(horizon,)] = rows(f"SELECT {HORIZON}")
    found = rows(_NEXT, [cursor.born_in, cursor.event_id, horizon])
    if not found:
        return 0
    heads = {pk: (number, bytes(digest)) for pk, number, digest in rows(_HEADS, [_places(found)])}
    rows(_INSERT, [table(_links(found, heads))])
    move(cursor, (found[-1][0], found[-1][1]))
    return len(found)


def verify(*, workspace_id: int) -> Verdict:
    """Look at a workspace's whole chain; one statement."""
    [(links, forgotten, broken_at, head)] = rows(VERIFY, {"workspace": workspace_id})
    return Verdict(broken_at is None, links, forgotten, broken_at, head or "")


def forget_old(*, now: datetime) -> Mapping[int, int]:
    """Remove what workspaces no longer keep; returns how many facts of each workspace went."""
    gone = {}
    for kept in Retention.objects.filter(days__isnull=False).order_by("pk"):
        values = {
            "workspace": kept.pk, "now": now, "before": now - timedelta(days=kept.days or 0),
        }  # fmt: skip
        with transaction.atomic():
            if many := len(rows(_FORGET, values)):
                gone[kept.pk] = many
    return gone


def _places(found: Iterable[tuple[Any, ...]]) -> list[int]:
    return sorted({workspace_id for _born_in, _pk, workspace_id, _content in found})


def _links(
    found: Iterable[tuple[Any, ...]], heads: dict[int, tuple[int, bytes]]
) -> Iterable[Mapping[str, Any]]:
    for _born_in, pk, workspace_id, content in found:
        number, before = heads.get(workspace_id, (0, b""))
        digest = seal(before, number + 1, pk, bytes(content))
        heads[workspace_id] = (number + 1, digest)
        yield {
            "e": pk, "w": workspace_id, "n": number + 1, "c": bytes(content).hex(),
            "d": digest.hex(),
        }  # fmt: skip
