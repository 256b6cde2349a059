"""Find records that may be the same person, and let members decide."""

from collections.abc import Collection, Sequence
from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import DuplicateId
from tongxin.center.kit.registry import action
from tongxin.center.kit.sql import rows
from tongxin.center.people.events import DuplicateDismissed, DuplicateFound
from tongxin.center.people.models import Duplicate
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about

# An address that very many share (a reception's phone) proposes at most so many of them.
_FIND = """
WITH fresh AS (
    SELECT p.id, p.workspace_id, lower(p.name) AS name FROM people_person p
    WHERE p.id = ANY(%(ids)s::bigint[]) AND p.merged_into_id IS NULL
), pair AS (
    SELECT f.workspace_id, f.id AS mine, same.person_id AS theirs, i.kind AS reason
    FROM fresh f
    JOIN people_identity i ON i.person_id = f.id AND i.kind IN ('email', 'phone', 'external')
    CROSS JOIN LATERAL (
        SELECT o.person_id FROM people_identity o
        WHERE o.workspace_id = i.workspace_id AND o.kind = i.kind AND o.value = i.value
          AND o.kind IN ('email', 'phone', 'external') AND o.person_id <> i.person_id LIMIT 20
    ) same
    UNION
    SELECT f.workspace_id, f.id, q.id, 'address'
    FROM fresh f
    JOIN people_person q ON q.workspace_id = f.workspace_id AND lower(q.name) = f.name AND q.name <> ''
        AND q.id <> f.id
    JOIN people_identity i ON i.person_id = f.id AND i.kind = 'postal'
    JOIN people_identity o ON o.person_id = q.id AND o.kind = 'postal'
        AND lower(regexp_replace(o.value, '[[:space:][:punct:]，。、（）]', '', 'g'))
          = lower(regexp_replace(i.value, '[[:space:][:punct:]，。、（）]', '', 'g'))
)
INSERT INTO people_duplicate AS known (workspace_id, first_id, second_id, reasons, is_dismissed, found_at)
SELECT pair.workspace_id, LEAST(mine, theirs), GREATEST(mine, theirs),
    array_agg(DISTINCT reason ORDER BY reason), false, %(now)s
FROM pair JOIN people_person p ON p.id = pair.theirs AND p.merged_into_id IS NULL
GROUP BY 1, 2, 3 ORDER BY 2, 3
ON CONFLICT (first_id, second_id) DO UPDATE SET reasons = excluded.reasons
WHERE known.reasons <> excluded.reasons
RETURNING known.id, known.workspace_id, known.first_id, known.second_id, known.reasons, xmax = 0
"""


def find_duplicates(*, person_ids: Collection[int], now: datetime) -> int:
    """Propose whoever shares an account, a phone, an e-mail, or name and postal address; return how many are new.

    Nothing is merged, and what a member has dismissed stays so. One statement, and one for the facts.
    """
    found = [
        (pk, workspace_id, first, second, reasons)
        for pk, workspace_id, first, second, reasons, is_new in rows(
            _FIND, {"ids": list(person_ids), "now": now}
        )
        if is_new
    ]
    record(
        DuplicateFound(
            **about(workspace_id, "house:0", "duplicate", pk, now, second),
            duplicate_id=pk,
            other_person_id=first,
            reasons=tuple(reasons),
        )
        for pk, workspace_id, first, second, reasons in found
    )
    return len(found)


@action("duplicate.dismiss", needs="people.write")
def dismiss(*, actor: Actor, duplicate_ids: Sequence[DuplicateId], now: datetime) -> int:
    """Say that proposed people are not the same, so that it is not proposed again; returns how many."""
    mine = Duplicate.objects.filter(workspace_id=actor.workspace_id, pk__in=duplicate_ids)
    open_ones = list(mine.filter(is_dismissed=False).select_for_update().order_by("pk"))
    Duplicate.objects.filter(pk__in=[one.pk for one in open_ones]).update(is_dismissed=True)
    record(
        DuplicateDismissed(
            **about(actor.workspace_id, actor.label, "duplicate", one.pk, now, one.second_id),
            duplicate_id=one.pk,
            other_person_id=one.first_id,
        )
        for one in open_ones
    )
    return len(open_ones)
