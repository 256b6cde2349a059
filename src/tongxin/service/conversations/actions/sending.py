"""Hand what we said to the queues of channels that somebody else runs, and note what became of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongxin.center.accounts.queries import member_names
from tongxin.center.kit.actor import house
from tongxin.center.kit.signals import LIVE, tell
from tongxin.center.kit.sql import rows, table
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import About, about
from tongxin.service.channels.actions import Outgoing, enqueue
from tongxin.service.conversations.actions.copying import chosen_copies
from tongxin.service.conversations.actions.letters import copies
from tongxin.service.conversations.events import MessageFailed, MessageMendFailed
from tongxin.service.conversations.rules import token_of
from tongxin.service.conversations.values import Mend, State

_LONGEST_THREAD = 100  # earlier messages that a channel is told the names of
_QUEUED = """
SELECT m.id, m.workspace_id, m.inbox_id, m.conversation_id, m.text, m.file_ids, m.author, c.subject, o.number,
    i.kind, i.value, p.name, t.template
FROM conversations_message m
JOIN conversations_conversation c ON c.id = COALESCE(m.origin_id, m.conversation_id)
JOIN conversations_conversation o ON o.id = m.conversation_id
JOIN people_identity i ON i.id = c.endpoint_id
JOIN people_person p ON p.id = c.person_id
LEFT JOIN conversations_carried t ON t.message_id = m.id
WHERE m.id = ANY(%s::bigint[]) AND m.state = 'queued' AND m.changed <> 'recalled'
ORDER BY m.id FOR NO KEY UPDATE OF m
"""
_THREADS = """
SELECT asked.id, m.kind, m.external_id
FROM json_to_recordset(%(asked)s) AS asked (id bigint, place bigint, inbox_id bigint)
CROSS JOIN LATERAL (
    SELECT id, kind, external_id FROM conversations_message
    WHERE conversation_id = asked.place AND id < asked.id AND inbox_id = asked.inbox_id
      AND external_id IS NOT NULL
    ORDER BY id DESC LIMIT %(most)s
) m ORDER BY asked.id, m.id
"""
_MOVE = """
UPDATE conversations_message m SET state = s.state, error = s.error,
    external_id = CASE WHEN s.external_id IS NULL OR EXISTS (SELECT FROM conversations_message o
        WHERE o.inbox_id = m.inbox_id AND o.external_id = s.external_id AND o.id <> m.id)
        THEN m.external_id ELSE s.external_id END
FROM json_to_recordset(%(told)s) AS s (id bigint, state text, error text, external_id text, rank int)
WHERE m.id = s.id AND m.kind = 'out' AND ((s.state = 'queued' AND m.state = 'failed') OR s.rank > CASE m.state
    WHEN 'sent' THEN 1 WHEN 'delivered' THEN 2 WHEN 'read' THEN 3 ELSE 0 END)
RETURNING m.id, m.workspace_id, m.conversation_id, m.state, m.error,
    (SELECT person_id FROM conversations_conversation c WHERE c.id = m.conversation_id)
"""
# Only of what it says now: what somebody wanted to say in between concerns nobody any more.
_MEND = """
UPDATE conversations_message m SET mend_state = s.state, mend_error = s.error
FROM json_to_recordset(%s) AS s (id bigint, mend_id bigint, state text, error text)
WHERE m.id = s.id AND s.mend_id = (SELECT max(r.id) FROM conversations_revision r WHERE r.message_id = m.id)
RETURNING m.id, m.workspace_id, m.conversation_id, m.mend_state, m.mend_error,
    (SELECT person_id FROM conversations_conversation c WHERE c.id = m.conversation_id)
"""
_RANK = {State.QUEUED: 0, State.SENT: 1, State.DELIVERED: 2, State.READ: 3, State.FAILED: 4}


@dataclass(frozen=True)
class Told:
    """What a channel said of a message of ours."""

    message_id: int
    state: State
    error: str = ""
    external_id: str | None = None


@dataclass(frozen=True)
class Mended:
    """What a channel said of a change of a message; ``mend_id`` names the change."""

    message_id: int
    mend_id: int
    state: Mend
    error: str = ""


def carry_out(*, message_ids: Sequence[int], now: datetime) -> int:
    """Put queued messages into the queues of their inboxes, once; returns how many are new there."""
    queued = rows(_QUEUED, [list(message_ids)])
    if not queued:
        return 0
    threads, authors, copied = _threads(queued), _authors(queued), _copied(queued)
    return enqueue(outgoing=[_outgoing(row, threads, authors, copied) for row in queued], now=now)


def note_departures(*, told: Sequence[Told], now: datetime) -> int:
    """Note how far messages have come: onwards, unless they are tried anew; returns how many have moved."""
    furthest: dict[int, Told] = {}
    for one in told:
        before = furthest.get(one.message_id)
        if before is None or one.state is State.QUEUED or _rank(one) > _rank(before):
            furthest[one.message_id] = one
    names = {one.message_id: one.external_id for one in told if one.external_id}
    noted = table(
        {
            "id": pk, "state": one.state, "error": one.error[:64], "rank": _rank(one),
            "external_id": names.get(pk),
        }
        for pk, one in furthest.items()
    )  # fmt: skip
    moved = rows(_MOVE, {"told": noted})
    record(_failed(row, now) for row in moved if row[3] == State.FAILED)
    _tell(moved)
    return len(moved)


def note_mends(*, told: Sequence[Mended], now: datetime) -> int:
    """Note whether people have what messages say since they were changed; returns how many this is about."""
    last = {(one.message_id, one.mend_id): one for one in told}
    noted = table(
        {"id": pk, "mend_id": mend_id, "state": one.state, "error": one.error[:64]}
        for (pk, mend_id), one in last.items()
    )
    moved = rows(_MEND, [noted])
    record(
        MessageMendFailed(
            **_where(row, now), conversation_id=row[2], message_id=row[0], error=row[4]
        )
        for row in moved
        if row[3] == Mend.FAILED
    )
    _tell(moved)
    return len(moved)


def _tell(moved: Sequence[tuple[Any, ...]]) -> None:
    tell(LIVE, [{"t": "got", "w": row[1], "c": row[2], "m": row[0]} for row in moved])


def _where(moved: tuple[Any, ...], now: datetime) -> About:
    _message_id, workspace_id, conversation_id, _state, _error, person_id = moved
    label = house(workspace_id).label
    return about(workspace_id, label, "conversation", conversation_id, now, person_id)


def _failed(moved: tuple[Any, ...], now: datetime) -> MessageFailed:
    message_id, _workspace_id, conversation_id, _state, error, _person_id = moved
    return MessageFailed(
        **_where(moved, now), conversation_id=conversation_id, message_id=message_id, error=error
    )


def _rank(one: Told) -> int:
    return _RANK[one.state]


def _outgoing(
    row: tuple[Any, ...], threads: Mapping[int, list[tuple[str, str]]], authors: Mapping[str, str],
    copied: Mapping[int, list[list[str]]],
) -> Outgoing:  # fmt: skip
    (
        pk, workspace_id, inbox_id, place, text, file_ids, author, subject, number, kind, value, name, template,
    ) = row  # fmt: skip
    said = threads.get(pk, [])
    payload = {
        "recipient": [kind, value, name],
        "text": text,
        "file_ids": list(file_ids),
        "author": authors.get(author, ""),
        "subject": subject,
        "answers": next((external for way, external in reversed(said) if way == "in"), ""),
        "token": token_of(workspace_id, number),
        "copied": copied.get(pk, []),
        "thread": [external for _way, external in said],
        "is_automatic": not author.startswith("member:"),
    }
    if template is not None:
        payload["template"] = template
    return Outgoing(workspace_id, inbox_id, pk, place, payload)


def _threads(queued: Sequence[tuple[Any, ...]]) -> Mapping[int, list[tuple[str, str]]]:
    asked = table({"id": row[0], "place": row[3], "inbox_id": row[2]} for row in queued)
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for pk, kind, external_id in rows(_THREADS, {"asked": asked, "most": _LONGEST_THREAD}):
        found[pk].append((kind, external_id))
    return found


def _copied(queued: Sequence[tuple[Any, ...]]) -> Mapping[int, list[list[str]]]:
    said, to = {row[0]: row[3] for row in queued}, {row[0]: row[10] for row in queued}
    return copies(said=said, to=to) | chosen_copies(message_ids=list(said))


def _authors(queued: Sequence[tuple[Any, ...]]) -> Mapping[str, str]:
    """Return members' names by the labels of authors."""
    ids = {int(row[6].partition(":")[2]) for row in queued if row[6].startswith("member:")}
    found = member_names(member_ids=ids) if ids else {}
    return {f"member:{pk}": name for pk, name in found.items()}
