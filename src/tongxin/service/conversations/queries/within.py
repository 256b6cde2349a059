"""Which of some conversations an actor reaches."""

from collections.abc import Sequence

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.sql import rows
from tongxin.service.conversations.values import LED_TO, reached, reaching

_WITHIN = """
SELECT c.id FROM conversations_conversation c
WHERE c.workspace_id + 0 = %(workspace)s AND c.id = {led_to} AND {reached} ORDER BY c.id
"""


def within(actor: Actor, conversation_ids: Sequence[int]) -> list[int]:
    """Return the conversations that these ids lead to and that are within the actor's reach."""
    values = {**reaching(actor), "ids": list(conversation_ids)}
    statement = _WITHIN.format(led_to=LED_TO, reached=reached(actor))
    return [pk for (pk,) in rows(statement, values)]
