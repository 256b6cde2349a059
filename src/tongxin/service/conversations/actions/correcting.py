"""What people say differently afterwards, or take back: their own messages change, and what these said is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tongxin.center.kit.actor import house
from tongxin.center.kit.sql import rows
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import Fact, about
from tongxin.service.channels.actions import untold
from tongxin.service.channels.ports import RECALLED, Arrival
from tongxin.service.channels.values import InboxRow
from tongxin.service.conversations.actions.locking import held
from tongxin.service.conversations.actions.mending import revision_of, write_changes
from tongxin.service.conversations.events import MessageEdited, MessageRecalled
from tongxin.service.conversations.models import Conversation, Message, Revision
from tongxin.service.conversations.values import Changed

_NAMED = """
SELECT m.external_id, m.id, m.conversation_id, i.kind, i.value
FROM conversations_message m
JOIN conversations_conversation o ON o.id = COALESCE(m.origin_id, m.conversation_id)
JOIN people_identity i ON i.id = o.endpoint_id
JOIN people_person p ON p.id = o.person_id
WHERE m.inbox_id = %s AND m.external_id = ANY(%s::text[]) AND m.kind = 'in' AND p.blocked_at IS NULL
"""
_SINCE = """
SELECT message_id, max(replaced_at) FROM conversations_revision WHERE message_id = ANY(%s::bigint[])
GROUP BY message_id
"""


@dataclass(frozen=True)
class Corrected:
    """Which changes (by their own names) are done or were before; which messages nobody knows (yet)."""

    done: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()


@dataclass
class _Work:
    """Messages while changes run into them, in the order in which people made these."""

    conversations: Mapping[int, Conversation]
    messages: Mapping[int, Message]
    since: dict[int, datetime]
    kept: list[Revision] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)

    def take(self, arrival: Arrival, message: Message) -> None:
        """Change a message, unless it says so already, something later, or nothing any more."""
        recalls = arrival.event == RECALLED
        is_late = arrival.sent_at < self.since.get(message.pk, arrival.sent_at) and not recalls
        is_same = arrival.text == message.text and not recalls
        if message.changed == Changed.RECALLED or is_late or is_same:
            return
        self.kept.append(revision_of(message, message.author, arrival.sent_at))
        self.since[message.pk] = arrival.sent_at
        message.text, message.file_ids = ("", []) if recalls else (arrival.text, message.file_ids)
        message.changed = Changed.RECALLED if recalls else Changed.EDITED
        self.facts.append(self._fact(message, arrival.sent_at))

    def _fact(self, message: Message, at: datetime) -> Fact:
        c = self.conversations[message.conversation_id]
        where = about(c.workspace_id, message.author, "conversation", c.pk, at, c.person_id)
        says = MessageRecalled if message.changed == Changed.RECALLED else MessageEdited
        return says(**where, conversation_id=c.pk, message_id=message.pk)


def correct(*, inbox: InboxRow, changes: Sequence[Arrival], now: datetime) -> Corrected:
    """Let messages say what their senders made of them, each change once; of others' messages nothing."""
    if not changes:
        return Corrected()
    found = rows(_NAMED, [inbox.id, sorted({a.mends for a in changes})])
    known = {name: (pk, place, (kind, value)) for name, pk, place, kind, value in found}
    own = [a for a in changes if a.mends in known and known[a.mends][2] == _who(a)]
    fresh = untold(names={(inbox.id, a.external_id) for a in own}, now=now)
    doing = [a for a in own if (inbox.id, a.external_id) in fresh]
    if doing:
        _do(inbox, doing, {a.mends: known[a.mends][:2] for a in doing})
    return Corrected(
        frozenset(a.external_id for a in own),
        frozenset(a.mends for a in changes if a.mends not in known),
    )


def _do(inbox: InboxRow, changes: Sequence[Arrival], places: Mapping[str, tuple[int, int]]) -> None:
    conversations = held(
        house(inbox.workspace_id), sorted({place for _pk, place in places.values()})
    )
    ids = sorted({pk for pk, _place in places.values()})
    by_id = {c.pk: c for c in conversations}
    said = Message.objects.filter(pk__in=ids, conversation_id__in=by_id).order_by("pk")
    work = _Work(by_id, {m.pk: m for m in said}, dict(rows(_SINCE, [ids])))
    for a in sorted(changes, key=lambda a: a.sent_at):
        if (message := work.messages.get(places[a.mends][0])) is not None:
            work.take(a, message)
    Revision.objects.bulk_create(work.kept)
    write_changes(
        by_id, [m for m in work.messages.values() if m.pk in {r.message_id for r in work.kept}]
    )
    record(work.facts)


def _who(arrival: Arrival) -> tuple[str, str]:
    return arrival.sender.kind, arrival.sender.value
