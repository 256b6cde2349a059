"""How many conversations lists hold."""

from collections.abc import Mapping, Sequence
from functools import partial

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.service.conversations.queries.lists import (
    BUILT_IN,
    Picked,
    View,
    values_of,
    values_of_picks,
)
from tongxin.service.conversations.values import reached

COUNTED_UPTO = 100
COUNTED = (View.MINE, View.UNASSIGNED, View.WAITING, View.SNOOZED)
# In no order: PostgreSQL does not see that an index is in the list's order where its owner IS NULL, and
# would walk all conversations by time instead.
_COUNT = """(SELECT count(*) FROM (SELECT FROM conversations_conversation c
WHERE c.workspace_id = (SELECT %(workspace)s::bigint) AND {reached} AND {where} LIMIT {most}) counted)"""


@query("conversation.count", needs="conversation.read")
def counts(*, actor: Actor) -> Mapping[str, int]:
    """Return how many conversations each view has, up to 100 (then "99+")."""
    found = tallies(actor=actor, picks=[BUILT_IN[view] for view in COUNTED])
    return {view.value: count for view, count in zip(COUNTED, found, strict=True)}


def tallies(*, actor: Actor, picks: Sequence[Picked], most: int = COUNTED_UPTO) -> Sequence[int]:
    """Return how many conversations each list has, up to ``most``: one statement, however many."""
    if not picks:
        return ()
    [found] = rows(
        f"SELECT {counting(actor, picks, most)}", values_of(actor, **values_of_picks(picks))
    )
    return found


def counting(actor: Actor, picks: Sequence[Picked], most: int = COUNTED_UPTO) -> str:
    """Return the columns that count lists: for a statement that asks for more, with ``values_of`` the actor."""
    of_each = partial(_COUNT.format, reached=reached(actor), most=int(most))
    return ", ".join(of_each(where=p.where) for p in picks)
