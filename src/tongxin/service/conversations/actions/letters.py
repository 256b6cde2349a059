"""Keep what a message brought beside its words."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.text import clean
from tongxin.service.channels.values import Heard
from tongxin.service.conversations.actions.threads import Joining
from tongxin.service.conversations.actions.ways import Name, name_of

_LONGEST, _LONGEST_SUBJECT = 1_000_000, 300
_KEEP = """
INSERT INTO conversations_letter
    (message_id, subject, whole, html, sender, copied, attached_by, is_stranger, is_automatic, details)
SELECT * FROM json_to_recordset(%s) AS letter (message_id bigint, subject text, whole text, html text,
    sender jsonb, copied jsonb, attached_by text, is_stranger bool, is_automatic bool, details jsonb)
"""
_LATEST = """
SELECT asked.id, letter.sender, letter.copied
FROM json_to_recordset(%s) AS asked (id bigint, conversation_id bigint)
CROSS JOIN LATERAL (
    SELECT l.sender, l.copied FROM conversations_message m
    JOIN conversations_letter l ON l.message_id = m.id AND NOT l.is_stranger
    WHERE m.conversation_id = asked.conversation_id AND m.id < asked.id AND m.kind = 'in'
    ORDER BY m.id DESC LIMIT 1
) letter
"""


def copies(*, said: Mapping[int, int], to: Mapping[int, str]) -> dict[int, list[list[str]]]:
    """Return who else gets each message of ours: all who took part in the latest letter, but strangers.

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


def _plain(value: object) -> object:
    """Return JSON without what a database cannot hold."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(key)): _plain(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [_plain(one) for one in value]
    return value
