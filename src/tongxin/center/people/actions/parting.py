"""Undo merges, in any order."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import MergeId
from tongxin.center.kit.registry import action
from tongxin.center.kit.sql import rows
from tongxin.center.kit.turns import take_turns
from tongxin.center.people.actions.merging import BELONGINGS, TURN, move, write
from tongxin.center.people.events import PersonUnmerged
from tongxin.center.people.models import Person, PersonMerge
from tongxin.center.people.rules import before_merge, fields_of
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about

_CHAINS = """
WITH RECURSIVE chain AS (
    SELECT p.id, p.merged_into_id FROM people_person p WHERE p.id = ANY(%s::bigint[])
    UNION
    SELECT p.id, p.merged_into_id FROM people_person p JOIN chain ON p.id = chain.merged_into_id
)
SELECT id, merged_into_id FROM chain
"""
_OWNERS = "SELECT id, person_id FROM {table} WHERE id = ANY(%s::bigint[])"


@action("person.unmerge", needs="people.write")
def unmerge(*, actor: Actor, merge_ids: Sequence[MergeId], now: datetime) -> int:
    """Make two people again of those that were merged; returns how many merges it undid.

    What came along goes back, values that nobody has changed since become what they were. Merges may be
    undone in any order.
    """
    take_turns(TURN, [actor.workspace_id])
    here = PersonMerge.objects.filter(workspace_id=actor.workspace_id, undone_at=None)
    undoing = list(here.filter(pk__in=merge_ids).order_by("-pk"))
    parts = _Parts(undoing)
    for merge in undoing:
        parts.take_apart(merge)
    parts.write()
    ids = [merge.pk for merge in undoing]
    PersonMerge.objects.filter(pk__in=ids).update(undone_at=now)
    sources = [merge.source_id for merge in undoing]
    Person.objects.filter(pk__in=sources).update(merged_into=None)
    record(
        PersonUnmerged(
            **about(actor.workspace_id, actor.label, "person", root, now, root),
            source_person_id=merge.source_id,
        )
        for merge, root in zip(undoing, parts.roots, strict=True)
    )
    return len(undoing)


class _Parts:
    """All that merges are about, while some of them are undone one after the other."""

    def __init__(self, undoing: Sequence[PersonMerge]) -> None:
        targets = [merge.target_id for merge in undoing]
        self.parents: dict[int, int | None] = dict(rows(_CHAINS, [targets]))
        everybody = list(self.parents)
        self.active = list(
            PersonMerge.objects.filter(
                Q(target__in=everybody) | Q(source__in=everybody), undone_at=None
            ).order_by("pk")
        )
        self.people = {
            person.pk: fields_of(person)
            for person in Person.objects.filter(pk__in=targets)
            .select_for_update(no_key=True)
            .order_by("pk")
        }
        self.owners = {name: self._owners(name, undoing) for name in BELONGINGS}
        self.moved: dict[str, dict[int, int]] = {name: {} for name in BELONGINGS}
        self.roots: list[int] = []

    def take_apart(self, merge: PersonMerge) -> None:
        self.active = [other for other in self.active if other.pk != merge.pk]
        chain = self._chain(merge.target_id)
        for name in BELONGINGS:
            back = [pk for pk in merge.moved.get(name, ()) if self.owners[name].get(pk) in chain]
            self.owners[name] |= dict.fromkeys(back, merge.source_id)
            self.moved[name] |= dict.fromkeys(back, merge.source_id)
            self._forget(chain, name, set(back))
        later = [
            other.changed
            for other in self.active
            if other.target_id == merge.target_id and other.pk > merge.pk
        ]
        before_merge(self.people[merge.target_id], merge.changed, later)
        self.roots.append(chain[-1])
        self.parents[merge.source_id] = None

    def write(self) -> None:
        write(list(self.people.items()))
        move(self.moved)
        PersonMerge.objects.bulk_update(self.active, ["moved", "changed"])

    def _forget(self, chain: Sequence[int], name: str, gone: set[int]) -> None:
        """What went back is no longer what the merges above have brought along."""
        for other in self.active:
            if other.source_id in chain:
                other.moved[name] = [pk for pk in other.moved.get(name, ()) if pk not in gone]

    def _chain(self, person_id: int) -> list[int]:
        chain = [person_id]
        while (parent := self.parents.get(chain[-1])) is not None:
            chain.append(parent)
        return chain

    @staticmethod
    def _owners(name: str, undoing: Sequence[PersonMerge]) -> dict[int, int]:
        ids = [pk for merge in undoing for pk in merge.moved.get(name, ())]
        found: Mapping[int, Any] = dict(rows(_OWNERS.format(table=name), [ids]))
        return dict(found)
