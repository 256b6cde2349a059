"""The lists that agents work from: a view, its rows, and how many wait in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from tongxin.center.attributes.queries import clauses
from tongxin.center.attributes.values import Thing
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import (
    ConversationId,
    InboxId,
    MemberId,
    PersonId,
    QueueId,
    StatusId,
)
from tongxin.center.kit.paging import Kept, Limit, Page, number_of, page, read_cursor, time_of
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import row_keeper, row_maker, rows
from tongxin.service.conversations.values import (
    EARLIEST_FIRST,
    LATEST_FIRST,
    LED_TO,
    Order,
    Status,
    reached,
    reaching,
)

_NEVER = 2**62  # snoozed until the person replies
_STEP = 10_000_000  # of listed_at, in microseconds


class View(StrEnum):
    """The lists that every agent has."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    ALL = "all"


@dataclass(frozen=True, eq=False)
class ConversationRow(Kept):
    """A conversation as lists show it. ``unanswered`` counts the person's messages since our last.

    ``status_name`` is the workspace's own word for its status; empty where the category is its name.
    ``fence`` is another number with every owner: who acts names it, and is refused where it is over.
    """

    id: ConversationId
    number: int
    subject: str
    status: Status
    status_id: StatusId | None
    status_name: str
    status_tint: str
    person_id: PersonId
    person_name: str
    inbox_id: InboxId
    channel: str
    queue_id: QueueId
    assignee_id: MemberId | None
    assignee_name: str | None
    with_assistant: bool
    fence: int
    waiting_since: datetime | None
    unanswered: int
    is_snoozed: bool
    snoozed_until: datetime | None
    woke: str
    wants_human: bool
    opened_at: datetime
    last_at: datetime
    last_text: str
    last_kind: str
    tags: tuple[str, ...]


ConversationPage = Page[ConversationRow]


@dataclass(frozen=True)
class Picked:
    """Which conversations (``c``) a list holds, in SQL with its values, and in which order."""

    where: str
    order: Order
    values: Mapping[str, Any] = field(default_factory=dict)


# Behind a sub-select, here and where views are counted: else PostgreSQL plans the counts anew each time.
_ME = "(SELECT %(member)s::bigint)"
BUILT_IN = {
    View.MINE: Picked(
        f"c.assignee_id = {_ME} AND c.status <> 'resolved' AND NOT c.is_snoozed", Order.NEWEST
    ),
    View.UNASSIGNED: Picked(
        "c.assignee_id IS NULL AND NOT c.with_assistant AND c.status <> 'resolved' AND NOT c.is_snoozed",
        Order.NEWEST,
    ),
    View.WAITING: Picked(
        "c.waiting_since IS NOT NULL AND NOT c.is_snoozed AND NOT c.with_assistant", Order.LONGEST
    ),
    View.SNOOZED: Picked("c.is_snoozed", Order.SOONEST),
    View.ALL: Picked("true", Order.NEWEST),
}
_ROW = """
SELECT c.id, c.number, c.subject, c.status, l.id, COALESCE(l.name, ''), COALESCE(l.tint, ''), c.person_id, p.name,
       c.inbox_id, i.channel, c.queue_id, c.assignee_id,
       COALESCE(NULLIF(u.name, ''), split_part(u.email, '@', 1)), c.with_assistant, c.fence, c.waiting_since,
       c.unanswered,
       c.is_snoozed, c.snoozed_until, c.woke, c.wants_human, c.opened_at, c.last_at, c.last_text, c.last_kind,
       ARRAY(SELECT t.name FROM conversations_tagging g JOIN conversations_tag t ON t.id = g.tag_id
             WHERE g.conversation_id = c.id ORDER BY t.name)
FROM {source} c
JOIN people_person p ON p.id = c.person_id
JOIN channels_inbox i ON i.id = c.inbox_id
LEFT JOIN conversations_statuslabel l ON l.id = COALESCE(c.label_id, (
    SELECT usual.id FROM conversations_statuslabel usual
    WHERE usual.workspace_id = c.workspace_id AND usual.category = c.status AND usual.is_default))
LEFT JOIN accounts_member m ON m.id = c.assignee_id
LEFT JOIN accounts_user u ON u.id = m.user_id
ORDER BY {order}
"""
_made = row_maker(ConversationRow)
_STATUS = {status.value: status for status in Status}
_row = row_keeper(lambda row: _made((*row[:3], _STATUS[row[3]], *row[4:-1], tuple(row[-1]))))
_BY = {
    Order.NEWEST: LATEST_FIRST,
    Order.OLDEST: EARLIEST_FIRST,
    Order.LONGEST: "c.waiting_since, c.id",
    Order.WAITED: "COALESCE(c.waiting_since, 'infinity'), c.id",
    Order.SOONEST: "c.snoozed_until, c.id",
    Order.CREATED: "c.number DESC",
    Order.FIRST: "c.number",
}
_AFTER = {
    Order.NEWEST: "(c.listed_at, c.last_at, c.id) < (%(listed)s, %(at)s, %(id)s)",
    Order.OLDEST: "(c.listed_at, c.last_at, c.id) > (%(listed)s, %(at)s, %(id)s)",
    Order.LONGEST: "(c.waiting_since, c.id) > (%(at)s, %(id)s)",
    Order.WAITED: "(COALESCE(c.waiting_since, 'infinity'), c.id) > (%(at)s, %(id)s)",
    Order.SOONEST: "(COALESCE(c.snoozed_until, 'infinity'), c.id) > (%(at)s, %(id)s)",
    Order.CREATED: "c.number < %(number)s",
    Order.FIRST: "c.number > %(number)s",
}
_PLACED_BY = {
    Order.NEWEST: "last_at", Order.OLDEST: "last_at", Order.LONGEST: "waiting_since",
    Order.WAITED: "waiting_since", Order.SOONEST: "snoozed_until",
}  # fmt: skip
# The limit is spelled out: as a parameter it would make PostgreSQL plan anew each time.
_PAGE = """(SELECT * FROM conversations_conversation c
WHERE c.workspace_id = %(workspace)s AND {reached} AND {where} ORDER BY {order} LIMIT {limit})"""
_PICK = f"(SELECT {{number}} AS pick, c.* FROM {_PAGE} c)"  # noqa: S608 - a constant
_IDS = """SELECT c.id FROM conversations_conversation c
WHERE c.workspace_id = %(workspace)s AND {reached} AND {where} ORDER BY {order} LIMIT {limit}"""
_BY_ID = """(SELECT * FROM conversations_conversation c
WHERE c.workspace_id + 0 = %(workspace)s AND {reached} AND {where})"""


@query("conversation.list", needs="conversation.read")
def conversations(
    *, actor: Actor, view: View = View.ALL, where: Sequence[str] = (), cursor: str | None = None,
    limit: Limit = 50,
) -> ConversationPage:  # fmt: skip
    """Return one page of a view. ``waiting`` has the longest wait first, ``snoozed`` the soonest to
    wake, the others the newest message.

    ``where`` are conditions on custom attributes, such as ``reason=broken`` or ``!reason``.

    Raises Refused: ``cursor.invalid``, ``attribute.condition``, ``attribute.unknown``,
    ``attribute.value``.
    """  # noqa: D205
    asked, values = clauses(
        workspace_id=actor.workspace_id, thing=Thing.CONVERSATION, where=where,
        column="c.attributes",
    )  # fmt: skip
    shown = BUILT_IN[view]
    picked = Picked(" AND ".join([shown.where, *asked]), shown.order, values)
    return page_of(actor=actor, picked=picked, cursor=cursor, limit=limit)


def page_of(
    *, actor: Actor, picked: Picked, cursor: str | None = None, limit: int = 50
) -> ConversationPage:
    """Return one page of any list. Raises Refused: ``cursor.invalid``."""
    where = [picked.where]
    values = values_of(actor, **picked.values)
    if cursor is not None:
        where.append(_AFTER[picked.order])
        values |= _read_place(cursor, picked.order)
    order = _BY[picked.order]
    source = _PAGE.format(
        reached=reached(actor), where=" AND ".join(where), order=order, limit=int(limit) + 1
    )
    found = [_row(row) for row in rows(_ROW.format(source=source, order=order), values)]
    return page(found, limit, lambda row: _place(row, picked.order))


def pages_of(*, actor: Actor, picks: Sequence[Picked], limit: int) -> Sequence[ConversationPage]:
    """Return the first page of each of several lists: one statement, however many."""
    if not picks:
        return ()
    sources = [
        _PICK.format(
            reached=reached(actor),
            number=number,
            where=p.where,
            order=_BY[p.order],
            limit=int(limit) + 1,
        )
        for number, p in enumerate(picks)
    ]
    statement = _ROW.replace("SELECT c.id", "SELECT c.pick, c.id", 1).format(
        source=f"({' UNION ALL '.join(sources)})", order=f"c.pick, {_BY[picks[0].order]}"
    )
    found: list[list[ConversationRow]] = [[] for _ in picks]
    values = values_of_picks(picks)
    for pick, *row in rows(statement, values_of(actor, **values)):
        found[pick].append(_row(tuple(row)))
    return [
        page(some, limit, partial(_place, order=p.order))
        for some, p in zip(found, picks, strict=True)
    ]


def ids_of(*, actor: Actor, picked: Picked, most: int) -> list[int]:
    """Return the ids of a whole list in its order, up to ``most``."""
    statement = _IDS.format(
        reached=reached(actor), where=picked.where, order=_BY[picked.order], limit=int(most)
    )
    return [pk for (pk,) in rows(statement, values_of(actor, **picked.values))]


def values_of_picks(picks: Sequence[Picked]) -> dict[str, Any]:
    return {name: value for p in picks for name, value in p.values.items()}


def by_ids(*, actor: Actor, conversation_ids: Sequence[int]) -> Sequence[ConversationRow]:
    """Return the conversations that these ids lead to, newest message first."""
    return some(actor, f"c.id = {LED_TO}", _BY[Order.NEWEST], ids=list(conversation_ids))


def some(actor: Actor, where: str, order: str, **values: Any) -> list[ConversationRow]:  # noqa: ANN401
    """Return the conversations within an actor's reach that meet a condition of ours, in an order of ours."""
    statement = _ROW.format(source=_BY_ID.format(reached=reached(actor), where=where), order=order)
    return [_row(row) for row in rows(statement, values_of(actor, **values))]


def values_of(actor: Actor, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    member = actor.id if actor.kind == "member" else 0
    return {**reaching(actor), "member": member, **more}


def _place(row: ConversationRow, order: Order) -> tuple[int, int]:
    if order not in _PLACED_BY:
        return row.number, row.id
    at = getattr(row, _PLACED_BY[order])
    return number_of(at) if at else _NEVER, row.id


def _read_place(cursor: str, order: Order) -> dict[str, Any]:
    place, last_id = read_cursor(cursor, 2)
    if order not in _PLACED_BY:
        return {"number": place}
    listed = time_of(place - place % _STEP) if order in (Order.NEWEST, Order.OLDEST) else None
    return {
        "at": time_of(place) if place != _NEVER else "infinity",
        "listed": listed,
        "id": last_id,
    }
