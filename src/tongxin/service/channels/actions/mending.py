"""Other words for what went out, or none: changed where it still waits, carried out behind it where it left."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongxin.center.kit.sql import rows, table
from tongxin.service.channels.actions.queueing import Claimed, Outgoing, enqueue
from tongxin.service.channels.ports import Failure, Receipt
from tongxin.service.channels.values import Capabilities, DepartureState

# What somebody claimed may be there already, whatever becomes of them; or a part of it is.
_LEFT = """
SELECT d.message_id, d.state = 'sent' OR d.claimed_until IS NOT NULL OR d.external_id <> '' OR d.parts <> '{}'
FROM json_to_recordset(%s) AS asked (message_id bigint, inbox_id bigint)
JOIN channels_departure d USING (message_id, inbox_id) WHERE d.mend_id = 0 ORDER BY d.id FOR UPDATE OF d
"""
_REWORD = """
UPDATE channels_departure d SET payload = jsonb_set(d.payload, '{text}', to_jsonb(s.text))
FROM json_to_recordset(%s) AS s (message_id bigint, inbox_id bigint, text text)
WHERE d.message_id = s.message_id AND d.inbox_id = s.inbox_id AND d.mend_id = 0
RETURNING d.message_id, d.workspace_id, d.inbox_id, d.lane, d.payload
"""
_TAKE_BACK = """
DELETE FROM channels_departure WHERE message_id = ANY(%s::bigint[]) AND inbox_id = ANY(%s::bigint[]) AND mend_id = 0
"""
# Of what is taken back half-way the rest stays here: it left as what the channel has of it.
_STOP = """
UPDATE channels_departure SET state = 'sent', external_id = parts[array_upper(parts, 1)]
WHERE message_id = ANY(%s::bigint[]) AND inbox_id = ANY(%s::bigint[]) AND mend_id = 0 AND parts <> '{}'
  AND state IN ('waiting', 'dead') AND claimed_until IS NULL
"""
# Whoever says something else now says nothing of what they wanted to say before.
_SUPERSEDE = """
DELETE FROM channels_departure WHERE message_id = ANY(%s::bigint[]) AND inbox_id = ANY(%s::bigint[]) AND mend_id > 0
  AND (state = 'dead' OR (state = 'waiting' AND claimed_until IS NULL))
"""
_NAMES = """
SELECT message_id, state, external_id, parts FROM channels_departure
WHERE inbox_id = %s AND message_id = ANY(%s::bigint[]) AND mend_id = 0
"""


@dataclass(frozen=True)
class Mend:
    """Other words for a message of an inbox; or none: ``recalls``, and ``text`` is what it said.

    ``mend_id`` names this change of it.
    """

    message_id: int
    inbox_id: int
    mend_id: int
    text: str
    recalls: bool = False


def left(*, messages: Collection[tuple[int, int]]) -> set[int]:
    """Return which messages (message_id, inbox_id) left their queue, or may have; the others stay until the end."""
    asked = table({"message_id": pk, "inbox_id": inbox_id} for pk, inbox_id in messages)
    return {pk for pk, has_left in rows(_LEFT, [asked]) if has_left}


def mend_departures(*, mends: Sequence[Mend], gone: Collection[int], now: datetime) -> None:
    """Change what waits, and let changes of what is ``gone`` wait behind it, once; see ``left``."""
    if not mends:
        return
    inbox_ids = sorted({one.inbox_id for one in mends})
    staying = [one.message_id for one in mends if one.recalls and one.message_id not in gone]
    rows(_TAKE_BACK, [staying, inbox_ids])
    rows(_STOP, [[one.message_id for one in mends if one.recalls], inbox_ids])
    rows(_SUPERSEDE, [[one.message_id for one in mends], inbox_ids])
    found = {row[0]: row for row in rows(_REWORD, [table(one.__dict__ for one in mends)])}
    going = [
        _outgoing(one, found[one.message_id])
        for one in mends
        if one.message_id in gone and one.message_id in found
    ]
    enqueue(outgoing=going, now=now)


def mended(inbox_id: int, claimed: Sequence[Claimed]) -> dict[int, tuple[str, ...]]:
    """Return the names of what each change is about, by message; none where it did not leave after all."""
    asked = [one.message_id for one in claimed if one.mend_id]
    found = rows(_NAMES, [inbox_id, asked]) if asked else []
    names = {
        pk: (tuple(parts) or (name,))
        for pk, state, name, parts in found
        if state == DepartureState.SENT
    }
    return {pk: names.get(pk, ()) for pk in asked}


def unmendable(one: Claimed, names: tuple[str, ...], can: Capabilities) -> Receipt | None:
    """Return what becomes of a change that no channel can make: nothing is to be changed, or nothing has a name."""
    if not names:
        if one.payload.get("recalls"):
            rows(_TAKE_BACK, [[one.message_id], [one.inbox_id]])
        return Receipt(one.message_id)
    able = can.recall_minutes if one.payload.get("recalls") else can.edit_minutes
    if able and all(names):
        return None
    return Receipt(
        one.message_id, error=Failure.FIXED, detail="the channel cannot, or gave it no name"
    )


def _outgoing(one: Mend, found: tuple[Any, ...]) -> Outgoing:
    message_id, workspace_id, inbox_id, lane, payload = found
    said: Mapping[str, Any] = {**payload, "recalls": one.recalls}
    if one.recalls:
        said = {**said, "file_ids": []}
    return Outgoing(workspace_id, inbox_id, message_id, lane, said, one.mend_id)
