"""Whoever changes people holds their rows first, in one order."""

from collections.abc import Sequence

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.sql import columns_of, instances
from tongxin.center.people.models import Person

_HELD = f"""
SELECT {columns_of(Person, "p")} FROM people_person p
WHERE p.workspace_id = %s AND p.id = ANY(%s::bigint[]) AND p.merged_into_id IS NULL
ORDER BY p.id FOR NO KEY UPDATE
"""  # noqa: S608 - our own columns


def held(actor: Actor, person_ids: Sequence[int]) -> list[Person]:
    """Return this workspace's people among those asked for, locked; merged ones are gone."""
    return instances(Person, _HELD, [actor.workspace_id, list(person_ids)])
