"""Who gets a copy of an answer, and who will not although they had a mail just before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.service.conversations.queries.letters import Party, party
from tongxin.service.conversations.queries.lists import by_ids

# The letter that an answer answers and the one before it; and the latest, whoever wrote it. A machine's
# ("I am away") says nothing of who is to hear, so it counts only where nobody else wrote.
_LETTERS = """
(SELECT true, l.sender, l.copied FROM conversations_letter l JOIN conversations_message m ON m.id = l.message_id
WHERE m.conversation_id = %(id)s AND m.kind = 'in' AND NOT l.is_stranger
ORDER BY l.is_automatic, m.id DESC LIMIT 2)
UNION ALL
(SELECT false, l.sender, l.copied FROM conversations_letter l JOIN conversations_message m ON m.id = l.message_id
WHERE m.conversation_id = %(id)s AND m.kind = 'in' ORDER BY m.id DESC LIMIT 1)
"""
_ENDPOINT = """
SELECT i.kind, i.value FROM conversations_conversation c
JOIN conversations_conversation a ON a.id = COALESCE(c.answers_id, c.id)
JOIN people_identity i ON i.id = a.endpoint_id WHERE c.id = %s
"""


@dataclass(frozen=True)
class CopiesRow:
    """Whom an answer goes to, who gets a copy by itself, and who had a mail just before but will not get this one."""

    to: Party
    copied: Sequence[Party]
    left_out: Sequence[Party]


@query("conversation.copies", needs="conversation.read")
def copies(*, actor: Actor, conversation_id: ConversationId) -> CopiesRow | None:
    """Return who would get an answer by mail; null where nobody wrote a mail here."""
    known = known_parties(actor=actor, conversation_id=conversation_id)
    if known is None:
        return None
    to, usual, others = known
    return CopiesRow(
        party(actor, to),
        [party(actor, one) for one in usual],
        [party(actor, one) for one in others],
    )


def known_parties(
    *, actor: Actor, conversation_id: int
) -> tuple[Mapping[str, Any], list[Mapping[str, Any]], list[Mapping[str, Any]]] | None:
    """Return the addresses behind ``copies``, as they are."""
    if not by_ids(actor=actor, conversation_ids=[conversation_id]):
        return None
    letters = rows(_LETTERS, {"id": conversation_id})
    if not letters:
        return None
    [(kind, value)] = rows(_ENDPOINT, [conversation_id])
    own = [those for is_own, *those in letters if is_own]
    _own, *latest = letters[-1]
    usual = _those_of(own[:1], {value})
    others = _those_of([latest, *own[1:]], {value, *(str(one["value"]) for one in usual)})
    return {"kind": kind, "value": value, "name": ""}, usual, others


def _those_of(letters: Sequence[Sequence[Any]], but: set[str]) -> list[Mapping[str, Any]]:
    """Return the people of some letters, each once."""
    found: dict[str, Mapping[str, Any]] = {}
    for sender, copied in letters:
        for one in (sender, *copied):
            if str(one.get("value", "")) not in but:
                found.setdefault(str(one.get("value", "")), one)
    return list(found.values())
