"""Two conversations turn out to be one: the other's messages come along and remember where they were said.

What was merged away stays as a row that leads to where it went, so that its number, its id and its
endpoint go on to work; and so that it can be undone (``undoing``).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.sql import rows
from tongxin.center.timeline.actions import record
from tongxin.service.conversations.actions.locking import columns, has_newer, held, missing
from tongxin.service.conversations.actions.moving import (
    is_taken,
    last_messages,
    move_all,
    standing,
    take_along,
    write,
)
from tongxin.service.conversations.events import (
    ConversationAssigned,
    ConversationFact,
    ConversationMerged,
    ConversationReopened,
)
from tongxin.service.conversations.models import Conversation, Regrouping
from tongxin.service.conversations.rules import Standing, changes, cleared, merged
from tongxin.service.conversations.values import Regroup, Status

# What stands in these, but was said neither there nor in what was merged into them.
_FOREIGN = """
SELECT m.id, m.conversation_id FROM conversations_message m
JOIN conversations_conversation o ON o.id = m.origin_id
WHERE m.conversation_id = ANY(%s::bigint[]) AND COALESCE(o.merged_into_id, 0) <> m.conversation_id
"""
_FOLLOWERS = """
SELECT id, merged_into_id FROM conversations_conversation WHERE merged_into_id = ANY(%s::bigint[]) ORDER BY id
"""
_LEAD = "UPDATE conversations_conversation SET merged_into_id = %s WHERE merged_into_id = ANY(%s::bigint[])"


@action("conversation.merge", needs="conversation.write")
def merge(
    *, actor: Actor, conversation_ids: Sequence[ConversationId], into_id: ConversationId, now: datetime
) -> int:  # fmt: skip
    """Merge conversations into another, which stays; returns how many were not yet.

    Messages, notes, files and tags come along; topic, owner, wrap-up and attributes where the other has
    none. Their numbers and ids lead to it from then on, and who writes on in them is heard there. People
    who differ never read each other's messages. It can be undone.

    Raises Refused: ``merge.self``, ``conversation.missing`` (the one that stays),
    ``conversation.has_newer`` where it would be open again beside another.
    """
    if into_id in conversation_ids:
        raise Refused("merge.self", _("A conversation cannot be merged into itself."))
    found = {c.pk: c for c in held(actor, [*conversation_ids, into_id])}
    target = found.pop(_place(into_id), None)
    if target is None:
        raise missing()
    order = {pk: place for place, pk in enumerate(conversation_ids)}
    sources = sorted(found.values(), key=lambda c: (order.get(c.pk, len(order)), c.pk))
    return _merge(actor, sources, target, now) if sources else 0


def _place(conversation_id: int) -> int:
    """Return where a conversation is: with another, where it was merged away."""
    own = Conversation.objects.filter(pk=conversation_id)
    return own.values_list("merged_into_id", flat=True).first() or conversation_id


def _merge(
    actor: Actor, sources: Sequence[Conversation], target: Conversation, now: datetime
) -> int:
    ids = [source.pk for source in sources]
    before = became = standing(target)
    told: list[Mapping[str, Any]] = []
    cleared_now = []
    for source in sources:
        theirs, earlier = standing(source), became
        to = (source.answers_id or source.pk) if source.person_id == target.person_id else None
        became, gone = merged(became, theirs, to), cleared(theirs, now)
        told.append({"source": changes(theirs, gone), "target": changes(earlier, became)})
        source.merged_into_id = target.pk
        cleared_now.append((source, gone))
    _check_free(target, became, ids)
    last = last_messages([target.pk, *ids])
    upto = list(accumulate([last.get(pk, 0) for pk in (target.pk, *ids)], max))[1:]
    moved = _come_along(ids, target.pk)
    write(cleared_now)
    write([(target, became)])
    made = Regrouping.objects.bulk_create(
        Regrouping(
            workspace_id=target.workspace_id, kind=Regroup.MERGE, source=source, target=target,
            changed=changed, moved=moved[source.pk], upto=at, doer=actor.label, done_at=now,
        )
        for source, changed, at in zip(sources, told, upto, strict=True)
    )  # fmt: skip
    record([*_turned(actor, target, before, became, now), *_told(actor, made, now)])
    return len(sources)


def _come_along(sources: Sequence[int], target: int) -> dict[int, dict[str, list[int]]]:
    """Let everything come along; return, by source, which rows could not be told by where they were said."""
    moved = take_along(sources, target)
    for name, statement in (("conversations_message", _FOREIGN), ("followers", _FOLLOWERS)):
        found = rows(statement, [list(sources)])
        for source in sources:
            moved[source][name] = [pk for pk, owner in found if owner == source]
    move_all(sources, target)
    rows(_LEAD, [target, list(sources)])
    return moved


def _check_free(target: Conversation, became: Standing, but: Sequence[int]) -> None:
    is_back = target.status == Status.RESOLVED and became.status != Status.RESOLVED
    if is_back and not target.is_side and is_taken(target, but):
        raise has_newer()


def _turned(
    actor: Actor, target: Conversation, before: Standing, became: Standing, now: datetime
) -> Iterator[ConversationFact]:
    """Say what a merge changed beside: it goes on, and whose it is now."""
    where = columns(actor, target, now)
    if before.status == Status.RESOLVED != became.status:
        yield ConversationReopened(**where, conversation_id=target.pk)
    if before.assignee_id != became.assignee_id:
        yield ConversationAssigned(
            **where, conversation_id=target.pk, member_id=became.assignee_id, before=None, automatic=True
        )  # fmt: skip


def _told(actor: Actor, made: Sequence[Regrouping], now: datetime) -> Iterator[ConversationFact]:
    for one in made:
        yield ConversationMerged(
            **columns(actor, one.target, now), conversation_id=one.target_id,
            merged_id=one.source_id, number=one.source.number, regrouping_id=one.pk,
        )  # fmt: skip
