"""Lay the answers of several rooms side by side, as the screen needs them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from tongxin.center.accounts.queries import Seat, members
from tongxin.center.attributes.values import Thing
from tongxin.center.kit.actor import Actor
from tongxin.center.people.queries import (
    PersonRow,
    PersonTagRow,
    organizations,
    person,
    person_tags,
)
from tongxin.center.timeline.queries import EventRow, of_person
from tongxin.faces.desk.fields import Field, defined, fields
from tongxin.faces.desk.queueing import Offered, offered
from tongxin.faces.desk.rows import name_or_code
from tongxin.faces.desk.statuses import Choice, choices
from tongxin.faces.desk.took import took
from tongxin.faces.desk.words import sentence
from tongxin.faces.desk.wrapping import Wrapping, wrapping
from tongxin.service.channels.queries import inboxes, mendable_for
from tongxin.service.conversations import queries
from tongxin.service.conversations.queries import (
    ConversationRow,
    Hit,
    MessageRow,
    OriginRow,
    Thread,
)
from tongxin.service.conversations.values import Changed, Kind
from tongxin.service.notices.queries import is_called
from tongxin.service.replies.queries import HeldRow, MacroRow, held, macros, undo_seconds
from tongxin.service.replies.values import APPROVE, Rest
from tongxin.service.team.queries import PresenceRow, presences, why_unassigned
from tongxin.service.team.values import WhyRow

TOLD_OF_PERSON = (
    "conversation.opened", "conversation.resolved", "conversation.rated", "identity.verified",
    "identity.claimed", "person.merged", "person.met", "person.added", "conversation.human_requested", "person.joined",
    "person.left", "person.described", "person.tagged", "person.blocked", "person.unblocked",
    "consent.changed", "preference.changed", "person.unmerged",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """Something in a thread: a message, or a sentence about what happened."""

    at: datetime
    message: MessageRow | None = None
    author: str = ""
    told: str = ""
    mark: str = ""
    mendable: bool = False


@dataclass(frozen=True)
class Held:
    """Words that rest until their time, who wrote them, and whether one may review them."""

    row: HeldRow
    author: str
    reviewer: str
    reviewable: bool


@dataclass(frozen=True)
class Moment:
    """A line of a person's timeline."""

    at: datetime
    told: str
    mark: str


@dataclass(frozen=True)
class SearchPane:
    """What a search found: conversations, with the words that match."""

    text: str
    rows: Sequence[ConversationRow]
    snippets: Mapping[int, str]


@dataclass(frozen=True)
class Recipient:
    """Whom an answer reaches, where several conversations were merged: by which of them."""

    id: int
    number: int
    name: str
    inbox: str


@dataclass(frozen=True)
class ThreadPane:
    """Everything about one conversation."""

    thread: Thread
    entries: Sequence[Entry]
    inbox_name: str
    drafts: Mapping[bool, str]
    team: Sequence[PresenceRow]
    tags: Sequence[str]
    why: WhyRow | None
    held: Sequence[Held]
    macros: Sequence[MacroRow]
    undo: bool
    called: bool
    statuses: Sequence[Choice]
    wrapping: Wrapping
    queues: Offered
    origins: Mapping[int, OriginRow]
    recipients: Sequence[Recipient]


@dataclass(frozen=True)
class PersonCard:
    """Who one talks with."""

    person: PersonRow
    fields: Sequence[Field]
    conversations: Sequence[ConversationRow]
    moments: Sequence[Moment]
    organizations: Sequence[str]
    tags: Sequence[PersonTagRow]
    talk_id: int = 0
    talk_fields: Sequence[Field] = ()
    took: Sequence[tuple[str, str]] = ()


def search_pane(actor: Actor, text: str) -> SearchPane:
    hits: dict[int, Hit] = {}
    for hit in queries.search(actor=actor, text=text):
        hits.setdefault(hit.conversation_id, hit)
    rows = queries.by_ids(actor=actor, conversation_ids=list(hits))
    by_newest_hit = sorted(rows, key=lambda row: hits[row.id].sent_at, reverse=True)
    snippets = {pk: hit.snippet for pk, hit in hits.items()}
    return SearchPane(text, by_newest_hit, snippets)


def thread_pane(
    seat: Seat, conversation_id: int, before: int | None = None, limit: int = 50
) -> ThreadPane:
    actor = seat.actor
    thread = queries.thread(
        actor=actor, conversation_id=conversation_id, before=before, limit=limit
    )
    conversation_id = thread.conversation.id  # what was merged away leads to another
    resting = held(actor=actor, conversation_id=conversation_id)
    known = queries.statuses(actor=actor, with_disabled=True)
    asked = wrapping(actor, thread.conversation.inbox_id, conversation_id)
    waits_in = offered(actor)
    names = _of_thread(thread) | {
        **{f"member:{m.id}": m.name for m in members(actor=actor, with_removed=True)},
        **{f"status:{row.id}": row.name for row in known},
        **{f"topic:{row.id}": " › ".join(row.path) for row in asked.topics},
        **{f"queue:{queue.id}": queue.name for queue in waits_in.known},
    }
    inbox_names = {row.id: row.name for row in inboxes(actor=actor)}
    return ThreadPane(
        thread=thread,
        entries=entries(thread, names, actor.label, timezone.now()),
        inbox_name=inbox_names.get(thread.conversation.inbox_id, ""),
        drafts=queries.drafts(actor=actor, conversation_id=conversation_id),
        team=presences(actor=actor),
        tags=queries.tags(actor=actor),
        why=_why(actor, thread.conversation),
        held=[_held(row, actor, names) for row in resting],
        macros=macros(actor=actor),
        called=is_called(actor=actor, conversation_id=conversation_id),
        undo=_rests(actor, thread.conversation.channel),
        statuses=choices([row for row in known if row.is_enabled]),
        wrapping=asked,
        queues=waits_in,
        origins={row.id: row for row in thread.origins},
        recipients=_recipients(thread, inbox_names.get(thread.conversation.inbox_id, "")),
    )


def _of_thread(thread: Thread) -> dict[str, str]:
    """Return what the people of a thread are called."""
    names = {
        f"person:{row.person_id}": name_or_code(row.person_name, row.person_id)
        for row in thread.origins
    }
    return names | {f"person:{thread.conversation.person_id}": display_name(thread.conversation)}


def _recipients(thread: Thread, inbox_name: str) -> list[Recipient]:
    """Return whom one may answer, where that is a question; first who is answered by itself."""
    merged = [
        Recipient(row.id, row.number, name_or_code(row.person_name, row.person_id), row.inbox_name)
        for row in thread.origins
        if row.is_merged
    ]
    row = thread.conversation
    return [Recipient(row.id, row.number, display_name(row), inbox_name), *merged] if merged else []


def _rests(actor: Actor, channel: str) -> bool:
    """Whether a reply rests for some seconds before it leaves: a visitor at the screen is not kept waiting."""
    return bool(undo_seconds(member_id=actor.id, recalled=bool(mendable_for(channel))))


def _why(actor: Actor, row: ConversationRow) -> WhyRow | None:
    """Return why nobody has a conversation, where that is a question."""
    if row.assignee_id is not None or row.with_assistant or row.waiting_since is None:
        return None
    found = why_unassigned(actor=actor, conversation_ids=[row.id], now=timezone.now())
    return found[0] if found else None


def person_card(actor: Actor, person_id: int, talk_id: int = 0, *, most: int = 6) -> PersonCard:
    """Return a person, beside the conversation one has with them, if there is one."""
    found = person(actor=actor, person_id=person_id)
    known = defined(actor)
    events = of_person(actor=actor, person_id=found.id, kinds=TOLD_OF_PERSON, limit=2 * most)
    talk = queries.attributes_of(actor=actor, conversation_id=talk_id) if talk_id else {}
    return PersonCard(
        person=found,
        fields=fields(known, Thing.PERSON, found.attributes),
        conversations=queries.of_person(actor=actor, person_id=found.id, limit=most).items,
        moments=[Moment(e.happened_at, *sentence(e, {})) for e in events],
        organizations=[row.name for row in organizations(actor=actor)],
        tags=person_tags(actor=actor),
        talk_id=talk_id,
        talk_fields=fields(known, Thing.CONVERSATION, talk) if talk_id else (),
        took=took(actor, talk_id, timezone.now()) if talk_id else (),
    )


def entries(thread: Thread, names: Mapping[str, str], mine: str, now: datetime) -> list[Entry]:
    """Return messages and facts in the order they happened; ``mine`` labels what one said oneself."""
    minutes = timedelta(minutes=mendable_for(thread.conversation.channel))
    said = [
        Entry(
            m.sent_at, message=m, author=names.get(m.author, ""),
            mendable=m.author == mine and m.kind is Kind.OUT and m.sent_at + minutes > now
            and m.changed is not Changed.RECALLED,
        )
        for m in thread.messages
    ]  # fmt: skip
    since = said[0].at if said and thread.has_earlier else None
    told = [
        _told(event, names)
        for event in without_echoes(thread.facts)
        if since is None or event.happened_at >= since
    ]
    return sorted([*said, *told], key=lambda entry: (entry.at, entry.message is not None))


def without_echoes(facts: Sequence[EventRow]) -> list[EventRow]:
    """Leave out what a hand-over changed: it says so itself."""
    passed = {event.happened_at for event in facts if event.kind == "conversation.handed_over"}
    echoes = {"conversation.assigned", "conversation.moved"}
    return [e for e in facts if e.kind not in echoes or e.happened_at not in passed]


def _held(row: HeldRow, actor: Actor, names: Mapping[str, str]) -> Held:
    asked = row.reviewer_id == actor.id or actor.may(APPROVE)
    reviewable = row.state is Rest.REVIEW and row.author != actor.label and asked
    reviewer = names.get(f"member:{row.reviewer_id}", "")
    return Held(row, names.get(row.author, ""), reviewer, reviewable)


def display_name(row: ConversationRow) -> str:
    return name_or_code(row.person_name, row.person_id)


def _told(event: EventRow, names: Mapping[str, str]) -> Entry:
    told, mark = sentence(event, names)
    return Entry(event.happened_at, told=told, mark=mark)
