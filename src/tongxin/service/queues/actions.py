"""Set up queues, staff them, feed them, and move conversations between them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor, Reach, house
from tongxin.center.kit.ids import ConversationId, InboxId, MemberId, QueueId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.sql import rows
from tongxin.center.kit.text import clean
from tongxin.center.kit.turns import take_turns
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.conversations import actions as conversations
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.values import Back, Ending
from tongxin.service.hours.queries import before, check_calendar, hours_by_id
from tongxin.service.queues.events import (
    InboxQueueSet,
    QueueChanged,
    QueueClosed,
    QueueCreated,
    QueueEndingSet,
    QueueFact,
    QueueStaffed,
)
from tongxin.service.queues.models import Queue
from tongxin.service.queues.queries import check_queue, missing
from tongxin.service.queues.rules import MOST, makes_sense, named
from tongxin.service.queues.values import EVERYONES, QueuePlan

_TURN = "queues.setup"
_MOST_RETURNED = 500
_STAFF = """
UPDATE accounts_member m SET queue_ids = CASE WHEN m.id = ANY(%(members)s::bigint[])
    THEN array_append(m.queue_ids, %(queue)s::bigint) ELSE array_remove(m.queue_ids, %(queue)s::bigint) END
WHERE m.workspace_id = %(workspace)s AND m.removed_at IS NULL
  AND (m.id = ANY(%(members)s::bigint[])) <> (%(queue)s::bigint = ANY(m.queue_ids))
RETURNING m.id, %(queue)s::bigint = ANY(m.queue_ids)
"""
_FEED = """
UPDATE channels_inbox SET queue_id = %s WHERE workspace_id = %s AND id = ANY(%s::bigint[]) AND queue_id <> %s
RETURNING id
"""
_CLOSE = """
WITH fed AS (UPDATE channels_inbox SET queue_id = 0 WHERE queue_id = ANY(%(ids)s::bigint[])),
left_it AS (
    UPDATE accounts_member SET queue_ids = ARRAY(
        SELECT unnest(queue_ids) EXCEPT SELECT unnest(%(ids)s::bigint[]) ORDER BY 1)
    WHERE workspace_id = %(workspace)s AND queue_ids && %(ids)s::bigint[]
),
fell AS (
    UPDATE queues_queue SET fallback = 'stay', fallback_to_id = NULL
    WHERE fallback_to_id = ANY(%(ids)s::bigint[]) AND NOT id = ANY(%(ids)s::bigint[])
)
UPDATE queues_queue SET closed_at = %(now)s, fallback = 'stay', fallback_to_id = NULL, calendar_id = NULL
WHERE id = ANY(%(ids)s::bigint[])
"""
_WAITING = "SELECT id FROM conversations_conversation WHERE queue_id = ANY(%s::bigint[]) AND status <> 'resolved'"
_IDLE = """
SELECT CASE WHEN is_everyones THEN 0 ELSE id END, workspace_id, idle_minutes, calendar_id FROM queues_queue
WHERE idle_minutes IS NOT NULL AND closed_at IS NULL ORDER BY workspace_id, id
"""
_LAIN = """
SELECT c.id, c.workspace_id FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[])
    AS lain (workspace_id, queue_id, since)
JOIN conversations_conversation c ON c.workspace_id = lain.workspace_id AND c.queue_id = lain.queue_id
WHERE c.assignee_id IS NOT NULL AND NOT c.is_snoozed AND c.waiting_since <= lain.since
  AND GREATEST(c.waiting_since, c.assigned_at) <= lain.since
ORDER BY c.id LIMIT %s
"""


@action("queue.create", needs="team.write")
def create(
    *, actor: Actor, name: str, plan: QueuePlan | None = None, member_ids: Sequence[MemberId] = (),
    now: datetime,
) -> QueueId:  # fmt: skip
    """Make a queue with its members.

    Raises Refused: ``queue.name`` (1 to 60 characters), ``queue.exists``, ``queue.fallback`` (to another
    queue that there is), ``calendar.missing``, ``queue.too_many`` (200), ``queue.reach``.
    """
    plan = plan or QueuePlan()
    take_turns(_TURN, [actor.workspace_id])
    if _mine(actor).count() >= MOST:
        raise Refused("queue.too_many", _("At most 200 queues."), Reason.LIMITED)
    _check(actor, plan, -1)
    made = Queue.objects.create(
        workspace_id=actor.workspace_id, name=_name(actor, name, 0), **_columns(plan)
    )
    record([_told(QueueCreated, actor, made.pk, made.name, now)])
    if member_ids:
        set_members(actor=actor, queue_id=made.pk, member_ids=member_ids, now=now)
    return made.pk


@action("queue.change", needs="team.write")
def change(
    *, actor: Actor, queue_id: QueueId, name: str = "", plan: QueuePlan, now: datetime
) -> int:
    """Let a queue go otherwise; returns 1 where something changed. Everyone's keeps its name.

    Raises Refused: ``queue.missing``, and like ``queue.create``.
    """
    take_turns(_TURN, [actor.workspace_id])
    _check(actor, plan, queue_id)
    if queue_id == EVERYONES:
        found, _made = Queue.objects.get_or_create(
            workspace_id=actor.workspace_id, is_everyones=True
        )
        wanted = {"name": "", **_columns(plan)}
    else:
        kept = _mine(actor).filter(pk=queue_id).first()
        if kept is None:
            raise missing()
        found, wanted = kept, {"name": _name(actor, name, queue_id), **_columns(plan)}
    if all(getattr(found, key) == value for key, value in wanted.items()):
        return 0
    Queue.objects.filter(pk=found.pk).update(**wanted)
    record([_told(QueueChanged, actor, queue_id, wanted["name"], now)])
    return 1


@action("queue.set_members", needs="team.write")
def set_members(
    *, actor: Actor, queue_id: QueueId, member_ids: Sequence[MemberId], now: datetime
) -> int:
    """Let these members, and no others, be in a queue; returns how many came or went.

    Raises Refused: ``queue.missing`` (also for everyone's, where all are), ``queue.reach`` where one sees
    less than all conversations: who is in a queue may see what is there.
    """
    take_turns(_TURN, [actor.workspace_id])
    if not _mine(actor).filter(pk=queue_id).exists():
        raise missing()
    if actor.reach is not Reach.ALL:
        raise Refused(
            "queue.reach", _("Only who sees all conversations can say who is in a queue."), Reason.FORBIDDEN
        )  # fmt: skip
    values = {"members": list(member_ids), "queue": queue_id, "workspace": actor.workspace_id}
    changed = rows(_STAFF, values)
    if changed:
        came = sorted(pk for pk, is_in in changed if is_in)
        left = sorted(pk for pk, is_in in changed if not is_in)
        where = about(actor.workspace_id, actor.label, "queue", queue_id, now)
        record([QueueStaffed(**where, queue_id=queue_id, added=came, removed=left)])
    return len(changed)


@action("queue.set_ending", needs="team.write")
def set_ending(*, actor: Actor, queue_id: QueueId, ending: Ending, now: datetime) -> int:
    """Choose what goes for a queue's conversations at their end, in place of what their inboxes say: for how
    long a message afterwards goes on with the same one, and what is asked when it is settled. Returns 1 where
    something changed.

    Raises Refused: ``queue.missing``, ``attribute.unknown``, ``wrap_up.keys`` (at most 20).
    """  # noqa: D205
    check_queue(actor.workspace_id, queue_id)
    if not conversations.set_ending(actor=actor, queue_id=queue_id, ending=ending):
        return 0
    where = about(actor.workspace_id, actor.label, "queue", queue_id, now)
    asks = ending.asks.value if ending.asks else None
    record(
        [
            QueueEndingSet(
                **where,
                queue_id=queue_id,
                reopens=ending.reopens.value,
                days=ending.days,
                asks=asks,
            )
        ]
    )
    return 1


@action("queue.close", needs="team.write")
def close(*, actor: Actor, queue_ids: Sequence[QueueId], now: datetime) -> int:
    """Close queues: their inboxes feed everyone's, and what is open there waits there. Returns how many."""
    take_turns(_TURN, [actor.workspace_id])
    closing = list(_mine(actor).filter(pk__in=queue_ids).order_by("pk"))
    ids = [queue.pk for queue in closing]
    rows(_CLOSE, {"ids": ids, "workspace": actor.workspace_id, "now": now})
    waiting = [pk for (pk,) in rows(_WAITING, [ids])]
    conversations.move(
        actor=replace(actor, reach=Reach.ALL), conversation_ids=waiting, queue_id=EVERYONES, now=now,
        keeps_owner=True,
    )  # fmt: skip
    record(_told(QueueClosed, actor, queue.pk, queue.name, now) for queue in closing)
    return len(closing)


@action("inbox.set_queue", needs="inbox.write")
def feed(*, actor: Actor, inbox_ids: Sequence[InboxId], queue_id: QueueId, now: datetime) -> int:
    """Choose in which queue new conversations of inboxes wait; returns how many inboxes changed.

    Conversations that are there stay in theirs. Raises Refused: ``queue.missing``.
    """
    check_queue(actor.workspace_id, queue_id)
    changed = rows(_FEED, [queue_id, actor.workspace_id, list(inbox_ids), queue_id])
    record(
        InboxQueueSet(
            **about(actor.workspace_id, actor.label, "inbox", pk, now), inbox_id=pk, queue_id=queue_id
        )
        for pk in sorted(pk for (pk,) in changed)
    )  # fmt: skip
    return len(changed)


@action("conversation.move", needs="conversation.assign")
def move(
    *, actor: Actor, conversation_ids: Sequence[ConversationId], queue_id: QueueId, now: datetime
) -> int:
    """Let conversations wait in another queue, out of their owners' hands; returns how many moved.

    Raises Refused: ``queue.missing``.
    """
    check_queue(actor.workspace_id, queue_id)
    return conversations.move(
        actor=actor, conversation_ids=conversation_ids, queue_id=queue_id, now=now
    )


def return_idle(*, now: datetime) -> int:
    """Put back what owners left unanswered for their queue's idle minutes, in business time; how many."""
    found = rows(_IDLE)
    hours = hours_by_id(calendar_ids={row[3] for row in found if row[3] is not None})
    since = {
        (workspace_id, queue_id): before(hours.get(calendar_id), now, timedelta(minutes=minutes))
        for queue_id, workspace_id, minutes, calendar_id in found
    }
    lain = [(*key, at) for key, at in since.items() if at is not None]
    if not lain:
        return 0
    with transaction.atomic():
        theirs = rows(_LAIN, [*map(list, zip(*lain, strict=True)), _MOST_RETURNED])
        return sum(
            conversations.give_back(
                actor=house(workspace_id), why=Back.IDLE, now=now, still=lambda c: _lies(c, since),
                conversation_ids=[pk for pk, where in theirs if where == workspace_id],
            )
            for workspace_id in sorted({where for _pk, where in theirs})
        )  # fmt: skip


def _lies(c: Conversation, since: dict[tuple[int, int], datetime | None]) -> bool:
    """Whether a conversation still lies unanswered with its owner."""
    at = since.get((c.workspace_id, c.queue_id))
    begun = max(filter(None, [c.waiting_since, c.assigned_at]), default=None)
    waits = c.waiting_since is not None and not c.is_snoozed
    return waits and at is not None and begun is not None and begun <= at


def _mine(actor: Actor) -> Any:  # noqa: ANN401 - a query set
    return Queue.objects.filter(workspace_id=actor.workspace_id, is_everyones=False, closed_at=None)


def _check(actor: Actor, plan: QueuePlan, queue_id: int) -> None:
    """Raise Refused where a queue cannot go so."""
    if not makes_sense(plan, queue_id):
        raise Refused("queue.fallback", _("Choose another queue to fall back to."))
    if plan.fallback_id is not None:
        check_queue(actor.workspace_id, plan.fallback_id)
    if plan.calendar_id is not None:
        check_calendar(actor.workspace_id, plan.calendar_id)


def _columns(plan: QueuePlan) -> dict[str, Any]:
    return {
        "strategy": plan.strategy.value, "fallback": plan.fallback.value,
        "fallback_to_id": plan.fallback_id, "fallback_minutes": plan.fallback_minutes,
        "idle_minutes": plan.idle_minutes, "returns_absent": plan.returns_absent,
        "calendar_id": plan.calendar_id,
    }  # fmt: skip


def _name(actor: Actor, given: str, own: int) -> str:
    name = named(clean(given))
    if not name:
        raise Refused("queue.name", _("A name has 1 to 60 characters."))
    if _mine(actor).filter(name=name).exclude(pk=own).exists():
        raise Refused("queue.exists", _("There is a queue with this name."), Reason.CONFLICT)
    return name


def _told(
    fact: type[QueueFact], actor: Actor, queue_id: int, name: str, now: datetime
) -> QueueFact:
    where = about(actor.workspace_id, actor.label, "queue", queue_id, now)
    return fact(**where, queue_id=queue_id, name=name)
