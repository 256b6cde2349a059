"""Take in what channels heard: one transaction and a fixed number of statements for any batch."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.text import clean, clip
from tongxin.center.kit.turns import take_turns
from tongxin.center.people.actions import recognize
from tongxin.center.people.values import Recognized
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import About, about
from tongxin.service.channels.values import Heard
from tongxin.service.conversations.actions.opening import TURN, Beginning, Spot, begin
from tongxin.service.conversations.events import (
    ConversationFact,
    ConversationOpened,
    ConversationReopened,
    ConversationWoke,
    HumanRequested,
    MessageReceived,
)
from tongxin.service.conversations.rules import asks_for_human, reopens
from tongxin.service.conversations.values import Received, Status, Woke

People = Mapping[tuple[int, str, str], Recognized]
Name = tuple[int, str]  # (inbox_id, external_id)

_HEARD = """
SELECT m.inbox_id, m.external_id, m.id, m.conversation_id, c.person_id
FROM json_to_recordset(%s) AS name (inbox_id bigint, external_id text)
JOIN conversations_message m USING (inbox_id, external_id)
JOIN conversations_conversation c ON c.id = m.conversation_id
"""
_LATEST = """
SELECT c.inbox_id, c.endpoint_id, c.id, c.person_id, c.status, c.resolved_at, c.is_snoozed, i.reopen_days
FROM json_to_recordset(%s) AS spot (inbox_id bigint, endpoint_id bigint)
CROSS JOIN LATERAL (
    SELECT COALESCE(
        (SELECT id FROM conversations_conversation going_on
         WHERE going_on.inbox_id = spot.inbox_id AND going_on.endpoint_id = spot.endpoint_id
           AND going_on.status <> 'resolved'),
        (SELECT id FROM conversations_conversation ended
         WHERE ended.inbox_id = spot.inbox_id AND ended.endpoint_id = spot.endpoint_id
         ORDER BY id DESC LIMIT 1)
    ) AS id
) latest
JOIN conversations_conversation c ON c.id = latest.id
JOIN channels_inbox i ON i.id = c.inbox_id
ORDER BY c.id FOR NO KEY UPDATE OF c
"""
_WRITE = """
INSERT INTO conversations_message
    (conversation_id, workspace_id, inbox_id, kind, author, text, file_ids, external_id, state, error, sent_at)
SELECT conversation_id, workspace_id, inbox_id, 'in', author, text, file_ids, external_id, 'sent', '', sent_at
FROM json_to_recordset(%s) AS said (conversation_id bigint, workspace_id bigint, inbox_id bigint,
    author text, text text, file_ids bigint[], external_id text, sent_at timestamptz)
ON CONFLICT (inbox_id, external_id) DO NOTHING
RETURNING inbox_id, external_id, id
"""
_BUMP = """
UPDATE conversations_conversation c SET
    last_message_id = bump.message_id, last_at = bump.last_at, last_text = bump.text, last_kind = 'in',
    unanswered = c.unanswered + bump.count, waiting_since = COALESCE(c.waiting_since, bump.first_at),
    status = CASE WHEN c.status = 'new' THEN 'new' ELSE 'open' END, resolved_at = NULL,
    label_id = CASE WHEN c.status IN ('new', 'open') THEN c.label_id END,
    woke = CASE WHEN c.is_snoozed THEN 'reply' ELSE c.woke END, is_snoozed = false, snoozed_until = NULL,
    wants_human = c.wants_human OR bump.wants_human
FROM json_to_recordset(%s) AS bump (id bigint, message_id bigint, first_at timestamptz,
    last_at timestamptz, text text, count int, wants_human bool)
WHERE c.id = bump.id
"""
_PREVIEW = 160


@dataclass
class Talk:
    """A conversation while a batch runs into it."""

    id: int
    person_id: int
    was: Status
    was_snoozed: bool
    is_begun: bool = False
    came_from_id: int | None = None
    said: list["Said"] = field(default_factory=list)


@dataclass(frozen=True)
class Said:
    """A message that was written just now."""

    message_id: int
    heard: Heard
    wants_human: bool


def receive(*, heard: Sequence[Heard], now: datetime) -> list[Received]:
    """Take in a batch, of any inboxes; answer in its order. Hearing something twice changes nothing."""
    with transaction.atomic():
        by_name = {_name(h): h for h in heard}
        known = _heard_before(list(by_name))
        fresh = [h for name, h in by_name.items() if name not in known]
        if fresh:
            known |= _take_in(fresh, now)
    return [known[_name(h)] for h in heard]


def _take_in(fresh: Sequence[Heard], now: datetime) -> dict[Name, Received]:
    people = recognize(
        spots={(h.workspace_id, h.arrival.sender) for h in fresh}, proof=fresh[0].channel, now=now
    )
    refused = {
        _name(h): Received(0, 0, people[_who(h)].person_id, is_fresh=False, is_blocked=True)
        for h in fresh
        if people[_who(h)].is_blocked
    }
    return refused | _hear_out([h for h in fresh if _name(h) not in refused], people)


def _hear_out(fresh: Sequence[Heard], people: People) -> dict[Name, Received]:
    if not fresh:
        return {}
    first = {_spot(h, people): h for h in reversed(fresh)}
    talks = _talks(first, people)
    written = _write(fresh, [talks[_spot(h, people)] for h in fresh])
    for h in fresh:
        if _name(h) in written:
            said = Said(written[_name(h)], h, asks_for_human(h.arrival.text))
            talks[_spot(h, people)].said.append(said)
    _bump(talk for talk in talks.values() if talk.said)
    record(fact for talk in talks.values() for fact in _facts(talk))
    received = {
        _name(said.heard): Received(said.message_id, talk.id, talk.person_id, is_fresh=True)
        for talk in talks.values()
        for said in talk.said
    }
    missed = [_name(h) for h in fresh if _name(h) not in received]
    return received | (_heard_before(missed) if missed else {})


def _heard_before(names: Sequence[Name]) -> dict[Name, Received]:
    asked = table({"inbox_id": inbox_id, "external_id": name} for inbox_id, name in names)
    return {
        (inbox_id, external_id): Received(message_id, conversation_id, person_id, is_fresh=False)
        for inbox_id, external_id, message_id, conversation_id, person_id in rows(_HEARD, [asked])
    }


def _talks(first: Mapping[Spot, Heard], people: People) -> dict[Spot, Talk]:
    """Lock the conversation that each spot goes on with; begin those that are missing.

    What is settled is taken up in turn only: an agent may take up an older matter at the same moment.
    """
    going_on, _over = _going_on(first)
    talks = {spot: talk for spot, talk in going_on.items() if talk.was is not Status.RESOLVED}
    if missing := sorted(first.keys() - talks.keys()):
        take_turns(TURN, missing)
        going_on, over = _going_on({spot: first[spot] for spot in missing})
        talks |= going_on
        beginning = [
            Beginning(
                h.workspace_id, *spot, people[_who(h)].person_id, h.arrival.text, h.arrival.sent_at,
                over.get(spot),
            )
            for spot, h in ((spot, first[spot]) for spot in missing)
            if spot not in talks
        ]  # fmt: skip
        begun = begin(beginning)
        talks |= {
            (b.inbox_id, b.endpoint_id): Talk(
                pk, b.person_id, Status.NEW, was_snoozed=False, is_begun=True,
                came_from_id=b.came_from_id,
            )
            for b, pk in zip(beginning, begun, strict=True)
        }  # fmt: skip
    return dict(sorted(talks.items(), key=lambda item: item[1].id))


def _going_on(first: Mapping[Spot, Heard]) -> tuple[dict[Spot, Talk], dict[Spot, int]]:
    """Return the conversation that each spot goes on with; and the last of those where it is over."""
    talks, over = {}, {}
    asked = table(
        {"inbox_id": inbox_id, "endpoint_id": endpoint_id} for inbox_id, endpoint_id in first
    )
    for inbox_id, endpoint_id, pk, person_id, status, resolved_at, is_snoozed, days in rows(
        _LATEST, [asked]
    ):
        spot = (inbox_id, endpoint_id)
        if status != Status.RESOLVED or reopens(resolved_at, first[spot].arrival.sent_at, days):
            talks[spot] = Talk(pk, person_id, Status(status), is_snoozed)
        else:
            over[spot] = pk
    return talks, over


def _write(fresh: Sequence[Heard], talks: Sequence[Talk]) -> dict[Name, int]:
    said = table(
        {
            "conversation_id": talk.id,
            "workspace_id": h.workspace_id,
            "inbox_id": h.inbox_id,
            "author": f"person:{talk.person_id}",
            "text": clean(h.arrival.text),
            "file_ids": h.arrival.file_ids,
            "external_id": h.arrival.external_id,
            "sent_at": h.arrival.sent_at,
        }
        for h, talk in zip(fresh, talks, strict=True)
    )
    return {(inbox_id, external_id): pk for inbox_id, external_id, pk in rows(_WRITE, [said])}


def _bump(changed: Iterable[Talk]) -> None:
    bumps = table(
        {
            "id": talk.id,
            "message_id": talk.said[-1].message_id,
            "first_at": talk.said[0].heard.arrival.sent_at,
            "last_at": talk.said[-1].heard.arrival.sent_at,
            "text": clip(clean(talk.said[-1].heard.arrival.text), _PREVIEW),
            "count": len(talk.said),
            "wants_human": any(said.wants_human for said in talk.said),
        }
        for talk in changed
    )
    rows(_BUMP, [bumps])


def _facts(talk: Talk) -> Iterator[ConversationFact]:
    for place, said in enumerate(talk.said):
        h, message_id = said.heard, said.message_id
        columns = about(
            h.workspace_id, f"person:{talk.person_id}", "conversation", talk.id,
            h.arrival.sent_at, talk.person_id,
        )  # fmt: skip
        if place == 0:
            yield from _beginning(talk, columns, h)
        yield MessageReceived(
            **columns, conversation_id=talk.id, message_id=message_id, inbox_id=h.inbox_id
        )
        if said.wants_human:
            yield HumanRequested(**columns, conversation_id=talk.id, message_id=message_id)


def _beginning(talk: Talk, columns: About, h: Heard) -> Iterator[ConversationFact]:
    """Say that a conversation began, or is back from sleep or from its end."""
    if talk.is_begun:
        yield ConversationOpened(
            **columns, conversation_id=talk.id, inbox_id=h.inbox_id, channel=h.channel,
            came_from_id=talk.came_from_id,
        )  # fmt: skip
    if talk.was_snoozed:
        yield ConversationWoke(**columns, conversation_id=talk.id, because=Woke.REPLY)
    if talk.was is Status.RESOLVED:
        yield ConversationReopened(**columns, conversation_id=talk.id)


def _name(h: Heard) -> Name:
    return h.inbox_id, h.arrival.external_id


def _who(h: Heard) -> tuple[int, str, str]:
    return h.workspace_id, h.arrival.sender.kind, h.arrival.sender.value


def _spot(h: Heard, people: People) -> Spot:
    return h.inbox_id, people[_who(h)].identity_id
