"""Whose it is and whose turn: assign, snooze, wake, resolve, reopen."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor, house
from tongxin.center.kit.ids import ConversationId, MemberId
from tongxin.center.kit.moments import Moment
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action
from tongxin.center.timeline.actions import record
from tongxin.service.conversations.actions.locking import columns, has_newer, held, superseded
from tongxin.service.conversations.actions.owning import check_member
from tongxin.service.conversations.actions.wrapping import lacking, needed
from tongxin.service.conversations.events import (
    ConversationAssigned,
    ConversationReopened,
    ConversationResolved,
    ConversationSnoozed,
    ConversationWoke,
)
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.values import Status, Woke

_MOST_WOKEN = 500


@action("conversation.assign", needs="conversation.assign")
def assign(
    *, actor: Actor, conversation_ids: Sequence[ConversationId], member_id: MemberId | None, now: datetime
) -> int:  # fmt: skip
    """Make a member responsible (oneself: take it), or nobody; returns how many changed hands.

    Raises Refused: ``member.missing``.
    """
    if member_id is not None:
        check_member(actor, member_id)
    changing = [c for c in held(actor, conversation_ids) if c.assignee_id != member_id]
    _update(changing, assignee_id=member_id, assigned_at=now if member_id else None)
    record(
        ConversationAssigned(
            **columns(actor, c, now), conversation_id=c.pk, member_id=member_id,
            before=c.assignee_id, automatic=actor.kind != "member", queue_id=c.queue_id,
        )
        for c in changing
    )  # fmt: skip
    return len(changing)


def unassign_all(*, actor: Actor, member_id: int, now: datetime) -> int:
    """Take everything unresolved from a member (the house's own verb); returns how many."""
    theirs = Conversation.objects.filter(workspace_id=actor.workspace_id, assignee_id=member_id)
    ids = theirs.exclude(status=Status.RESOLVED).values_list("pk", flat=True)
    allowed = replace(actor, permissions=actor.permissions | {"conversation.assign"})
    return assign(actor=allowed, conversation_ids=list(ids), member_id=None, now=now)


@action("conversation.snooze", needs="conversation.write")
def snooze(
    *, actor: Actor, conversation_ids: Sequence[ConversationId], until: Moment | None, now: datetime
) -> int:
    """Put aside until a time, or until the person replies (null); returns how many it changed.

    A reply wakes it in either case. Raises Refused: ``snooze.past``.
    """
    if until is not None and until <= now:
        raise Refused("snooze.past", _("Choose a time in the future."))
    changing = [
        c
        for c in held(actor, conversation_ids)
        if c.status != Status.RESOLVED and not (c.is_snoozed and c.snoozed_until == until)
    ]
    _update(changing, is_snoozed=True, snoozed_until=until, woke="")
    told = until.isoformat() if until else None
    record(
        ConversationSnoozed(**columns(actor, c, now), conversation_id=c.pk, until=told)
        for c in changing
    )
    return len(changing)


@action("conversation.wake", needs="conversation.write")
def wake(*, actor: Actor, conversation_ids: Sequence[ConversationId], now: datetime) -> int:
    """Take back from sleep now; returns how many slept."""
    return _wake(actor, [c for c in held(actor, conversation_ids) if c.is_snoozed], now)


def wake_due(*, now: datetime) -> int:
    """Wake what was put aside until a time that has come, in every workspace; returns how many."""
    due = Conversation.objects.filter(is_snoozed=True, snoozed_until__lte=now)
    with transaction.atomic():
        rows = list(due.select_for_update(skip_locked=True).order_by("pk")[:_MOST_WOKEN])
        return sum(
            _wake(house(workspace_id), [c for c in rows if c.workspace_id == workspace_id], now)
            for workspace_id in {c.workspace_id for c in rows}
        )


@action("conversation.resolve", needs="conversation.write")
def resolve(*, actor: Actor, conversation_ids: Sequence[ConversationId], now: datetime) -> int:
    """Call the matter settled; returns how many were not yet.

    Where an inbox insists on a wrap-up, what has none stays open (``wrap_up.required`` if that is so
    for all of them).
    """
    settling = _where(actor, conversation_ids, lambda c: c.status != Status.RESOLVED)
    without = lacking(settling) if actor.kind != "house" else set()
    changing = [c for c in settling if c.pk not in without]
    if settling and not changing:
        raise needed()
    _update(
        changing, status=Status.RESOLVED, resolved_at=now, waiting_since=None, unanswered=0,
        is_snoozed=False, snoozed_until=None, woke="", wants_human=False, label_id=None,
    )  # fmt: skip
    record(ConversationResolved(**columns(actor, c, now), conversation_id=c.pk) for c in changing)
    return len(changing)


def resolve_all(*, workspace_id: int, person_id: int, now: datetime) -> int:
    """Settle everything that is open with a person (the house's own verb); returns how many."""
    theirs = Conversation.objects.filter(workspace_id=workspace_id, person_id=person_id)
    ids = list(theirs.exclude(status=Status.RESOLVED).values_list("pk", flat=True))
    actor = replace(house(workspace_id), permissions=frozenset({"conversation.write"}))
    return resolve(actor=actor, conversation_ids=ids, now=now) if ids else 0


@action("conversation.reopen", needs="conversation.write")
def reopen(*, actor: Actor, conversation_ids: Sequence[ConversationId], now: datetime) -> int:
    """Take up a settled matter again; returns how many were settled.

    Where the person has begun another conversation since, it stays settled (``conversation.has_newer``
    if that is so for all of them).
    """
    resolved = _where(actor, conversation_ids, lambda c: c.status == Status.RESOLVED)
    over = superseded(resolved)
    changing = [c for c in resolved if c.pk not in over]
    if resolved and not changing:
        raise has_newer()
    _update(changing, status=Status.OPEN, resolved_at=None, label_id=None)
    record(ConversationReopened(**columns(actor, c, now), conversation_id=c.pk) for c in changing)
    return len(changing)


def _where(
    actor: Actor, ids: Sequence[int], wanted: Callable[[Conversation], bool]
) -> list[Conversation]:
    return [c for c in held(actor, ids) if wanted(c)]


def _wake(actor: Actor, sleeping: Sequence[Conversation], now: datetime) -> int:
    _update(sleeping, is_snoozed=False, snoozed_until=None, woke=Woke.TIME)
    record(
        ConversationWoke(**columns(actor, c, now), conversation_id=c.pk, because=Woke.TIME)
        for c in sleeping
    )
    return len(sleeping)


def _update(conversations: Sequence[Conversation], **changes: object) -> None:
    Conversation.objects.filter(pk__in=[c.pk for c in conversations]).update(**changes)
