"""Find conversations by what their person is called, or by their number."""

from collections.abc import Sequence

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.sql import rows
from tongxin.service.conversations.queries.lists import ConversationRow, by_ids, values_of
from tongxin.service.conversations.values import LATEST_FIRST, reached

# Those one meets: the names of a million people are not read for every letter that is typed.
_NAMED = """
WITH latest AS (
    SELECT c.id, c.person_id FROM conversations_conversation c
    WHERE c.workspace_id = %(workspace)s AND {reached} ORDER BY {order} LIMIT 5000
), named AS (
    SELECT max(latest.id) AS id FROM latest JOIN people_person p ON p.id = latest.person_id
    WHERE strpos(lower(p.name), lower(%(text)s)) > 0 GROUP BY p.id ORDER BY 1 DESC LIMIT %(limit)s
)
SELECT id FROM named UNION
SELECT c.id FROM conversations_conversation numbered
JOIN conversations_conversation c ON c.id = COALESCE(numbered.merged_into_id, numbered.id)
WHERE numbered.workspace_id = %(workspace)s AND {reached} AND numbered.number = %(number)s
"""


def found_by_name(*, actor: Actor, text: str, limit: int = 8) -> Sequence[ConversationRow]:
    """Return whose name has these letters among the latest 5,000 conversations, and the one with this
    number; newest message first, each person once.
    """  # noqa: D205
    digits = text.removeprefix("#")
    number = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else 0  # noqa: PLR2004
    named = _NAMED.format(reached=reached(actor), order=LATEST_FIRST)
    values = values_of(actor, text=text, number=number, limit=limit)
    return by_ids(actor=actor, conversation_ids=[pk for (pk,) in rows(named, values)])
