"""The lists that agents work from: a view, its rows, and how many wait in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, InboxId, MemberId, PersonId
from tongxin.center.kit.paging import Limit, Page, number_of, page, read_cursor, time_of
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import row_maker, rows
from tongxin.service.conversations.values import Status

COUNTED_UPTO = 100
_NEVER = 2**62  # snoozed until the person replies


class View(StrEnum):
    """The lists that every agent has."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    WAITING = "waiting"
    SNOOZED = "snoozed"
    ALL = "all"


@dataclass(frozen=True)
class ConversationRow:
    """A conversation as lists show it. ``unanswered`` counts the person's messages since our last."""

    id: ConversationId
    number: int
    subject: str
    status: Status
    person_id: PersonId
    person_name: str
    inbox_id: InboxId
    channel: str
    assignee_id: MemberId | None
    assignee_name: str | None
    waiting_since: datetime | None
    unanswered: int
    is_snoozed: bool
    snoozed_until: datetime | None
    woke: str
    wants_human: bool
    last_at: datetime
    last_text: str
    last_kind: str
    tags: tuple[str, ...]


ConversationPage = Page[ConversationRow]

_ROW = """
SELECT c.id, c.number, c.subject, c.status, c.person_id, p.name, c.inbox_id, i.channel, c.assignee_id,
       COALESCE(NULLIF(u.name, ''), split_part(u.email, '@', 1)), c.waiting_since, c.unanswered,
       c.is_snoozed, c.snoozed_until, c.woke, c.wants_human, c.last_at, c.last_text, c.last_kind,
       ARRAY(SELECT t.name FROM conversations_tagging g JOIN conversations_tag t ON t.id = g.tag_id
             WHERE g.conversation_id = c.id ORDER BY t.name)
FROM {source} c
JOIN people_person p ON p.id = c.person_id
JOIN channels_inbox i ON i.id = c.inbox_id
LEFT JOIN accounts_member m ON m.id = c.assignee_id
LEFT JOIN accounts_user u ON u.id = m.user_id
ORDER BY {order}
"""
_made = row_maker(ConversationRow)
_STATUS = {status.value: status for status in Status}
_NEWEST, _LONGEST, _SOONEST = (
    "c.last_at DESC, c.id DESC",
    "c.waiting_since, c.id",
    "c.snoozed_until, c.id",
)
_WHERE = {
    View.MINE: "c.assignee_id = %(member)s AND c.status <> 'resolved' AND NOT c.is_snoozed",
    View.UNASSIGNED: "c.assignee_id IS NULL AND c.status <> 'resolved' AND NOT c.is_snoozed",
    View.WAITING: "c.waiting_since IS NOT NULL AND NOT c.is_snoozed",
    View.SNOOZED: "c.is_snoozed",
    View.ALL: "true",
}
_ORDER = {
    View.MINE: _NEWEST, View.UNASSIGNED: _NEWEST, View.WAITING: _LONGEST, View.SNOOZED: _SOONEST,
    View.ALL: _NEWEST,
}  # fmt: skip
_AFTER = {
    _NEWEST: "(c.last_at, c.id) < (%(at)s, %(id)s)",
    _LONGEST: "(c.waiting_since, c.id) > (%(at)s, %(id)s)",
    _SOONEST: "(COALESCE(c.snoozed_until, 'infinity'), c.id) > (%(at)s, %(id)s)",
}
# The limit is spelled out: as a parameter it would make PostgreSQL plan anew each time.
_PAGE = """(SELECT * FROM conversations_conversation c
WHERE c.workspace_id = %(workspace)s AND {where} ORDER BY {order} LIMIT {limit})"""
# In the view's order, so that it walks the view's own index and stops.
_COUNT = """(SELECT count(*) FROM (SELECT FROM conversations_conversation c
WHERE c.workspace_id = %(workspace)s AND {where} ORDER BY {order} LIMIT {most}) {view})"""
_BY_ID = """(SELECT * FROM conversations_conversation c
WHERE c.workspace_id = %(workspace)s AND {where})"""


@query("conversation.list", needs="conversation.read")
def conversations(
    *, actor: Actor, view: View = View.ALL, cursor: str | None = None, limit: Limit = 50
) -> ConversationPage:
    """Return one page of a view. ``waiting`` has the longest wait first, ``snoozed`` the soonest to
    wake, the others the newest message. Raises Refused: ``cursor.invalid``.
    """  # noqa: D205
    order = _ORDER[view]
    where = [_WHERE[view]]
    values = _values(actor)
    if cursor is not None:
        where.append(_AFTER[order])
        values |= _read_place(cursor)
    source = _PAGE.format(where=" AND ".join(where), order=order, limit=int(limit) + 1)
    found = [_row(row) for row in rows(_ROW.format(source=source, order=order), values)]
    return page(found, limit, lambda row: _place(row, order))


@query("conversation.count", needs="conversation.read")
def counts(*, actor: Actor) -> Mapping[str, int]:
    """Return how many conversations each view has, up to 100 (then "99+")."""
    views = [View.MINE, View.UNASSIGNED, View.WAITING, View.SNOOZED]
    columns = ", ".join(
        _COUNT.format(where=_WHERE[v], order=_ORDER[v], most=COUNTED_UPTO, view=v.value)
        for v in views
    )
    [found] = rows(f"SELECT {columns}", _values(actor))
    return {view.value: count for view, count in zip(views, found, strict=True)}


@query("conversation.of_person", needs="conversation.read")
def of_person(
    *, actor: Actor, person_id: PersonId, cursor: str | None = None, limit: Limit = 20
) -> ConversationPage:
    """Return a person's conversations, newest first. Raises Refused: ``cursor.invalid``."""
    [last_id] = read_cursor(cursor, 1) if cursor is not None else [_NEVER]
    where = "c.person_id = %(person)s AND c.id < %(last)s ORDER BY c.id DESC LIMIT %(limit)s"
    found = _some(actor, where, "c.id DESC", person=person_id, last=last_id, limit=limit + 1)
    return page(found, limit, lambda row: (row.id,))


def by_ids(*, actor: Actor, conversation_ids: Sequence[int]) -> Sequence[ConversationRow]:
    """Return these conversations, newest message first."""
    return _some(actor, "c.id = ANY(%(ids)s)", _NEWEST, ids=list(conversation_ids))


def _some(actor: Actor, where: str, order: str, **values: Any) -> list[ConversationRow]:  # noqa: ANN401
    statement = _ROW.format(source=_BY_ID.format(where=where), order=order)
    return [_row(row) for row in rows(statement, _values(actor, **values))]


def _row(row: tuple[Any, ...]) -> ConversationRow:
    return _made((*row[:3], _STATUS[row[3]], *row[4:-1], tuple(row[-1])))


def _values(actor: Actor, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    member = actor.id if actor.kind == "member" else 0
    return {"workspace": actor.workspace_id, "member": member, **more}


def _place(row: ConversationRow, order: str) -> tuple[int, int]:
    at = {_NEWEST: row.last_at, _LONGEST: row.waiting_since, _SOONEST: row.snoozed_until}[order]
    return number_of(at) if at else _NEVER, row.id


def _read_place(cursor: str) -> dict[str, Any]:
    micros, last_id = read_cursor(cursor, 2)
    return {"at": time_of(micros) if micros != _NEVER else "infinity", "id": last_id}
