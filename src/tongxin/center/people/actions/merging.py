"""Two records turn out to be one person; and, where that was wrong, two again.

What moves keeps its row: it only belongs to another record. A merge remembers which rows it moved and
which values it changed, so that undoing it, in any order with others, gives every row back.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import PersonId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.turns import take_turns
from tongxin.center.people.actions.holding import held, held_here
from tongxin.center.people.events import PersonMerged
from tongxin.center.people.models import Person, PersonMerge
from tongxin.center.people.rules import after_merge, fields_of
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about

TURN = "people.merge"
# What a record has beside its own columns, and what of it can be there only once for a person.
BELONGINGS: Mapping[str, str] = {
    "people_identity": "kind || chr(10) || value",
    "people_membership": "organization_id::text",
    "people_persontagging": "tag_id::text",
    "people_consent": "id::text",
}
_THEIRS = "SELECT id, person_id, {once} AS once FROM {table} WHERE person_id = ANY(%s::bigint[]) ORDER BY id"
_MOVE = """
UPDATE {table} thing SET person_id = moved.person_id
FROM json_to_recordset(%s) AS moved (id bigint, person_id bigint) WHERE thing.id = moved.id
"""
_WRITE = """
UPDATE people_person p SET name = w.name, language = w.language, preferred_way = w.preferred_way,
    quiet_from = w.quiet_from, quiet_until = w.quiet_until, blocked_at = w.blocked_at,
    block_reason = w.block_reason, attributes = w.attributes
FROM json_to_recordset(%s) AS w (id bigint, name text, language text, preferred_way text, quiet_from text,
    quiet_until text, blocked_at timestamptz, block_reason text, attributes jsonb)
WHERE p.id = w.id
"""


@action("person.merge", needs="people.write")
def merge(
    *, actor: Actor, person_ids: Sequence[PersonId], into_id: PersonId, keep: Sequence[str] = (),
    now: datetime,
) -> int:  # fmt: skip
    """Say that people are one with another, whose record stays; returns how many were not yet.

    What the other lacks is filled in. Where both say something, theirs is taken only for the fields
    named in ``keep`` (``name``, ``attribute.tier``); see the comparison. It can be undone.

    Raises Refused: ``person.missing`` where the other is unknown or merged away, ``merge.self``.
    """
    if into_id in person_ids:
        raise Refused("merge.self", _("A person cannot be merged with themselves."))
    take_turns(TURN, [actor.workspace_id])
    both = {person.pk: person for person in held(actor, [*person_ids, into_id])}
    if (target := both.pop(into_id, None)) is None:
        raise Refused("person.missing", _("There is no such person."), Reason.MISSING)
    return _merge(target, list(both.values()), keep, "chosen", actor.label, now)


def merge_verified(source_id: int, target_id: int, workspace_id: int, now: datetime) -> None:
    """Merge two records of which it was proved that they are one person."""
    take_turns(TURN, [workspace_id])
    both = {person.pk: person for person in held_here(workspace_id, [source_id, target_id])}
    if len(both) == len({source_id, target_id}):
        _merge(both[target_id], [both[source_id]], (), "verified", "house:0", now)


def move(owners: Mapping[str, Mapping[int, int]]) -> None:
    """Let rows belong to others: by table, each row's new owner. One statement for each table."""
    for name in BELONGINGS:
        fresh = [{"id": pk, "person_id": owner} for pk, owner in owners.get(name, {}).items()]
        rows(_MOVE.format(table=name), [table(fresh)])


def write(people: Collection[tuple[int, Mapping[str, Any]]]) -> None:
    """Write people's own columns, from the fields that rules speak of. One statement."""
    fresh = []
    for pk, fields in people:
        columns = {name: value for name, value in fields.items() if "." not in name}
        attributes = {
            name.partition(".")[2]: value
            for name, value in fields.items()
            if "." in name and value is not None
        }
        fresh.append({"id": pk, "attributes": attributes, **columns})
    rows(_WRITE, [table(fresh)])


def _merge(
    target: Person, sources: Sequence[Person], keep: Sequence[str], reason: str, by: str, now: datetime
) -> int:  # fmt: skip
    moved = _moved(target, sources)
    fields, merges = fields_of(target), []
    for source in sources:
        changed = after_merge(fields, fields_of(source), keep)
        fields |= {name: value for name, (_before, value) in changed.items()}
        merges.append(
            PersonMerge(
                workspace_id=target.workspace_id, source=source, target=target, reason=reason,
                moved=moved[source.pk], changed=changed, merger=by, merged_at=now,
            )
        )  # fmt: skip
    write([(target.pk, fields)])
    move({
        name: {pk: target.pk for source in moved.values() for pk in source[name]}
        for name in BELONGINGS
    })  # fmt: skip
    Person.objects.filter(pk__in=[source.pk for source in sources]).update(merged_into=target)
    PersonMerge.objects.bulk_create(merges)
    columns = about(target.workspace_id, by, "person", target.pk, now, target.pk)
    record(PersonMerged(**columns, source_person_id=s.pk, reason=reason) for s in sources)
    return len(sources)


def _moved(target: Person, sources: Sequence[Person]) -> dict[int, dict[str, list[int]]]:
    """Return the rows that go along, by source and table: those that the target does not have already."""
    ids = [target.pk, *(source.pk for source in sources)]
    moved: dict[int, dict[str, list[int]]] = {
        source.pk: {name: [] for name in BELONGINGS} for source in sources
    }
    for name, once in BELONGINGS.items():
        theirs = rows(_THEIRS.format(table=name, once=once), [ids])
        there = {what for _pk, owner, what in theirs if owner == target.pk}
        for owner in ids[1:]:
            for pk, of, what in theirs:
                if of == owner and what not in there:
                    there.add(what)
                    moved[owner][name].append(pk)
    return moved
