"""Write down many people at once, each with all that is known of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.sql import rows, table
from tongxin.center.people.actions.addressing import claim_each
from tongxin.center.people.actions.belonging import join_each, organizations_named
from tongxin.center.people.actions.consenting import consent_each
from tongxin.center.people.actions.holding import held
from tongxin.center.people.actions.merging import write
from tongxin.center.people.actions.tagging import tag_each
from tongxin.center.people.events import (
    PersonAdded,
    PersonChanged,
    PersonDescribed,
    PreferenceChanged,
)
from tongxin.center.people.rules import after_merge, fields_of, tag_of
from tongxin.center.people.values import Entered, Entry
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import About, Fact, about

Fields = dict[str, Any]
Changed = Mapping[int, Mapping[str, Sequence[Any]]]
_NUMBERS = "SELECT nextval('people_person_id_seq') FROM generate_series(1, %s)"
_ADD = """
INSERT INTO people_person (id, workspace_id, name, language, met_at)
OVERRIDING SYSTEM VALUE SELECT w.id, %s, w.name, '', %s
FROM json_to_recordset(%s) AS w (id bigint, name text)
"""


def enter(
    actor: Actor, entries: Sequence[Entry], *, overwrite: bool, proof: str, now: datetime
) -> tuple[Sequence[Entered | None], Sequence[int]]:
    """Add people and fill in what is known of others; a constant number of statements, however many.

    Addresses are noted as claimed, with ``proof``. Without ``overwrite`` only gaps are filled. Returns for each
    entry what it made new (None where its person is gone meanwhile), and which organizations were made.
    """
    known = {person.pk: fields_of(person) for person in held(actor, _known(entries))}
    numbers = iter(_add(actor, [one for one in entries if one.person_id is None], now))
    placed = [(next(numbers) if one.person_id is None else one.person_id, one) for one in entries]
    there = [(pk, one) for pk, one in placed if one.person_id is None or pk in known]
    changed = _fill(known, there, overwrite=overwrite)
    tell_changes(actor, changed, known, now)
    names = {one.organization for _pk, one in there if one.organization}
    organizations, made = organizations_named(actor, names, now)
    claimed = _by_person(claim_each(actor, _claims(there), proof, now))
    pairs = [(pk, organizations[one.organization]) for pk, one in there if one.organization]
    joined = dict(join_each(actor, pairs, now))
    tagged = tag_each(actor, {pk: [tag_of(t) for t in one.tags] for pk, one in there}, now=now)
    words = [(pk, word) for pk, one in there for word in one.words]
    allowed = _by_person(consent_each(actor, words, now))
    entered = {
        pk: Entered(
            pk, one.person_id is None, changed.get(pk, {}), claimed.get(pk, ()), joined.get(pk),
            tagged[pk][0] if pk in tagged else (), allowed.get(pk, ()),
        )
        for pk, one in there
    }  # fmt: skip
    return [entered.get(pk) for pk, _one in placed], made


def tell_changes(
    actor: Actor, changed: Changed, now_there: Mapping[int, Fields], now: datetime
) -> None:
    """Record what became of people's own fields, as the single verbs would."""
    record(
        fact
        for pk, fields in changed.items()
        for fact in _facts(_about(actor, pk, now), fields, now_there[pk])
    )


def _known(entries: Sequence[Entry]) -> list[int]:
    return [one.person_id for one in entries if one.person_id is not None]


def _add(actor: Actor, newcomers: Sequence[Entry], now: datetime) -> list[int]:
    if not newcomers:
        return []
    ids = [number for (number,) in rows(_NUMBERS, [len(newcomers)])]
    given = [{"id": pk, "name": one.name} for pk, one in zip(ids, newcomers, strict=True)]
    rows(_ADD, [actor.workspace_id, now, table(given)])
    record(
        PersonAdded(**_about(actor, pk, now), name=one.name)
        for pk, one in zip(ids, newcomers, strict=True)
    )
    return ids


def _fill(
    known: dict[int, Fields], there: Sequence[tuple[int, Entry]], *, overwrite: bool
) -> Changed:
    """Write what is new of people's own fields; ``known`` is brought up to date. One statement."""
    changed: dict[int, Mapping[str, Sequence[Any]]] = {}
    for pk, one in there:
        wanted: Fields = {"language": one.language}
        wanted |= {f"attribute.{key}": value for key, value in one.attributes.items()}
        if one.person_id is not None:
            wanted["name"] = one.name
        before = known.setdefault(pk, dict(_BLANK, name=one.name))
        if found := after_merge(before, wanted, keep=wanted if overwrite else ()):
            changed[pk] = found
            before |= {name: after for name, (_before, after) in found.items()}
    if changed:
        write([(pk, known[pk]) for pk in changed])
    return changed


_BLANK: Mapping[str, Any] = {
    "language": "", "preferred_way": "any", "quiet_from": "", "quiet_until": "", "blocked_at": None,
    "block_reason": "",
}  # fmt: skip


def _facts(where: About, fields: Mapping[str, Sequence[Any]], now_there: Fields) -> list[Fact]:
    facts: list[Fact] = []
    if "name" in fields:
        facts.append(PersonChanged(**where, name=now_there["name"]))
    if "language" in fields:
        facts.append(
            PreferenceChanged(
                **where, language=now_there["language"], way=now_there["preferred_way"],
                quiet_from=now_there["quiet_from"], quiet_until=now_there["quiet_until"],
            )
        )  # fmt: skip
    attributes = {
        name.partition(".")[2]: now_there.get(name)
        for name in fields
        if name.startswith("attribute.")
    }
    return [*facts, PersonDescribed(**where, attributes=attributes)] if attributes else facts


def _claims(there: Sequence[tuple[int, Entry]]) -> list[tuple[int, str, str]]:
    return [(pk, kind, value) for pk, one in there for kind, value in one.addresses]


def _by_person(pairs: Sequence[tuple[int, int]]) -> Mapping[int, Sequence[int]]:
    found: dict[int, list[int]] = {}
    for pk, number in pairs:
        found.setdefault(pk, []).append(number)
    return found


def _about(actor: Actor, person_id: int, now: datetime) -> About:
    return about(actor.workspace_id, actor.label, "person", person_id, now, person_id)
