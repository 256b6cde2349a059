"""Where a mail belongs: what it says it answers decides, not which conversation is open at its address.

In this order: the mark in the address it came to, in an id it names, what it names as answered, the mark in its
subject. Whoever had no part in a conversation joins it as a stranger, which its thread shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tongxin.center.kit.sql import rows, table
from tongxin.service.channels.values import Heard
from tongxin.service.conversations.actions.opening import Beginning, begin
from tongxin.service.conversations.actions.ways import (
    Name,
    People,
    Talk,
    Way,
    name_of,
    spot_of,
    who,
)
from tongxin.service.conversations.rules import number_in, reopens
from tongxin.service.conversations.values import ENDING, REOPEN_DAYS, Attached, Status

_SURE = {"address": Attached.ADDRESS, "id": Attached.MARK}
_OURS = (Attached.ADDRESS, Attached.MARK)  # nobody knows these marks but whom we wrote to
_FOUND = f"""
WITH asked AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%s) AS asked
        (place int, workspace_id bigint, inbox_id bigint, kind text, value text, number int, answers text[])
), named AS MATERIALIZED (
    SELECT asked.place, 'mark' AS way, c.id FROM asked
    JOIN conversations_conversation c ON c.workspace_id = asked.workspace_id AND c.number = asked.number
    UNION ALL
    (SELECT DISTINCT ON (asked.place) asked.place, 'answer', m.conversation_id
    FROM asked CROSS JOIN unnest(asked.answers) WITH ORDINALITY AS one (external_id, rank)
    JOIN conversations_message m ON m.inbox_id = asked.inbox_id AND m.external_id = one.external_id
    ORDER BY asked.place, one.rank)
)
SELECT named.place, named.way, c.id, c.person_id, c.status, c.resolved_at, c.is_snoozed, {REOPEN_DAYS},
    part.id, part.person_id
FROM named JOIN asked USING (place) JOIN conversations_conversation o ON o.id = named.id
JOIN conversations_conversation c ON c.id = COALESCE(o.merged_into_id, o.id)
JOIN channels_inbox i ON i.id = c.inbox_id {ENDING}
LEFT JOIN LATERAL (
    SELECT k.id, k.person_id FROM conversations_conversation k JOIN people_identity e ON e.id = k.endpoint_id
    WHERE k.merged_into_id = c.id AND k.inbox_id = asked.inbox_id AND (e.kind, e.value) = (asked.kind, asked.value)
    ORDER BY k.id DESC LIMIT 1
) part ON true
ORDER BY c.id FOR NO KEY UPDATE OF c
"""  # noqa: S608 - our own words
_KNOWN = """
SELECT asked.place FROM json_to_recordset(%s) AS asked
    (place int, conversation_id bigint, person_id bigint, address text)
WHERE EXISTS (SELECT FROM conversations_message m
    WHERE m.conversation_id = asked.conversation_id AND m.author = 'person:' || asked.person_id)
OR EXISTS (SELECT FROM conversations_letter l JOIN conversations_message m ON m.id = l.message_id
    WHERE m.conversation_id = asked.conversation_id
        AND l.copied @> jsonb_build_array(jsonb_build_object('value', asked.address)))
"""


@dataclass(frozen=True)
class Found:
    """A conversation that a mail names; with its ``part`` at the sender's address, and whose that is."""

    talk: Talk
    person_id: int
    part: tuple[int, int] | None
    resolved_at: datetime | None
    reopen_days: int | None


@dataclass(frozen=True)
class Joining:
    """How a mail found its way."""

    way: Way
    attached_by: Attached = Attached.NONE
    is_stranger: bool = False


def joinings(heard: Sequence[Heard], people: People) -> dict[Name, Joining]:
    """Lock the conversations that mails belong to, and begin those that are missing."""
    found = _found(heard)
    joined: dict[Name, Joining] = {}
    roots: list[tuple[Heard, Found | None]] = []
    followers: list[tuple[Heard, Name]] = []
    in_batch: dict[tuple[int, str], Name] = {}
    for h in heard:
        there = found.get(name_of(h))
        earlier = next(
            (in_batch[key] for a in h.arrival.answers if (key := (h.inbox_id, a)) in in_batch), None
        )
        if there and _goes_on(there[0], h):
            joined[name_of(h)] = _joined(h, *there, people)
        elif earlier is not None and there is None:
            followers.append((h, earlier))
        else:
            roots.append((h, there[0] if there else None))
        in_batch[h.inbox_id, h.arrival.external_id] = name_of(h)
    joined |= _begun(roots, people)
    for h, earlier in followers:
        talk = joined[earlier].way.talk
        way = Way(talk, talk.id, people[who(h)].person_id)
        is_stranger = way.person_id != joined[earlier].way.person_id
        joined[name_of(h)] = Joining(way, Attached.ANSWER, is_stranger)
    return _with_known(heard, joined)


def _found(heard: Sequence[Heard]) -> dict[Name, tuple[Found, Attached]]:
    """Return what each mail names that is there, by the surest way that leads to anything."""
    asked = table(
        {
            "place": place, "workspace_id": h.workspace_id, "inbox_id": h.inbox_id,
            "kind": h.arrival.sender.kind, "value": h.arrival.sender.value,
            "number": number_in(h.workspace_id, h.arrival.token), "answers": list(h.arrival.answers),
        }
        for place, h in enumerate(heard)
    )  # fmt: skip
    talks: dict[int, Talk] = {}
    ways: dict[tuple[int, str], Found] = {}
    for place, way, pk, person_id, status, resolved_at, is_snoozed, days, *part in rows(
        _FOUND, [asked]
    ):
        talk = talks.setdefault(pk, Talk(pk, Status(status), is_snoozed))
        at = (part[0], part[1]) if part[0] else None
        ways[place, way] = Found(talk, person_id, at, resolved_at, days)
    chosen = {}
    for place, h in enumerate(heard):
        sure = _SURE.get(str(h.arrival.details.get("token_by")))
        for kind, attached in _order(sure):
            if (place, kind) in ways:
                chosen[name_of(h)] = (ways[place, kind], attached)
                break
    return chosen


def _order(sure: Attached | None) -> Sequence[tuple[str, Attached]]:
    answer = ("answer", Attached.ANSWER)
    return [("mark", sure), answer] if sure else [answer, ("mark", Attached.SUBJECT)]


def _goes_on(there: Found, h: Heard) -> bool:
    if there.talk.was is not Status.RESOLVED or there.talk.said:
        return True
    return there.resolved_at is None or reopens(
        there.resolved_at, h.arrival.sent_at, there.reopen_days
    )


def _joined(h: Heard, there: Found, attached: Attached, people: People) -> Joining:
    """Join what a mail names: as the one it was sent to, where they answer from that address by our mark."""
    person_id = people[who(h)].person_id
    if there.part and (attached in _OURS or there.part[1] == person_id):
        own_id, person_id = there.part
        return Joining(Way(there.talk, own_id, person_id), attached)
    way = Way(there.talk, there.talk.id, person_id)
    return Joining(way, attached, is_stranger=person_id != there.person_id)


def _begun(roots: Sequence[tuple[Heard, Found | None]], people: People) -> dict[Name, Joining]:
    """Begin conversations; each follows what it names, where that is over."""
    beginnings = [
        Beginning(
            h.workspace_id, *spot_of(h, people), people[who(h)].person_id,
            h.arrival.subject or h.arrival.text, h.arrival.sent_at,
            over.talk.id if over else None, is_side=True,
        )
        for h, over in roots
    ]  # fmt: skip
    return {
        name_of(h): Joining(
            Way(
                Talk(pk, Status.NEW, was_snoozed=False, is_begun=True, came_from_id=b.came_from_id),
                pk,
                b.person_id,
            )
        )
        for (h, _over), b, pk in zip(roots, beginnings, begin(beginnings), strict=True)
    }


def _with_known(heard: Sequence[Heard], joined: Mapping[Name, Joining]) -> dict[Name, Joining]:
    """Take nobody for a stranger who has written there before, or got a copy of what was written."""
    strangers = [h for h in heard if joined[name_of(h)].is_stranger]
    if not strangers:
        return dict(joined)
    asked = table(
        {
            "place": place, "conversation_id": joined[name_of(h)].way.talk.id,
            "person_id": joined[name_of(h)].way.person_id, "address": h.arrival.sender.value,
        }
        for place, h in enumerate(strangers)
    )  # fmt: skip
    known = {name_of(strangers[place]) for (place,) in rows(_KNOWN, [asked])}
    return {
        name: Joining(one.way, one.attached_by) if name in known else one
        for name, one in joined.items()
    }
