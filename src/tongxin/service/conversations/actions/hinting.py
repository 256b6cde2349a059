"""Show a person that one of us types: where the answer would go."""

from tongxin.center.kit.sql import rows
from tongxin.center.people.values import Address
from tongxin.service.channels.actions import hint_typing

_ANSWERED_AT = """
SELECT o.inbox_id, i.kind, i.value FROM conversations_conversation c
JOIN conversations_conversation o ON o.id = COALESCE(c.answers_id, c.id)
JOIN people_identity i ON i.id = o.endpoint_id
WHERE c.id = %s
"""


def show_typing(*, conversation_id: int) -> bool:
    """Ask the channel where a conversation is answered to show it; whether it can. Raises what the channel raises."""
    return any(
        hint_typing(inbox_id=inbox_id, recipient=Address(kind, value))
        for inbox_id, kind, value in rows(_ANSWERED_AT, [conversation_id])
    )
