"""Every writer holds the conversations it changes, in one order, before it does anything else."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.sql import columns_of, instances
from tongxin.center.kit.turns import take_turns
from tongxin.center.timeline.values import About, about
from tongxin.service.conversations.actions.opening import TURN
from tongxin.service.conversations.models import UNRESOLVED, Conversation
from tongxin.service.conversations.values import reached, reaching

_HELD = f"""
SELECT {columns_of(Conversation, "c")} FROM conversations_conversation c
WHERE c.workspace_id = %(workspace)s AND c.id = ANY(%(ids)s::bigint[]) AND {{reached}}
ORDER BY c.id FOR NO KEY UPDATE
"""  # noqa: S608 - our own columns


def held(actor: Actor, conversation_ids: Sequence[int]) -> list[Conversation]:
    """Return the conversations within the actor's reach among those asked for, locked."""
    values = {**reaching(actor), "ids": list(conversation_ids)}
    return instances(Conversation, _HELD.format(reached=reached(actor)), values)


def held_one(actor: Actor, conversation_id: int) -> Conversation:
    """Return one conversation, locked. Raises Refused: ``conversation.missing``."""
    found = held(actor, [conversation_id])
    if not found:
        raise Refused("conversation.missing", _("There is no such conversation."), Reason.MISSING)
    return found[0]


def superseded(resolved: Sequence[Conversation]) -> set[int]:
    """Return which of these cannot go on: at their endpoint another is open, or a later one of them.

    The caller holds them; from here on nobody else begins or takes up anything at their endpoints.
    """
    if not resolved:
        return set()
    take_turns(TURN, {(c.inbox_id, c.endpoint_id) for c in resolved})
    spots = Conversation.objects.filter(
        UNRESOLVED,
        inbox_id__in={c.inbox_id for c in resolved},
        endpoint_id__in={c.endpoint_id for c in resolved},
    )
    taken = set(spots.values_list("inbox_id", "endpoint_id"))
    found = set()
    for c in sorted(resolved, key=lambda c: c.pk, reverse=True):
        spot = (c.inbox_id, c.endpoint_id)
        if spot in taken:
            found.add(c.pk)
        taken.add(spot)
    return found


def has_newer() -> Refused:
    """Return the refusal of what would open a second conversation at one endpoint."""
    return Refused(
        "conversation.has_newer",
        _("A newer conversation with this person is open: go on there."),
        Reason.CONFLICT,
    )


def columns(actor: Actor, conversation: Conversation, now: datetime) -> About:
    """Return the common columns of a fact about this conversation."""
    return about(
        conversation.workspace_id, actor.label, "conversation", conversation.pk, now,
        conversation.person_id,
    )  # fmt: skip
