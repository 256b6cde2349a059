"""Which words there are for people."""

from collections.abc import Sequence
from dataclasses import dataclass

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows

_TAGS = """
SELECT t."group", t.name, count(p.id)
FROM people_persontag t
LEFT JOIN people_persontagging g ON g.tag_id = t.id
LEFT JOIN people_person p ON p.id = g.person_id AND p.merged_into_id IS NULL
WHERE t.workspace_id = %s GROUP BY t."group", t.name ORDER BY t."group", t.name
"""


@dataclass(frozen=True)
class PersonTagRow:
    """A tag in its group (which may be none), as it is written to ask for it, and on how many people."""

    group: str
    name: str
    label: str
    people: int


@query("person_tag.list", needs="people.read")
def person_tags(*, actor: Actor) -> Sequence[PersonTagRow]:
    """Return the tags of people, by group and name."""
    return [
        PersonTagRow(group, name, f"{group}:{name}" if group else name, people)
        for group, name, people in rows(_TAGS, [actor.workspace_id])
    ]
