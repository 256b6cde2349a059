"""Who waits for somebody, and in which place."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tongxin.center.kit.sql import rows

_PLACES = """
SELECT id, workspace_id, queue_id, place FROM (
    SELECT id, workspace_id, queue_id,
        row_number() OVER (PARTITION BY workspace_id, queue_id ORDER BY waiting_since, id) AS place
    FROM conversations_conversation
    WHERE workspace_id IN (SELECT workspace_id FROM conversations_conversation WHERE id = ANY(%(ids)s::bigint[]))
      AND assignee_id IS NULL AND waiting_since IS NOT NULL AND NOT is_snoozed
) queue WHERE id = ANY(%(ids)s::bigint[])
"""


@dataclass(frozen=True)
class Place:
    """A conversation's place in its queue: 1 is next."""

    workspace_id: int
    queue_id: int
    place: int


def places(*, conversation_ids: Collection[int]) -> Mapping[int, Place]:
    """Return the places of those of these conversations that wait and that nobody has."""
    found = rows(_PLACES, {"ids": list(conversation_ids)})
    return {pk: Place(*where) for pk, *where in found}
