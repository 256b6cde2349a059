"""A conversation as the person sees it: no notes, no inner workings."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongxin.center.kit.ids import ConversationId
from tongxin.center.kit.sql import rows
from tongxin.center.people.values import EXTERNAL, Address
from tongxin.service.conversations.queries.threads import MessageRow, RatingRow, message_rows
from tongxin.service.conversations.rules import RATING_EDITABLE
from tongxin.service.conversations.values import Status

LATEST, MOST_NEWS = 50, 200
NEVER = 2**62
# A verified account sees all of its person's conversations in the inbox; a stranger those of the address.
# What is proved is unique in a workspace, and has an index; the inbox tells the workspace. The identity
# is looked up first: joined in, PostgreSQL would walk all conversations from the newest.
_WHO = """
WITH who AS MATERIALIZED (
    SELECT id, person_id FROM people_identity
    WHERE workspace_id = (SELECT workspace_id FROM channels_inbox WHERE id = %(inbox)s)
      AND kind = %(kind)s AND value = %(value)s AND verified_at IS NOT NULL AND retired_at IS NULL
)
"""
_ACCOUNTS = "c.inbox_id = %(inbox)s AND c.person_id = (SELECT person_id FROM who)"
_STRANGERS = "c.inbox_id = %(inbox)s AND c.endpoint_id = (SELECT id FROM who)"
# What was merged away goes on at another place: how it stands there is theirs, what others say there is not.
_VISIT = (
    _WHO  # noqa: S608 - our own words
    + """
SELECT c.person_id, p.name, c.id, place.id, place.status, COALESCE(l.shown, ''), place.assignee_id,
    place.member_seen_id, r.score, r.is_solved, r.comment, r.rated_at
FROM conversations_conversation c
JOIN conversations_conversation place ON place.id = COALESCE(c.merged_into_id, c.id)
JOIN people_person p ON p.id = c.person_id
LEFT JOIN conversations_statuslabel l ON l.id = COALESCE(place.label_id, (
    SELECT usual.id FROM conversations_statuslabel usual
    WHERE usual.workspace_id = place.workspace_id AND usual.category = place.status AND usual.is_default))
LEFT JOIN conversations_rating r ON r.conversation_id = c.id
WHERE {theirs}
ORDER BY place.status = 'resolved', c.merged_into_id IS NOT NULL, c.is_side, c.id DESC LIMIT 1
"""
)
_SAID = (
    _WHO  # noqa: S608 - our own words
    + """
(SELECT {columns} FROM conversations_conversation c
 JOIN conversations_message m ON m.conversation_id = c.id AND m.origin_id IS NULL
 WHERE {theirs} AND m.kind IN ('in', 'out') AND m.id > %(after)s AND m.id < %(before)s
 ORDER BY m.id {order} LIMIT {limit})
UNION ALL
(SELECT {columns} FROM conversations_conversation c
 JOIN conversations_message m ON m.origin_id = c.id
 WHERE {theirs} AND m.kind IN ('in', 'out') AND m.id > %(after)s AND m.id < %(before)s
 ORDER BY m.id {order} LIMIT {limit})
ORDER BY id {order} LIMIT {limit}
"""
)
_COLUMNS = """m.id, m.conversation_id, m.kind, m.author, m.text, m.file_ids, m.client_id, m.external_id,
    m.state, m.error, m.sent_at, m.changed, m.origin_id, m.mend_state, m.mend_error"""
_ADDRESSED = """
SELECT m.id, c.inbox_id, i.kind, i.value FROM conversations_message m
JOIN conversations_conversation c ON c.id = COALESCE(m.origin_id, m.conversation_id)
JOIN people_identity i ON i.id = c.endpoint_id
WHERE m.id = ANY(%s::bigint[])
"""
_BEGUN = """
SELECT c.id, c.inbox_id, i.kind, i.value FROM conversations_conversation c
JOIN people_identity i ON i.id = c.endpoint_id
WHERE c.id = ANY(%s::bigint[])
"""


@dataclass(frozen=True)
class Visit:
    """The conversation a visitor is in: what is open, else what ended last.

    ``place_id``: where it goes on (itself, unless it was merged away). ``status_shown``: its status in the
    words that are meant for them, if there are any.
    """

    person_id: int
    person_name: str
    conversation_id: ConversationId
    place_id: int
    status: Status
    status_shown: str
    assignee_id: int | None
    member_seen_id: int
    rating: RatingRow | None
    rating_until: datetime | None


def visit(*, inbox_id: int, address: Address) -> Visit | None:
    """Return where a visitor stands: in what is open, else in what ended last; None at first."""
    found = rows(_VISIT.format(theirs=_theirs(address)), _values(inbox_id, address))
    if not found:
        return None
    [(person_id, name, pk, place_id, status, shown, assignee_id, seen, *rated)] = found
    rating = RatingRow(*rated) if rated[-1] else None
    until = rating.rated_at + RATING_EDITABLE if rating else None
    return Visit(
        person_id, name, pk, place_id, Status(status), shown, assignee_id, seen, rating, until
    )


def said(
    *, inbox_id: int, address: Address, after: int = 0, before: int = NEVER
) -> Sequence[MessageRow]:
    """Return what they and we said to each other, oldest first: the latest 50 (before one), or all after
    one (at most 200). Where that was merged with what others said, theirs is not among it.
    """  # noqa: D205
    order, limit = ("", MOST_NEWS) if after else ("DESC", LATEST)
    statement = _SAID.format(theirs=_theirs(address), columns=_COLUMNS, order=order, limit=limit)
    found = rows(statement, _values(inbox_id, address, after=after, before=before))
    return message_rows(found if after else found[::-1])


def addressed(*, message_ids: Collection[int]) -> Mapping[int, tuple[int, str, str]]:
    """Return whose each message is: (inbox_id, kind, value) of the endpoint where it was said."""
    return _endpoints(_ADDRESSED, message_ids)


def begun(*, conversation_ids: Collection[int]) -> Mapping[int, tuple[int, str, str]]:
    """Return where each conversation began: (inbox_id, kind, value) of its endpoint."""
    return _endpoints(_BEGUN, conversation_ids)


def _endpoints(statement: str, ids: Collection[int]) -> Mapping[int, tuple[int, str, str]]:
    found = rows(statement, [list(ids)])
    return {pk: (inbox, kind, value) for pk, inbox, kind, value in found}


def _theirs(address: Address) -> str:
    return _ACCOUNTS if address.kind == EXTERNAL else _STRANGERS


def _values(inbox_id: int, address: Address, **more: int) -> dict[str, Any]:
    return {"inbox": inbox_id, "kind": address.kind, "value": address.value, **more}
