"""What merging would mean, what was merged or split, and from where messages came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, InboxId, Label, PersonId, RegroupingId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.service.conversations.queries.lists import ConversationRow, by_ids
from tongxin.service.conversations.queries.within import within
from tongxin.service.conversations.values import Caution, Regroup, Status

_MOST = 100
_REGROUPED = """
SELECT r.id, r.kind, r.target_id, r.source_id, o.id, o.number, o.subject, p.name, r.doer, r.done_at,
    NOT EXISTS (
        SELECT FROM conversations_regrouping later WHERE later.id > r.id AND later.undone_at IS NULL
        AND (later.source_id IN (r.source_id, r.target_id) OR later.target_id IN (r.source_id, r.target_id)))
FROM conversations_regrouping r
JOIN conversations_conversation o
    ON o.id = CASE WHEN r.target_id = ANY(%(ids)s::bigint[]) THEN r.source_id ELSE r.target_id END
JOIN people_person p ON p.id = o.person_id
WHERE r.undone_at IS NULL AND (r.target_id = ANY(%(ids)s::bigint[]) OR r.source_id = ANY(%(ids)s::bigint[]))
ORDER BY r.id DESC LIMIT %(most)s
"""
_COUNTED = "SELECT count(*) FROM conversations_message WHERE conversation_id = %s"
_WRAPPED = "SELECT count(*) FROM conversations_wrapup WHERE conversation_id = ANY(%s::bigint[])"
_ORIGINS = """
SELECT c.id, c.number, c.person_id, p.name, c.inbox_id, i.name, i.channel, c.merged_into_id IS NOT NULL
FROM conversations_conversation c
JOIN people_person p ON p.id = c.person_id JOIN channels_inbox i ON i.id = c.inbox_id
WHERE c.merged_into_id = %(id)s OR c.id = ANY(%(ids)s::bigint[]) ORDER BY c.id
"""


@dataclass(frozen=True)
class MergePreview:
    """What merging one conversation (``leaves``) into another (``stays``) would mean.

    ``messages``: how many would come along. ``cautions``: in what they differ: ``people``, ``inboxes``,
    ``owners``; ``resolved`` where one of them is; ``wrap_ups`` where both have one, and only one stays.
    """

    stays: ConversationRow
    leaves: ConversationRow
    messages: int
    cautions: Sequence[Caution]


@dataclass(frozen=True)
class RegroupingRow:
    """A merge or a split that stands, and with which other conversation.

    ``is_source``: this one was merged away or split off. ``undoable``: nothing was done to either since.
    """

    id: RegroupingId
    kind: Regroup
    is_source: bool
    other_id: ConversationId
    other_number: int
    other_subject: str
    other_person: str
    doer: Label
    done_at: datetime
    undoable: bool


@dataclass(frozen=True)
class OriginRow:
    """A conversation in which something was said that stands in another now.

    ``is_merged``: it was merged into that other, and its person can be answered there.
    """

    id: ConversationId
    number: int
    person_id: PersonId
    person_name: str
    inbox_id: InboxId
    inbox_name: str
    channel: str
    is_merged: bool


@query("conversation.merge_preview", needs="conversation.read")
def merge_preview(
    *, actor: Actor, conversation_id: ConversationId, into_id: ConversationId
) -> MergePreview:
    """Show what merging a conversation into another would mean, and what to think of before.

    Raises Refused: ``conversation.missing``, ``merge.self`` (also where one was merged into the other).
    """
    found = {
        row.id: row for row in by_ids(actor=actor, conversation_ids=[conversation_id, into_id])
    }
    leaves, stays = (_row(actor, found, pk) for pk in (conversation_id, into_id))
    if leaves.id == stays.id:
        raise Refused("merge.self", _("A conversation cannot be merged into itself."))
    [(messages,)] = rows(_COUNTED, [leaves.id])
    [(wrapped,)] = rows(_WRAPPED, [[leaves.id, stays.id]])
    return MergePreview(stays, leaves, messages, _cautions(stays, leaves, wrapped))


@query("conversation.regroupings", needs="conversation.read")
def regroupings(*, actor: Actor, conversation_id: ConversationId) -> Sequence[RegroupingRow]:
    """Return what was merged into a conversation, split off from it, or where it came from, latest first."""
    here = within(actor, [conversation_id])
    found = rows(_REGROUPED, {"ids": here, "most": _MOST})
    parts = [row[4] for row in found if row[1] == Regroup.SPLIT]
    seen = set(within(actor, parts))
    return [
        RegroupingRow(pk, Regroup(kind), source_id in here, other_id, *other)
        for pk, kind, _target_id, source_id, other_id, *other in found
        if kind == Regroup.MERGE or other_id in seen
    ]


def origins(*, conversation_id: int, named: Sequence[int]) -> Sequence[OriginRow]:
    """Return what was merged into a conversation, and those ``named``; the caller has checked its reach."""
    found = rows(_ORIGINS, {"id": conversation_id, "ids": list(named)})
    return [OriginRow(*row) for row in found]


def _row(actor: Actor, found: dict[int, ConversationRow], pk: int) -> ConversationRow:
    place = pk if pk in found else next(iter(within(actor, [pk])), 0)
    if place not in found:
        raise Refused("conversation.missing", _("There is no such conversation."), Reason.MISSING)
    return found[place]


def _cautions(stays: ConversationRow, leaves: ConversationRow, wrapped: int) -> list[Caution]:
    owners = {row.assignee_id for row in (stays, leaves) if row.assignee_id is not None}
    told = {
        Caution.PEOPLE: stays.person_id != leaves.person_id,
        Caution.INBOXES: stays.inbox_id != leaves.inbox_id,
        Caution.OWNERS: len(owners) > 1,
        Caution.RESOLVED: Status.RESOLVED in {stays.status, leaves.status},
        Caution.WRAP_UPS: wrapped > 1,
    }
    return [caution for caution, is_so in told.items() if is_so]
