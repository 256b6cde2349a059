"""Find messages: two-character Chinese words, English words and parts of them.

The trap: for a rare word PostgreSQL would walk the newest messages one by one until it has enough, and
for a common one collect and sort all matches. So its own estimate decides which way is taken.
"""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.kit.ids import ConversationId, MessageId
from tongxin.center.kit.paging import Limit, Page, page, read_cursor, write_cursor
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.center.kit.text import fold, query_tokens
from tongxin.service.conversations.models import Message
from tongxin.service.conversations.values import reached, reaching

_COMMON = 4000
_NEWEST = 2**62
_LONGEST_QUERY = 100
# A sub-select is worked out once; in a prepared statement's plan the cast would be made for every row.
_WANTED = "tokens @@ (SELECT %(wanted)s::tsquery)"
_ALL = "SELECT message_id FROM conversations_messageindex"
_MATCHING = f"{_ALL} WHERE tokens @@ %s::tsquery"
# The limit is spelled out: as a parameter it would make PostgreSQL plan for a tenth of all messages.
# The fence (OFFSET 0) keeps the walk: PostgreSQL takes the tokens of one word for independent and would
# think the matches few enough to collect. The order by workspace keeps its index: where most messages are of
# one, it would walk those of all.
_NEWEST_FIRST = f"""
SELECT message_id FROM (
    SELECT message_id, tokens FROM conversations_messageindex
    WHERE workspace_id BETWEEN %(workspace)s AND %(workspace)s AND message_id < %(last)s
    ORDER BY workspace_id DESC, message_id DESC OFFSET 0
) newest WHERE {_WANTED}{{reached}} LIMIT {{limit}}
"""  # noqa: S608
_COLLECTED = f"""
WITH matches AS MATERIALIZED ({_ALL} WHERE {_WANTED})
SELECT message_id FROM matches WHERE message_id < %(last)s{{reached}} ORDER BY message_id DESC LIMIT {{limit}}
"""  # noqa: S608


_REACHED = """ AND EXISTS (
    SELECT FROM conversations_message m JOIN conversations_conversation c ON c.id = m.conversation_id
    WHERE m.id = message_id AND {reached}
)"""


@dataclass(frozen=True)
class Hit:
    """A message that matches, with the part of it that shows why."""

    message_id: MessageId
    conversation_id: ConversationId
    snippet: str
    sent_at: datetime


@query("message.search", needs="conversation.read")
def search(*, actor: Actor, text: str, cursor: str | None = None, limit: Limit = 50) -> Page[Hit]:
    """Return the newest messages that have every word (or pair of characters) of ``text``.

    Raises Refused: ``cursor.invalid``.
    """
    [last_id] = read_cursor(cursor, 1) if cursor is not None else [_NEWEST]
    wanted = query_tokens(text[:_LONGEST_QUERY])
    groups = [[f"@{actor.workspace_id}"], *wanted]
    if not wanted:
        return Page([], None)
    values = {
        "wanted": _query(token for group in groups for token in group),
        "last": last_id,
        **reaching(actor),
    }
    statement = _NEWEST_FIRST if _estimate(groups) > _COMMON else _COLLECTED
    ids = [
        message_id
        for (message_id,) in rows(statement.format(limit=limit * 2, reached=_within(actor)), values)
    ]
    found = Message.objects.filter(pk__in=ids).order_by("-pk")
    words = fold(text[:_LONGEST_QUERY]).split()
    hits = [
        Hit(pk, conversation_id, _snippet(said, words), sent_at)
        for pk, conversation_id, said, sent_at in found.values_list(
            "pk", "conversation_id", "text", "sent_at"
        )
        if all(word in fold(said) for word in words)
    ]
    if len(hits) <= limit and len(ids) == limit * 2:
        # Some candidates lack the words themselves: go on behind the last one looked at.
        return Page(hits, write_cursor((ids[-1],)))
    return page(hits, limit, lambda hit: (hit.message_id,))


def _within(actor: Actor) -> str:
    """Return the condition on messages that an actor's reach sets, where it sets any."""
    return "" if actor.reach is Reach.ALL else _REACHED.format(reached=reached(actor))


def _estimate(groups: Sequence[Sequence[str]]) -> float:
    """Return about how many messages match, by PostgreSQL's statistics.

    Words are taken as independent; the tokens of one word come together, so its rarest one counts.
    """
    tokens = [token for group in groups for token in group]
    counted = " UNION ALL ".join([_ALL, *[_MATCHING] * len(tokens)])
    [(plan,)] = rows(f"EXPLAIN (FORMAT JSON) {counted}", [_query([token]) for token in tokens])
    read = json.loads(plan) if isinstance(plan, str) else plan
    total, *counts = (max(1.0, part["Plan Rows"]) for part in read[0]["Plan"]["Plans"])
    by_token = dict(zip(tokens, counts, strict=True))
    shares = (min(by_token[token] for token in group) / total for group in groups)
    return float(total * math.prod(shares))


def _query(tokens: Iterable[str]) -> str:
    return " & ".join(f"'{token}'" for token in tokens)


def _snippet(text: str, words: Sequence[str]) -> str:
    """Cut out about 80 characters around the first word found."""
    line = " ".join(text.split())
    place = max(0, fold(line).find(words[0]) - 24)
    return (
        ("…" if place else "") + line[place : place + 80] + ("…" if place + 80 < len(line) else "")
    )
