"""Give conversations a status by hand."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConversationId, StatusId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.timeline.actions import record
from tongxin.service.conversations.actions.labels import missing
from tongxin.service.conversations.actions.locking import columns, has_newer, held, superseded
from tongxin.service.conversations.actions.wrapping import lacking, needed
from tongxin.service.conversations.events import (
    ConversationFact,
    ConversationReopened,
    ConversationResolved,
    ConversationStatusChanged,
)
from tongxin.service.conversations.models import Conversation, StatusLabel
from tongxin.service.conversations.rules import Clock, clock_in
from tongxin.service.conversations.values import Kind, Status

_WRITTEN = [
    "status", "label", "resolved_at", "waiting_since", "unanswered", "wants_human", "is_snoozed",
    "snoozed_until", "woke",
]  # fmt: skip


@action("conversation.set_status", needs="conversation.write")
def set_status(
    *, actor: Actor, conversation_ids: Sequence[ConversationId], status: Status | None = None,
    status_id: StatusId | None = None, now: datetime,
) -> int:  # fmt: skip
    """Give conversations one of the workspace's own statuses, or a category; returns how many changed.

    On hold somebody else's turn is meant: the waiting clock rests until the person writes or it is
    open again. Only what is new can be called new. Raises Refused: ``status.missing`` (also where
    neither is named), ``status.new``, ``conversation.has_newer``,
    ``wrap_up.required``.
    """
    category, label_id = chosen(actor, status, status_id)
    found = held(actor, conversation_ids)
    if category is Status.NEW and any(c.status != Status.NEW for c in found):
        raise Refused("status.new", _("Only what nobody answered is new."), Reason.CONFLICT)
    changing = [c for c in found if (c.status, c.label_id) != (category, label_id)]
    over = lacking(changing) if category is Status.RESOLVED else _over(changing)
    going = [c for c in changing if c.pk not in over]
    if changing and not going:
        raise needed() if category is Status.RESOLVED else has_newer()
    told = [fact for c in going for fact in _facts(actor, c, category, label_id, now)]
    for c in going:
        _turn(c, category, label_id, now)
    Conversation.objects.bulk_update(going, _WRITTEN)
    record(told)
    return len(going)


def chosen(actor: Actor, status: Status | None, status_id: int | None) -> tuple[Status, int | None]:
    """Return a category and the workspace's own status. Raises Refused: ``status.missing``.

    The usual status of a category is its name: nothing finer is kept then.
    """
    if status_id is None:
        if status is None:
            raise missing()
        return status, None
    here = StatusLabel.objects.filter(workspace_id=actor.workspace_id, is_enabled=True)
    found = here.filter(pk=status_id).first()
    if found is None:
        raise missing()
    return Status(found.category), None if found.is_default else found.pk


def _over(changing: Sequence[Conversation]) -> set[int]:
    return superseded([c for c in changing if c.status == Status.RESOLVED])


def _turn(c: Conversation, category: Status, label_id: int | None, now: datetime) -> None:
    if c.status != category:
        was = Clock(c.waiting_since, c.unanswered, c.wants_human)
        clock = clock_in(category, was, c.last_at if c.last_kind == Kind.IN else None)
        c.waiting_since, c.unanswered = clock.waiting_since, clock.unanswered
        c.wants_human = clock.wants_human
        c.resolved_at = now if category is Status.RESOLVED else None
        c.is_snoozed, c.snoozed_until, c.woke = False, None, ""
    c.status, c.label_id = category.value, label_id


def _facts(
    actor: Actor, c: Conversation, category: Status, label_id: int | None, now: datetime
) -> list[ConversationFact]:
    """Say what changes: its end and its coming back are facts of their own, and may say all there is."""
    where = columns(actor, c, now)
    changed = ConversationStatusChanged(
        **where, conversation_id=c.pk, status=category, status_id=label_id,
        status_before=c.status, status_id_before=c.label_id,
    )  # fmt: skip
    ends = c.status != category and category is Status.RESOLVED
    returns = c.status != category and c.status == Status.RESOLVED
    says_all = label_id is None and (ends or (returns and category is Status.OPEN))
    told: list[ConversationFact] = [] if says_all else [changed]
    if ends:
        told.append(ConversationResolved(**where, conversation_id=c.pk))
    if returns:
        told.insert(0, ConversationReopened(**where, conversation_id=c.pk))
    return told
