"""Who somebody is."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongxin.center.attributes.queries import clauses
from tongxin.center.attributes.values import Attributes, Thing
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import IdentityId, OrganizationId, PersonId
from tongxin.center.kit.paging import Limit, Page, page, read_cursor
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import row_maker, rows, table
from tongxin.center.kit.text import query_tokens
from tongxin.center.people.actions.indexing import workspace_token
from tongxin.center.people.models import Identity, Person
from tongxin.center.people.rules import masked
from tongxin.center.people.values import CONTACT, MASKED, Way

_NEWEST = 2**62
_COLUMNS = """p.id, p.name, p.language, p.met_at, p.attributes, p.blocked_at, p.block_reason,
p.preferred_way, p.quiet_from, p.quiet_until, ARRAY(
    SELECT CASE t."group" WHEN '' THEN t.name ELSE t."group" || ':' || t.name END
    FROM people_persontagging g JOIN people_persontag t ON t.id = g.tag_id
    WHERE g.person_id = p.id ORDER BY t."group", t.name
)"""
# Merged people lead to the one who stays; no chain is longer than a hundred.
_ROOT = f"""
WITH RECURSIVE chain AS (
    SELECT p.*, 1 AS step FROM people_person p WHERE p.workspace_id + 0 = %s AND p.id = %s
    UNION ALL
    SELECT p.*, chain.step + 1 FROM people_person p JOIN chain ON p.id = chain.merged_into_id
    WHERE chain.step < 100
)
SELECT {_COLUMNS} FROM chain p WHERE p.merged_into_id IS NULL
"""  # noqa: S608 - our own columns
_LIST = f"""
SELECT {_COLUMNS} FROM people_person p
WHERE p.workspace_id = %(workspace)s AND p.merged_into_id IS NULL AND p.id < %(last)s AND {{where}}
ORDER BY p.id DESC LIMIT %(limit)s
"""  # noqa: S608 - our own columns
_BY_ID = f"""
SELECT {_COLUMNS} FROM people_person p WHERE p.workspace_id + 0 = %s AND p.id = ANY(%s::bigint[])
"""  # noqa: S608 - our own columns
_FOUND = (
    """p.id IN (SELECT person_id FROM people_personindex WHERE tokens @@ %(tokens)s::tsquery)"""
)
_TAGGED = """p.id IN (
    SELECT g.person_id FROM people_persontagging g JOIN people_persontag t ON t.id = g.tag_id
    WHERE t.workspace_id = %(workspace)s AND t."group" = %(group)s AND t.name = %(tag)s
)"""
_IN_ORGANIZATION = """p.id IN (
    SELECT person_id FROM people_membership WHERE organization_id = %(organization)s
)"""

_IDENTITIES = """
SELECT person_id, id, kind, value, verified_at, proof, known_since, suspect_since FROM people_identity
WHERE person_id = ANY(%s::bigint[]) AND retired_at IS NULL ORDER BY person_id, verified_at, id
"""
_BELONGING = """
SELECT m.person_id, m.organization_id, o.name FROM people_membership m
JOIN people_organization o ON o.id = m.organization_id AND o.archived_at IS NULL
WHERE m.person_id = ANY(%s::bigint[]) ORDER BY m.person_id, m.id
"""


_AT = """
SELECT i.kind, i.value, COALESCE(p.merged_into_id, p.id)
FROM json_to_recordset(%s) AS asked (kind text, value text)
JOIN people_identity i USING (kind, value) JOIN people_person p ON p.id = i.person_id
WHERE i.workspace_id = %s AND i.verified_at IS NOT NULL
"""


@dataclass(frozen=True)
class IdentityRow:
    """One address of a person; ``masked`` where one may not see it. Not verified: a mere claim.

    ``suspect_since``: since then, what is sent there comes back.
    """

    id: IdentityId
    kind: str
    value: str
    verified_at: datetime | None
    proof: str
    known_since: datetime
    suspect_since: datetime | None = None
    masked: bool = False


@dataclass(frozen=True)
class BelongsTo:
    """An organization that a person belongs to."""

    organization_id: OrganizationId
    name: str


@dataclass(frozen=True)
class PersonRow:
    """A person with every address we know (proved ones first) and custom attributes by key.

    ``quiet_from`` and ``quiet_until`` are the hours in which they want to hear nothing, or empty.
    """

    id: PersonId
    name: str
    language: str
    met_at: datetime
    attributes: Attributes
    blocked_at: datetime | None
    block_reason: str
    preferred_way: Way
    quiet_from: str
    quiet_until: str
    tags: Sequence[str]
    identities: Sequence[IdentityRow]
    organizations: Sequence[BelongsTo]


_made = row_maker(PersonRow)


@query("person.get", needs="people.read")
def person(*, actor: Actor, person_id: PersonId) -> PersonRow:
    """Return one person (the one who stays, where records were merged).

    Raises Refused: ``person.missing``.
    """
    found = rows(_ROOT, [actor.workspace_id, person_id])
    if not found:
        raise missing_person()
    return _whole(actor, found)[0]


@query("person.list", needs="people.read")
def people(  # noqa: PLR0913 - one filter each
    *, actor: Actor, text: str = "", where: Sequence[str] = (), tag: str = "",
    organization_id: OrganizationId | None = None, blocked: bool | None = None,
    cursor: str | None = None, limit: Limit = 50,
) -> Page[PersonRow]:  # fmt: skip
    """Return people, newest first, with their addresses; those only who match all that is asked.

    ``text`` finds parts of names and addresses; ``tag`` is a name or ``group:name``; ``where`` are
    conditions on custom attributes, such as ``tier=gold``, ``spend>=1000``, ``city~杭``, ``vip``
    (known) or ``!vip``.

    Raises Refused: ``cursor.invalid``, ``attribute.condition``, ``attribute.unknown``,
    ``attribute.value``.
    """
    asked, values = clauses(
        workspace_id=actor.workspace_id, thing=Thing.PERSON, where=where, column="p.attributes"
    )
    [last_id] = read_cursor(cursor, 1) if cursor is not None else [_NEWEST]
    values |= {"workspace": actor.workspace_id, "last": last_id, "limit": limit + 1}
    if text.strip():
        asked.append(_FOUND)
        values["tokens"] = _tokens(actor, text)
    if tag.strip():
        asked.append(_TAGGED)
        values["group"], _colon, values["tag"] = tag.strip().replace("：", ":").rpartition(":")
    if organization_id is not None:
        asked.append(_IN_ORGANIZATION)
        values["organization"] = organization_id
    if blocked is not None:
        asked.append(f"p.blocked_at IS {'NOT ' if blocked else ''}NULL")
    found = rows(_LIST.format(where=" AND ".join(["true", *asked])), values)
    return page(_whole(actor, found), limit, lambda row: (row.id,))


def people_by_ids(*, actor: Actor, person_ids: Collection[int]) -> Mapping[int, PersonRow]:
    """Return these people by id (merged ones too)."""
    found = rows(_BY_ID, [actor.workspace_id, list(person_ids)])
    return {row.id: row for row in _whole(actor, found)}


def identities(*, person_id: int) -> Sequence[IdentityRow]:
    return [identity for _, identity in _identities([person_id])]


def seen_by(actor: Actor, identity: IdentityRow) -> IdentityRow:
    """Return an address as an actor sees it: without the permission, only enough to tell it apart."""
    value = address_seen_by(actor, identity.kind, identity.value)
    return identity if value == identity.value else replace(identity, value=value, masked=True)


def address_seen_by(actor: Actor, kind: str, value: str) -> str:
    """Return an address of this kind as an actor sees it."""
    return value if actor.may(CONTACT) or kind not in MASKED else masked(kind, value)


def names(*, person_ids: Collection[int]) -> Mapping[int, str]:
    return dict(Person.objects.filter(pk__in=person_ids).values_list("pk", "name"))


def is_retired(*, workspace_id: int, kind: str, value: str) -> bool:
    """Whether an address opens nothing any more, because its visitor was recognized since."""
    return Identity.objects.filter(
        workspace_id=workspace_id, kind=kind, value=value, verified_at__isnull=False,
        retired_at__isnull=False,
    ).exists()  # fmt: skip


def people_at(
    *, workspace_id: int, addresses: Collection[tuple[str, str]]
) -> Mapping[tuple[str, str], int]:
    """Return whose these proved addresses (kind, value) are; strangers are left out."""
    asked = table({"kind": kind, "value": value} for kind, value in addresses)
    found = rows(_AT, [asked, workspace_id])
    return {(kind, value): person_id for kind, value, person_id in found}


def missing_person() -> Refused:
    return Refused("person.missing", _("There is no such person."), Reason.MISSING)


def _whole(actor: Actor, found: Sequence[tuple[Any, ...]]) -> list[PersonRow]:
    """Add what lies in other tables: one statement each."""
    addresses: dict[int, list[IdentityRow]] = {row[0]: [] for row in found}
    for person_id, identity in _identities(addresses):
        addresses[person_id].append(seen_by(actor, identity))
    belonging: dict[int, list[BelongsTo]] = {row[0]: [] for row in found}
    for person_id, organization in _organizations(belonging):
        belonging[person_id].append(organization)
    return [
        _made((*row[:7], Way(row[7]), *row[8:], addresses[row[0]], belonging[row[0]]))
        for row in found
    ]


def _tokens(actor: Actor, text: str) -> str:
    groups = [[workspace_token(actor.workspace_id)], *query_tokens(text[:100])]
    return " & ".join(f"'{token}'" for group in groups for token in group)


def _identities(person_ids: Collection[int]) -> list[tuple[int, IdentityRow]]:
    found = rows(_IDENTITIES, [list(person_ids)])
    return [(row[0], IdentityRow(*row[1:])) for row in found]


def _organizations(person_ids: Collection[int]) -> list[tuple[int, BelongsTo]]:
    found = rows(_BELONGING, [list(person_ids)])
    return [(row[0], BelongsTo(*row[1:])) for row in found]
