"""Lay the answers of several rooms side by side, as the screen needs them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from tongxin.center.accounts.queries import MemberRow, Seat, members
from tongxin.center.attributes.values import Attributes, Thing
from tongxin.center.kit.actor import Actor
from tongxin.center.people.queries import (
    PersonRow,
    PersonTagRow,
    organizations,
    person,
    person_tags,
)
from tongxin.center.timeline.queries import of_person
from tongxin.faces.desk.answering import Answering, answering_of
from tongxin.faces.desk.entries import Entry, entries
from tongxin.faces.desk.fields import Field, defined, fields
from tongxin.faces.desk.queueing import Offered, offered
from tongxin.faces.desk.rows import name_or_code
from tongxin.faces.desk.statuses import Choice, choices
from tongxin.faces.desk.took import took
from tongxin.faces.desk.words import sentence
from tongxin.faces.desk.wrapping import Wrapping, wrapping
from tongxin.service.channels.queries import carried_by_live, mendable_for
from tongxin.service.conversations import queries
from tongxin.service.conversations.queries import (
    ConversationRow,
    CopiesRow,
    Hit,
    OriginRow,
    StatusRow,
    Thread,
)
from tongxin.service.notices.queries import is_called
from tongxin.service.replies.queries import HeldRow, MacroRow, held, macros, undo_seconds
from tongxin.service.replies.values import APPROVE, Rest
from tongxin.service.team.queries import PresenceRow, beside
from tongxin.service.team.values import WhyRow

TOLD_OF_PERSON = (
    "conversation.opened", "conversation.resolved", "conversation.rated", "identity.verified", "identity.suspected",
    "identity.claimed", "person.merged", "person.met", "person.added", "conversation.human_requested", "person.joined",
    "person.left", "person.described", "person.tagged", "person.blocked", "person.unblocked",
    "consent.changed", "preference.changed", "person.unmerged",
    "channel.event",
)  # fmt: skip


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
    answering: Answering
    copies: CopiesRow | None


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
    known = queries.statuses(actor=actor, with_disabled=True)
    said = queries.wrap_ups_here(conversation_ids=[conversation_id])
    asked = wrapping(actor, (thread.conversation.inbox_id, thread.conversation.queue_id), said)
    waits_in = offered(actor)
    everybody = members(actor=actor, with_removed=True)
    team, why = _team(actor, everybody, thread.conversation)
    answering = answering_of(actor, thread.conversation, thread.origins, timezone.now())
    names = _of_thread(thread, answering) | _of_house(everybody, known, asked, waits_in)
    return ThreadPane(
        thread=thread,
        entries=entries(thread, names, actor.label, timezone.now()),
        inbox_name=names.get(f"inbox:{thread.conversation.inbox_id}", ""),
        drafts=queries.drafts(actor=actor, conversation_id=conversation_id),
        team=team,
        tags=queries.tags(actor=actor),
        why=why,
        held=_resting(actor, conversation_id, names),
        macros=macros(actor=actor),
        called=is_called(actor=actor, conversation_id=conversation_id),
        undo=_rests(actor, thread.conversation.channel),
        statuses=choices([row for row in known if row.is_enabled]),
        wrapping=asked,
        queues=waits_in,
        origins={row.id: row for row in thread.origins},
        answering=answering,
        copies=_copies(actor, thread, answering),
    )


def _of_house(
    everybody: Sequence[MemberRow], known: Sequence[StatusRow], asked: Wrapping, waits_in: Offered
) -> dict[str, str]:
    """Return what members, statuses, topics and queues are called."""
    return {
        **{f"member:{m.id}": m.name for m in everybody},
        **{f"status:{row.id}": row.name for row in known},
        **{f"topic:{row.id}": " › ".join(row.path) for row in asked.topics},
        **{f"queue:{queue.id}": queue.name for queue in waits_in.known},
    }


def _copies(actor: Actor, thread: Thread, answering: Answering) -> CopiesRow | None:
    if not thread.letters or not answering.is_mail:
        return None
    found: CopiesRow | None = queries.copies(actor=actor, conversation_id=thread.conversation.id)
    return found


def _of_thread(thread: Thread, answering: Answering) -> dict[str, str]:
    """Return what the people of a thread are called, and their addresses."""
    names = {f"identity:{way.identity_id}": way.address for way in answering.ways}
    names |= {f"inbox:{way.inbox_id}": way.inbox_name for way in answering.ways}
    names |= {
        f"person:{row.person_id}": name_or_code(row.person_name, row.person_id)
        for row in thread.origins
    }
    return names | {f"person:{thread.conversation.person_id}": display_name(thread.conversation)}


def _rests(actor: Actor, channel: str) -> bool:
    """Whether a reply rests for some seconds before it leaves: a visitor at the screen is not kept waiting."""
    recalled = carried_by_live(channel) and bool(mendable_for(channel).recall)
    return bool(undo_seconds(member_id=actor.id, recalled=recalled))


def _team(
    actor: Actor, everybody: Sequence[MemberRow], row: ConversationRow
) -> tuple[Sequence[PresenceRow], WhyRow | None]:
    """Return who is there, and why nobody has a conversation, where that is a question."""
    has_none = row.assignee_id is None and not row.with_assistant and row.waiting_since is not None
    present, whys = beside(
        actor=actor, here=[one for one in everybody if one.removed_at is None],
        waiting_ids=[row.id] if has_none else [], now=timezone.now(),
    )  # fmt: skip
    return present, next(iter(whys), None)


def person_card(actor: Actor, person_id: int, talk_id: int = 0, *, most: int = 6) -> PersonCard:
    """Return a person, beside the conversation one has with them, if there is one within reach."""
    talk = queries.by_ids(actor=actor, conversation_ids=[talk_id]) if talk_id else ()
    here = talk[0].id if talk else 0
    known = queries.attributes_of(actor=actor, conversation_id=here) if here else {}
    return person_beside(actor, person_id, here, known, most=most)


def person_beside(
    actor: Actor, person_id: int, talk_id: int, talk: Attributes, *, most: int = 6
) -> PersonCard:
    """Return the same, where the conversation is open already, and its attributes are known."""
    found = person(actor=actor, person_id=person_id)
    known = defined(actor)
    events = of_person(actor=actor, person_id=found.id, kinds=TOLD_OF_PERSON, limit=2 * most)
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


def _resting(actor: Actor, conversation_id: int, names: Mapping[str, str]) -> list[Held]:
    found = held(actor=actor, conversation_id=conversation_id)
    return [_held(row, actor, names) for row in found]


def _held(row: HeldRow, actor: Actor, names: Mapping[str, str]) -> Held:
    asked = row.reviewer_id == actor.id or actor.may(APPROVE)
    reviewable = row.state is Rest.REVIEW and row.author != actor.label and asked
    reviewer = names.get(f"member:{row.reviewer_id}", "")
    return Held(row, names.get(row.author, ""), reviewer, reviewable)


def display_name(row: ConversationRow) -> str:
    return name_or_code(row.person_name, row.person_id)
