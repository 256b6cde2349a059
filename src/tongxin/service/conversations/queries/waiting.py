"""Who waits for somebody, and in which place."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tongxin.center.kit.sql import rows

# Only the front is counted: who stands behind thousands is not helped by a number, and a backlog of a
# million must cost no more than one of a hundred.
_FRONT = 5000
_PLACES = f"""
SELECT front.id, w.workspace_id, front.queue_id, front.place
FROM (SELECT DISTINCT workspace_id FROM conversations_conversation WHERE id = ANY(%(ids)s::bigint[])) w
CROSS JOIN LATERAL (
    SELECT id, queue_id, row_number() OVER (PARTITION BY queue_id ORDER BY waiting_since, id) AS place FROM (
        SELECT id, queue_id, waiting_since FROM conversations_conversation
        WHERE workspace_id = w.workspace_id AND assignee_id IS NULL
          AND waiting_since IS NOT NULL AND NOT is_snoozed AND NOT with_assistant
        ORDER BY waiting_since, id LIMIT {_FRONT}
    ) first
) front WHERE front.id = ANY(%(ids)s::bigint[])
"""  # noqa: S608 - our own words


@dataclass(frozen=True)
class Place:
    """A conversation's place in its queue: 1 is next."""

    workspace_id: int
    queue_id: int
    place: int


def places(*, conversation_ids: Collection[int]) -> Mapping[int, Place]:
    """Return the places of those of these conversations that wait, that nobody has, among the first 5,000."""
    found = rows(_PLACES, {"ids": list(conversation_ids)})
    return {pk: Place(*where) for pk, *where in found}
