"""Which of some conversations an actor reaches."""

from collections.abc import Sequence

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.sql import rows
from tongxin.service.conversations.values import reached, reaching

_WITHIN = """
SELECT c.id FROM conversations_conversation c
WHERE c.workspace_id = %(workspace)s AND c.id = ANY(%(ids)s::bigint[]) AND {reached} ORDER BY c.id
"""


def within(actor: Actor, conversation_ids: Sequence[int]) -> list[int]:
    """Return those of these conversations that are here and within the actor's reach."""
    values = {**reaching(actor), "ids": list(conversation_ids)}
    return [pk for (pk,) in rows(_WITHIN.format(reached=reached(actor)), values)]
