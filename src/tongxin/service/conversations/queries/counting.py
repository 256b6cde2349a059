"""What conversations took, counted from the timeline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.center.timeline.queries import of_subjects
from tongxin.service.conversations.queries.within import within
from tongxin.service.conversations.rules import COUNTED, statistics
from tongxin.service.conversations.values import Happening, Statistics

_MOST_FACTS = 1_000_000
_OPENED = (
    "SELECT id, opened_at FROM conversations_conversation WHERE id = ANY(%s::bigint[]) ORDER BY id"
)


@dataclass(frozen=True)
class StatisticsRow(Statistics):
    """What one conversation took."""

    conversation_id: ConversationId


@query("conversation.statistics", needs="conversation.read")
def statistics_of(
    *, actor: Actor, conversation_ids: Sequence[ConversationId], now: datetime
) -> Sequence[StatisticsRow]:
    """Return what these conversations took so far: answers, handling with and without pauses, reopenings."""
    here = within(actor, conversation_ids)
    return statistics_here(actor=actor, conversation_ids=here, now=now)


def statistics_here(
    *, actor: Actor, conversation_ids: Sequence[int], now: datetime
) -> Sequence[StatisticsRow]:
    """Return the same of conversations that are known to be within reach."""
    opened = dict(rows(_OPENED, [list(conversation_ids)]))
    facts: dict[str, list[Happening]] = {f"conversation:{pk}": [] for pk in opened}
    for e in of_subjects(actor=actor, subjects=list(facts), kinds=COUNTED, limit=_MOST_FACTS):
        facts[e.subject].append(Happening(e.happened_at, e.kind, e.data))
    return [
        StatisticsRow(**vars(statistics(at, facts[f"conversation:{pk}"], now)), conversation_id=pk)
        for pk, at in opened.items()
    ]
