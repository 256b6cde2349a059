"""Take in what channels heard: one transaction and a fixed number of statements for any batch."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tongxin.center.kit.sql import rows, table
from tongxin.center.kit.text import clean
from tongxin.center.kit.whole import whole
from tongxin.center.people.actions import recognize
from tongxin.center.people.values import Recognized
from tongxin.center.timeline.actions import record, recorded_together
from tongxin.center.timeline.values import About, about
from tongxin.service.channels.queries import capabilities
from tongxin.service.channels.values import Heard
from tongxin.service.conversations.actions.letters import keep_letters
from tongxin.service.conversations.actions.opening import Spot
from tongxin.service.conversations.actions.threads import Joining, joinings
from tongxin.service.conversations.actions.ways import (
    Name,
    People,
    Said,
    Talk,
    Way,
    name_of,
    open_ways,
    ways_of,
    who,
)
from tongxin.service.conversations.events import (
    ConversationFact,
    ConversationOpened,
    ConversationReopened,
    ConversationWoke,
    HumanRequested,
    MessageReceived,
)
from tongxin.service.conversations.rules import asks_for_human, preview
from tongxin.service.conversations.values import Kind, Received, Status, Woke

_HEARD = """
SELECT m.inbox_id, m.external_id, m.id, c.id, c.person_id, m.conversation_id
FROM json_to_recordset(%s) AS name (inbox_id bigint, external_id text)
JOIN conversations_message m USING (inbox_id, external_id)
JOIN conversations_conversation c ON c.id = COALESCE(m.origin_id, m.conversation_id)
"""
_WRITE = """
INSERT INTO conversations_message
    (conversation_id, origin_id, workspace_id, inbox_id, kind, author, text, file_ids, external_id, state,
     error, sent_at)
SELECT conversation_id, origin_id, workspace_id, inbox_id, 'in', author, text, file_ids, external_id, 'sent',
    '', sent_at
FROM json_to_recordset(%s) AS said (conversation_id bigint, origin_id bigint, workspace_id bigint,
    inbox_id bigint, author text, text text, file_ids bigint[], external_id text, sent_at timestamptz)
ON CONFLICT (inbox_id, external_id) DO NOTHING
RETURNING inbox_id, external_id, id
"""
# The answer goes to where somebody wrote last; but never by itself from one person to another.
_BUMP = """
UPDATE conversations_conversation c SET
    last_message_id = bump.message_id, last_at = bump.last_at, last_text = bump.text, last_kind = 'in',
    unanswered = c.unanswered + bump.count,
    waiting_since = CASE WHEN bump.waits THEN COALESCE(c.waiting_since, bump.first_at) ELSE c.waiting_since END,
    status = CASE WHEN c.status = 'new' THEN 'new' ELSE 'open' END, resolved_at = NULL,
    label_id = CASE WHEN c.status IN ('new', 'open') THEN c.label_id END,
    woke = CASE WHEN c.is_snoozed THEN 'reply' ELSE c.woke END, is_snoozed = false, snoozed_until = NULL,
    wants_human = c.wants_human OR bump.wants_human,
    with_assistant = c.with_assistant AND NOT (c.wants_human OR bump.wants_human),
    answers_id = CASE WHEN bump.person_id = COALESCE(
        (SELECT person_id FROM conversations_conversation a WHERE a.id = c.answers_id), c.person_id)
        THEN bump.origin_id ELSE c.answers_id END
FROM json_to_recordset(%s) AS bump (id bigint, message_id bigint, first_at timestamptz,
    last_at timestamptz, text text, count int, wants_human bool, origin_id bigint, person_id bigint, waits bool)
WHERE c.id = bump.id
"""


@dataclass(slots=True)
class One:
    """One message of a batch: its name, whose it is, and where they stand."""

    name: Name
    heard: Heard
    who: Recognized
    spot: Spot
    threads: bool


def receive(*, heard: Sequence[Heard], now: datetime) -> list[Received]:
    """Take in a batch, of any inboxes; answer in its order. Hearing something twice changes nothing."""
    names = [name_of(h) for h in heard]
    by_name = dict(zip(names, heard, strict=True))
    known = whole(lambda: _known(by_name, now))
    return [known[name] for name in names]


def _known(by_name: Mapping[Name, Heard], now: datetime) -> dict[Name, Received]:
    if not by_name:
        return {}
    with recorded_together():
        return _take_in(by_name, now)


def _take_in(by_name: Mapping[Name, Heard], now: datetime) -> dict[Name, Received]:
    """What goes on where a conversation is open is written, and not written twice; only of what may do
    more than that, it is asked before whether we heard it already.
    """  # noqa: D205
    ones, people = _ones(by_name, now)
    open_ones = open_ways({o.spot for o in ones if not (o.threads or o.who.is_blocked)})
    doubtful = [o for o in ones if o.threads or o.spot not in open_ones]
    if not doubtful:
        return _hear_out(ones, people, open_ones)
    refused = {
        o.name: Received(0, 0, o.who.person_id, is_fresh=False, is_blocked=True)
        for o in doubtful
        if o.who.is_blocked
    }
    known = refused | _heard_before([o.name for o in doubtful])
    fresh = [o for o in ones if o.name not in known]
    return known | _hear_out(fresh, people, open_ones)


def _ones(by_name: Mapping[Name, Heard], now: datetime) -> tuple[list[One], People]:
    heard = by_name.values()
    proof = next(iter(heard)).channel
    people = recognize(
        spots={(h.workspace_id, h.arrival.sender) for h in heard}, proof=proof, now=now
    )
    threads = {channel: capabilities(channel).threads for channel in {h.channel for h in heard}}
    ones = []
    for name, h in by_name.items():
        person = people[who(h)]
        ones.append(One(name, h, person, (h.inbox_id, person.identity_id), threads[h.channel]))
    return ones, people


def _hear_out(
    fresh: Sequence[One], people: People, open_ones: Mapping[Spot, Way]
) -> dict[Name, Received]:
    if not fresh:
        return {}
    ways, joined = _ways(fresh, people, open_ones)
    written = _write(fresh, ways)
    keep_letters([o.heard for o in fresh if o.name in joined], joined, written)
    for o in fresh:
        if (message_id := written.get(o.name)) is not None:
            way, arrival = ways[o.name], o.heard.arrival
            asks = not arrival.is_automatic and asks_for_human(arrival.text)
            way.talk.said.append(Said(message_id, o.heard, way, asks))
    talks = {way.talk.id: way.talk for way in ways.values() if way.talk.said}.values()
    _bump(talks)
    record(fact for talk in talks for fact in _facts(talk))
    received = {
        o.name: Received(message_id, way.own_id, way.person_id, is_fresh=True, place_id=way.talk.id)
        for o, way in ((o, ways[o.name]) for o in fresh)
        if (message_id := written.get(o.name)) is not None
    }
    missed = [o.name for o in fresh if o.name not in received]
    return received | (_heard_before(missed) if missed else {})


def _ways(
    fresh: Sequence[One], people: People, open_ones: Mapping[Spot, Way]
) -> tuple[dict[Name, Way], dict[Name, Joining]]:
    """Return where each message belongs; in the order of the conversations, as all that lock them do."""
    threaded = [o.heard for o in fresh if o.threads]
    joined = joinings(threaded, people) if threaded else {}
    others = [o for o in fresh if not o.threads]
    missing = {o.spot: o.heard for o in reversed(others) if o.spot not in open_ones}
    there = {**open_ones, **(ways_of(missing, people, open_ones) if missing else {})}
    ways = {o.name: there[o.spot] for o in others}
    ways |= {name: one.way for name, one in joined.items()}
    return dict(sorted(ways.items(), key=lambda item: item[1].talk.id)), joined


def _heard_before(names: Sequence[Name]) -> dict[Name, Received]:
    asked = table({"inbox_id": inbox_id, "external_id": name} for inbox_id, name in names)
    return {
        (inbox_id, external_id): Received(
            message_id, conversation_id, person_id, is_fresh=False, place_id=place_id
        )
        for inbox_id, external_id, message_id, conversation_id, person_id, place_id in rows(
            _HEARD, [asked]
        )
    }


def _write(fresh: Sequence[One], ways: Mapping[Name, Way]) -> dict[Name, int]:
    said = table(_record(o.heard, ways[o.name]) for o in fresh)
    return {(inbox_id, external_id): pk for inbox_id, external_id, pk in rows(_WRITE, [said])}


def _record(h: Heard, way: Way) -> dict[str, object]:
    return {
        "conversation_id": way.talk.id,
        "origin_id": way.origin_id,
        "workspace_id": h.workspace_id,
        "inbox_id": h.inbox_id,
        "author": f"person:{way.person_id}",
        "text": clean(h.arrival.text),
        "file_ids": h.arrival.file_ids,
        "external_id": h.arrival.external_id,
        "sent_at": h.arrival.sent_at,
    }


def _bump(changed: Iterable[Talk]) -> None:
    bumps = table(
        {
            "id": talk.id,
            "message_id": talk.said[-1].message_id,
            "first_at": talk.said[0].heard.arrival.sent_at,
            "last_at": talk.said[-1].heard.arrival.sent_at,
            "text": preview(talk.said[-1].heard.arrival.text, Kind.IN),
            "count": len(talk.said),
            "waits": any(said.heard.arrival.waits is not False for said in talk.said),
            "wants_human": any(said.wants_human for said in talk.said),
            "origin_id": talk.said[-1].way.origin_id,
            "person_id": talk.said[-1].way.person_id,
        }
        for talk in changed
    )
    rows(_BUMP, [bumps])


def _facts(talk: Talk) -> Iterator[ConversationFact]:
    for place, said in enumerate(talk.said):
        h, message_id, person_id = said.heard, said.message_id, said.way.person_id
        columns = about(
            h.workspace_id, f"person:{person_id}", "conversation", talk.id,
            h.arrival.sent_at, person_id,
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
