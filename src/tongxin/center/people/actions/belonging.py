"""Whole lists of people into their organizations, and out of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.turns import take_turns
from tongxin.center.people.events import OrganizationCreated, PersonJoined, PersonLeft
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import About, about

TURN = "people.organization"
Pair = tuple[int, int]  # (person, organization)

_PAIRS = "json_to_recordset(%s) AS w (person_id bigint, organization_id bigint)"
_JOIN = f"""
WITH joined AS (
    INSERT INTO people_membership (organization_id, person_id, joined_at)
    SELECT o.id, p.id, %s FROM {_PAIRS}
    JOIN people_organization o ON o.id = w.organization_id AND o.workspace_id = %s
    JOIN people_person p ON p.id = w.person_id AND p.workspace_id = o.workspace_id
        AND p.merged_into_id IS NULL
    ORDER BY p.id, o.id
    ON CONFLICT DO NOTHING RETURNING person_id, organization_id
)
SELECT j.person_id, o.id, o.name FROM joined j JOIN people_organization o ON o.id = j.organization_id
"""  # noqa: S608 - a constant
_LEAVE = f"""
WITH gone AS (
    DELETE FROM people_membership m USING {_PAIRS}, people_organization o
    WHERE m.person_id = w.person_id AND m.organization_id = w.organization_id
        AND o.id = m.organization_id AND o.workspace_id = %s
    RETURNING m.person_id, o.id, o.name
)
SELECT * FROM gone
"""  # noqa: S608 - a constant
_NAMED = """
SELECT w.name, o.id FROM unnest(%s::text[]) w (name)
JOIN people_organization o ON lower(o.name) = lower(w.name) AND o.workspace_id = %s
"""
_MAKE = """
INSERT INTO people_organization (workspace_id, name, attributes, made_at)
SELECT %s, name, '{}', %s FROM (
    SELECT DISTINCT ON (lower(name)) name FROM unnest(%s::text[]) name ORDER BY lower(name), name
) fresh
RETURNING id, name
"""


def join_each(actor: Actor, pairs: Iterable[Pair], now: datetime) -> Sequence[Pair]:
    """Put people into organizations of this workspace; return the pairs that are new. Two statements."""
    joined = sorted(rows(_JOIN, [now, _table(pairs), actor.workspace_id]))
    record(
        PersonJoined(**_about(actor, pk, now), organization_id=organization_id, name=name)
        for pk, organization_id, name in joined
    )
    return [(pk, organization_id) for pk, organization_id, _name in joined]


def leave_each(actor: Actor, pairs: Iterable[Pair], now: datetime) -> Sequence[Pair]:
    """Take people out of organizations; return the pairs that were. Two statements."""
    gone = sorted(rows(_LEAVE, [_table(pairs), actor.workspace_id]))
    record(
        PersonLeft(**_about(actor, pk, now), organization_id=organization_id, name=name)
        for pk, organization_id, name in gone
    )
    return [(pk, organization_id) for pk, organization_id, _name in gone]


def organizations_named(
    actor: Actor, names: Collection[str], now: datetime
) -> tuple[Mapping[str, int], Sequence[int]]:
    """Return the organization of each name (case does not count), and those that had to be made for it."""
    wanted = sorted(set(names))
    if wanted:
        take_turns(TURN, [actor.workspace_id])
    known = dict(rows(_NAMED, [wanted, actor.workspace_id]))
    lacking = [name for name in wanted if name not in known]
    if not lacking:
        return known, []
    made = sorted(rows(_MAKE, [actor.workspace_id, now, lacking]))
    record(
        OrganizationCreated(
            **about(actor.workspace_id, actor.label, "organization", pk, now),
            organization_id=pk, name=name, domains=(),
        )
        for pk, name in made
    )  # fmt: skip
    return known | dict(rows(_NAMED, [lacking, actor.workspace_id])), [pk for pk, _name in made]


def _table(pairs: Iterable[Pair]) -> str:
    return table({"person_id": pk, "organization_id": of} for pk, of in pairs)


def _about(actor: Actor, person_id: int, now: datetime) -> About:
    return about(actor.workspace_id, actor.label, "person", person_id, now, person_id)
