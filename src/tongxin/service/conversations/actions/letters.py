"""Keep what a message brought beside its words."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from tongxin.center.kit import files
from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.text import clean
from tongxin.service.channels.ports import Arrival
from tongxin.service.channels.values import Heard, InboxRow
from tongxin.service.conversations.actions.threads import Joining
from tongxin.service.conversations.actions.ways import Name, name_of
from tongxin.service.conversations.values import Received

_LONGEST, _LONGEST_SUBJECT = 1_000_000, 300
_KEEP = """
INSERT INTO conversations_letter
    (message_id, subject, whole, html, sender, copied, attached_by, is_stranger, is_automatic, details)
SELECT * FROM json_to_recordset(%s) AS letter (message_id bigint, subject text, whole text, html text,
    sender jsonb, copied jsonb, attached_by text, is_stranger bool, is_automatic bool, details jsonb)
"""
_KEEP_RAW = """
UPDATE conversations_letter l SET raw_id = r.raw_id
FROM json_to_recordset(%s) AS r (id bigint, raw_id bigint) WHERE l.message_id = r.id
"""
_NAME = "mail.eml"
_LATEST = """
SELECT asked.id, letter.sender, letter.copied
FROM json_to_recordset(%s) AS asked (id bigint, conversation_id bigint)
CROSS JOIN LATERAL (
    SELECT l.sender, l.copied FROM conversations_message m
    JOIN conversations_letter l ON l.message_id = m.id AND NOT l.is_stranger
    WHERE m.conversation_id = asked.conversation_id AND m.id < asked.id AND m.kind = 'in'
    ORDER BY l.is_automatic, m.id DESC LIMIT 1
) letter
"""


def copies(*, said: Mapping[int, int], to: Mapping[int, str]) -> dict[int, list[list[str]]]:
    """Return who else gets each message of ours: all in the latest letter that a person wrote, but strangers.

    ``said`` names each message's conversation, ``to`` the address it goes to by itself.
    """
    asked = table({"id": pk, "conversation_id": place} for pk, place in said.items())
    return {
        pk: [
            [one["kind"], one["value"], one["name"]]
            for one in (sender, *copied)
            if one["value"] != to[pk]
        ]
        for pk, sender, copied in rows(_LATEST, [asked])
    }


def keep_letters(
    heard: Sequence[Heard], joined: Mapping[Name, Joining], written: Mapping[Name, int]
) -> None:
    """Keep the letters of messages that were written just now."""
    letters = [
        {
            "message_id": written[name_of(h)],
            "subject": clean(h.arrival.subject)[:_LONGEST_SUBJECT],
            "whole": clean(h.arrival.whole)[:_LONGEST],
            "html": clean(h.arrival.html)[:_LONGEST],
            "sender": _plain(asdict(h.arrival.sender)),
            "copied": _plain([asdict(one) for one in h.arrival.copied]),
            "attached_by": joined[name_of(h)].attached_by.value,
            "is_stranger": joined[name_of(h)].is_stranger,
            "is_automatic": h.arrival.is_automatic,
            "details": _plain(h.arrival.details),
        }
        for h in heard
        if name_of(h) in written
    ]
    if letters:
        rows(_KEEP, [table(letters)])


def keep_raw(inbox: InboxRow, received: Sequence[tuple[Arrival, Received]], now: datetime) -> None:
    """Keep what came beside the messages that it became, as it came."""
    fresh = [(there.message_id, arrival.raw) for arrival, there in received if there.is_fresh]
    raw = {pk: content for pk, content in fresh if content}
    if not raw:
        return
    kept = files.set_aside(
        workspace_id=inbox.workspace_id, uploader=f"inbox:{inbox.id}", name=_NAME,
        contents=list(raw.values()), now=now,
    )  # fmt: skip
    named = table({"id": pk, "raw_id": raw_id} for pk, raw_id in zip(raw, kept, strict=True))
    rows(_KEEP_RAW, [named])


def _plain(value: object) -> object:
    """Return JSON without what a database cannot hold."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(key)): _plain(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [_plain(one) for one in value]
    return value
