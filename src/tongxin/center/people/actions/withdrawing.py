"""Take back what was entered, where nobody has built on it since."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.sql import rows
from tongxin.center.people.actions.belonging import leave_each
from tongxin.center.people.actions.entering import tell_changes
from tongxin.center.people.actions.holding import held
from tongxin.center.people.actions.merging import write
from tongxin.center.people.actions.tagging import tag_each
from tongxin.center.people.events import (
    ConsentWithdrawn,
    IdentityWithdrawn,
    OrganizationArchived,
    PersonRemoved,
)
from tongxin.center.people.models import Person
from tongxin.center.people.rules import before_merge, fields_of, tag_of
from tongxin.center.people.values import Entered
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.queries import touched
from tongxin.center.timeline.values import about

# What the house finds out by itself, or somebody only looked at, touches nobody.
_LOOKS = ("duplicate.found", "duplicate.dismissed", "identity.revealed")
_OF_A_PERSON = ("identity", "membership", "persontagging", "consent", "personindex")
_WITHDRAW = """
DELETE FROM people_identity
WHERE id = ANY(%s::bigint[]) AND workspace_id + 0 = %s AND verified_at IS NULL AND person_id = ANY(%s::bigint[])
RETURNING person_id, id, kind
"""
_UNSAY = """
DELETE FROM people_consent WHERE id = ANY(%s::bigint[]) AND workspace_id + 0 = %s
RETURNING person_id, way, purpose, is_granted
"""
_EMPTY = """
UPDATE people_organization o SET archived_at = %s
WHERE o.workspace_id = %s AND o.id = ANY(%s::bigint[]) AND o.archived_at IS NULL
    AND NOT EXISTS (SELECT FROM people_membership m WHERE m.organization_id = o.id)
RETURNING o.id
"""
Left = tuple[str, str]  # (field, code): what could not be taken back, and why


def withdraw(
    actor: Actor, entered: Sequence[tuple[Entered, datetime]], now: datetime
) -> Mapping[int, Sequence[Left]]:
    """Remove people that were added then and not touched since; give others back what they had.

    A constant number of statements. Returns by person what could not be taken back, with codes:
    ``undo.gone`` (merged away), ``undo.touched``, ``undo.changed``, ``undo.verified``.
    """
    here = {person.pk: person for person in held(actor, [one.person_id for one, _at in entered])}
    used = touched(since={one.person_id: at for one, at in entered if one.is_new}, but=_LOOKS)
    left: dict[int, list[Left]] = {}
    gone: list[Entered] = []
    back: list[Entered] = []
    for one, _at in entered:
        if one.person_id not in here:
            left[one.person_id] = [("", "undo.gone")]
        elif one.person_id in used:
            left[one.person_id] = [("", "undo.touched")]
        else:
            (gone if one.is_new else back).append(one)
    _remove(actor, [one.person_id for one in gone], now)
    for pk, field in _give_back(actor, here, back, now):
        left.setdefault(pk, []).append((field, "undo.changed"))
    for pk in _unclaim(actor, back, now):
        left.setdefault(pk, []).append(("", "undo.verified"))
    _unsay(actor, back, now)
    leave_each(actor, [(b.person_id, b.organization_id) for b in back if b.organization_id], now)
    tag_each(
        actor,
        {},
        remove={b.person_id: [tag_of(t) for t in b.tags] for b in back if b.tags},
        now=now,
    )
    return left


def archive_empty(actor: Actor, organization_ids: Sequence[int], now: datetime) -> None:
    """Take organizations that nobody belongs to out of the lists."""
    emptied = sorted(rows(_EMPTY, [now, actor.workspace_id, list(organization_ids)]))
    record(
        OrganizationArchived(
            **about(actor.workspace_id, actor.label, "organization", pk, now), organization_id=pk
        )
        for (pk,) in emptied
    )


def _remove(actor: Actor, person_ids: Sequence[int], now: datetime) -> None:
    ids = list(person_ids)
    rows("SELECT FROM people_person WHERE id = ANY(%s::bigint[]) ORDER BY id FOR UPDATE", [ids])
    for name in _OF_A_PERSON:
        rows(f"DELETE FROM people_{name} WHERE person_id = ANY(%s::bigint[])", [ids])  # noqa: S608 - our own tables
    rows(
        "DELETE FROM people_personmerge WHERE undone_at IS NOT NULL AND source_id = ANY(%s::bigint[])",
        [ids],
    )
    rows(
        "DELETE FROM people_duplicate WHERE first_id = ANY(%s::bigint[]) OR second_id = ANY(%s::bigint[])",
        [ids, ids],
    )
    rows(
        "DELETE FROM people_person WHERE id = ANY(%s::bigint[]) AND workspace_id + 0 = %s",
        [ids, actor.workspace_id],
    )
    record(
        PersonRemoved(**about(actor.workspace_id, actor.label, "person", pk, now, pk)) for pk in ids
    )


def _give_back(
    actor: Actor, here: Mapping[int, Person], back: Sequence[Entered], now: datetime
) -> Iterable[tuple[int, str]]:
    """Give fields back what they said; return those that say something else since. Two statements."""
    after, given, lasting = {}, {}, []
    for one in back:
        fields = fields_of(here[one.person_id])
        same = {name: both for name, both in one.changed.items() if fields.get(name) == both[1]}
        lasting += [(one.person_id, name) for name in one.changed if name not in same]
        before_merge(fields, same, ())
        after[one.person_id] = fields
        if same:
            given[one.person_id] = same
    if given:
        write([(pk, after[pk]) for pk in given])
    tell_changes(actor, given, after, now)
    return lasting


def _unclaim(actor: Actor, back: Sequence[Entered], now: datetime) -> Iterable[int]:
    """Withdraw addresses; return whose were proved since, or moved with a merge."""
    noted = {pk: one.person_id for one in back for pk in one.identity_ids}
    gone = rows(_WITHDRAW, [list(noted), actor.workspace_id, sorted(set(noted.values()))])
    record(
        IdentityWithdrawn(
            **about(actor.workspace_id, actor.label, "person", person_id, now, person_id),
            identity_id=pk,
            identity_kind=kind,
        )
        for person_id, pk, kind in sorted(gone)
    )
    return sorted({noted[pk] for pk in noted.keys() - {pk for _person_id, pk, _kind in gone}})


def _unsay(actor: Actor, back: Sequence[Entered], now: datetime) -> None:
    said = [pk for one in back for pk in one.consent_ids]
    record(
        ConsentWithdrawn(
            **about(actor.workspace_id, actor.label, "person", pk, now, pk),
            way=way, purpose=purpose, granted=granted,
        )
        for pk, way, purpose, granted in sorted(rows(_UNSAY, [said, actor.workspace_id]))
    )  # fmt: skip
