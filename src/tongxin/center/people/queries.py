"""Who somebody is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import IdentityId, PersonId
from tongxin.center.kit.paging import Limit, Page, page, read_cursor
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import query
from tongxin.center.people.models import Identity, Person


@dataclass(frozen=True)
class IdentityRow:
    """One address of a person. ``verified_at`` is null for a mere claim."""

    id: IdentityId
    kind: str
    value: str
    verified_at: datetime | None
    proof: str
    known_since: datetime


@dataclass(frozen=True)
class PersonRow:
    """A person with every address we know, proved ones first."""

    id: PersonId
    name: str
    language: str
    met_at: datetime
    identities: Sequence[IdentityRow]


@query("person.get", needs="people.read")
def person(*, actor: Actor, person_id: PersonId) -> PersonRow:
    """Return one person (the one who stays, where records were merged).

    Raises Refused: ``person.missing``.
    """
    found = Person.objects.filter(workspace_id=actor.workspace_id, pk=person_id)
    columns = ("pk", "name", "language", "met_at", "merged_into_id")
    for _step in range(10):
        if (row := found.values_list(*columns).first()) is None:
            break
        if row[4] is None:
            return PersonRow(row[0], row[1], row[2], row[3], identities(person_id=row[0]))
        found = Person.objects.filter(workspace_id=actor.workspace_id, pk=row[4])
    raise Refused("person.missing", _("There is no such person."), Reason.MISSING)


@query("person.list", needs="people.read")
def people(*, actor: Actor, cursor: str | None = None, limit: Limit = 50) -> Page[PersonRow]:
    """Return people, newest first, with their addresses. Raises Refused: ``cursor.invalid``."""
    found = Person.objects.filter(workspace_id=actor.workspace_id, merged_into=None)
    if cursor is not None:
        [last_id] = read_cursor(cursor, 1)
        found = found.filter(pk__lt=last_id)
    rows = list(found.order_by("-pk").values_list("pk", "name", "language", "met_at")[: limit + 1])
    theirs: dict[int, list[IdentityRow]] = {row[0]: [] for row in rows}
    for person_id, identity in _identities(theirs):
        theirs[person_id].append(identity)
    met = [PersonRow(*row, theirs[row[0]]) for row in rows]
    return page(met, limit, lambda row: (row.id,))


def identities(*, person_id: int) -> Sequence[IdentityRow]:
    return [identity for _, identity in _identities([person_id])]


def names(*, person_ids: Collection[int]) -> Mapping[int, str]:
    return dict(Person.objects.filter(pk__in=person_ids).values_list("pk", "name"))


def is_retired(*, workspace_id: int, kind: str, value: str) -> bool:
    """Whether an address opens nothing any more, because its visitor was recognized since."""
    return Identity.objects.filter(
        workspace_id=workspace_id, kind=kind, value=value, verified_at__isnull=False,
        retired_at__isnull=False,
    ).exists()  # fmt: skip


def _identities(person_ids: Collection[int]) -> list[tuple[int, IdentityRow]]:
    found = (
        Identity.objects.filter(person_id__in=person_ids, retired_at=None)
        .order_by("person_id", "verified_at", "pk")
        .values_list("person_id", "pk", "kind", "value", "verified_at", "proof", "known_since")
    )
    return [(row[0], IdentityRow(*row[1:])) for row in found]
