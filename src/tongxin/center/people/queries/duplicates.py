"""Records that may be, or were said to be, the same person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import DuplicateId, Label, MergeId, PersonId
from tongxin.center.kit.paging import Limit, Page, page, read_cursor
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.center.people.models import PersonMerge
from tongxin.center.people.queries.who import PersonRow, people_by_ids, person
from tongxin.center.people.rules import differences
from tongxin.center.people.values import EXTERNAL

_NEWEST = 2**62
_PROPOSED = """
SELECT d.id, d.reasons, d.found_at, d.first_id, d.second_id FROM people_duplicate d
JOIN people_person a ON a.id = d.first_id AND a.merged_into_id IS NULL
JOIN people_person b ON b.id = d.second_id AND b.merged_into_id IS NULL
WHERE d.workspace_id = %s AND NOT d.is_dismissed AND d.id < %s ORDER BY d.id DESC LIMIT %s
"""


@dataclass(frozen=True)
class DuplicateRow:
    """Two people who may be one, and why: ``external`` (an account), ``email``, ``phone`` or ``address``."""

    id: DuplicateId
    reasons: Sequence[str]
    found_at: datetime
    first: PersonRow
    second: PersonRow


@dataclass(frozen=True)
class Difference:
    """A field of which either says something. It is a conflict where both do, and not the same."""

    field: str
    stays: Any
    leaves: Any
    is_conflict: bool


@dataclass(frozen=True)
class Comparison:
    """What merging two people would mean.

    ``warnings``: ``accounts`` where each has an account of their own, ``blocked`` where one is blocked.
    """

    stays: PersonRow
    leaves: PersonRow
    differences: Sequence[Difference]
    warnings: Sequence[str]


@dataclass(frozen=True)
class MergeRow:
    """A merge that can be undone: who came along, and how we knew (``chosen`` or ``verified``)."""

    id: MergeId
    source_id: PersonId
    source_name: str
    reason: str
    merger: Label
    merged_at: datetime


@query("duplicate.list", needs="people.read")
def duplicates(*, actor: Actor, cursor: str | None = None, limit: Limit = 20) -> Page[DuplicateRow]:
    """Return pairs of people who may be one and were not told apart yet, the latest found first.

    Raises Refused: ``cursor.invalid``.
    """
    [last_id] = read_cursor(cursor, 1) if cursor is not None else [_NEWEST]
    found = rows(_PROPOSED, [actor.workspace_id, last_id, limit + 1])
    everybody = people_by_ids(
        actor=actor, person_ids={pk for row in found for pk in (row[3], row[4])}
    )
    pairs = [
        DuplicateRow(pk, tuple(reasons), at, everybody[first], everybody[second])
        for pk, reasons, at, first, second in found
    ]
    return page(pairs, limit, lambda row: (row.id,))


@query("person.compare", needs="people.read")
def compare(*, actor: Actor, person_id: PersonId, other_id: PersonId) -> Comparison:
    """Show what merging another person into one would mean: what both say, and where they differ.

    Raises Refused: ``person.missing``.
    """
    stays = person(actor=actor, person_id=person_id)
    leaves = person(actor=actor, person_id=other_id)
    told = [Difference(*one) for one in differences(_fields(stays), _fields(leaves))]
    return Comparison(stays, leaves, told, _warnings(stays, leaves))


@query("person.merges", needs="people.read")
def merges(*, actor: Actor, person_id: PersonId) -> Sequence[MergeRow]:
    """Return which records were merged into a person's and can be parted again, latest first."""
    found = PersonMerge.objects.filter(
        workspace_id=actor.workspace_id, target_id=person_id, undone_at=None
    )
    columns = ("pk", "source_id", "source__name", "reason", "merger", "merged_at")
    return [MergeRow(*row) for row in found.order_by("-pk").values_list(*columns)[:100]]


def _fields(row: PersonRow) -> Mapping[str, Any]:
    own = ("name", "language", "preferred_way", "quiet_from", "quiet_until")
    return {
        **{name: getattr(row, name) for name in own},
        **{f"attribute.{key}": value for key, value in row.attributes.items()},
    }


def _warnings(stays: PersonRow, leaves: PersonRow) -> list[str]:
    accounts = [{i.value for i in row.identities if i.kind == EXTERNAL} for row in (stays, leaves)]
    told = ["accounts"] if accounts[0] and accounts[1] and accounts[0] != accounts[1] else []
    return [*told, *(["blocked"] if stays.blocked_at or leaves.blocked_at else [])]
