"""Whoever changes people holds their rows first, in one order."""

from collections.abc import Sequence

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.sql import columns_of, instances
from tongxin.center.people.models import Person

# Not their keys: whoever writes to them at the same moment must not wait for us.
_HELD = f"""
SELECT {columns_of(Person, "p")} FROM people_person p
WHERE p.workspace_id + 0 = %s AND p.id = ANY(%s::bigint[]) AND p.merged_into_id IS NULL
ORDER BY p.id FOR NO KEY UPDATE
"""  # noqa: S608 - our own columns


def held(actor: Actor, person_ids: Sequence[int]) -> list[Person]:
    """Return this workspace's people among those asked for, locked; merged ones are gone."""
    return held_here(actor.workspace_id, person_ids)


def held_here(workspace_id: int, person_ids: Sequence[int]) -> list[Person]:
    return instances(Person, _HELD, [workspace_id, list(person_ids)])
