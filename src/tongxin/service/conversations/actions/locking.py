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
from tongxin.service.conversations.models import OPEN_THERE, Conversation
from tongxin.service.conversations.values import LED_TO, reached, reaching

_HELD = f"""
SELECT {columns_of(Conversation, "c")} FROM conversations_conversation c
WHERE c.workspace_id + 0 = %(workspace)s AND c.id = {LED_TO} AND {{reached}}
ORDER BY c.id FOR NO KEY UPDATE
"""  # noqa: S608 - our own columns


def held(actor: Actor, conversation_ids: Sequence[int]) -> list[Conversation]:
    """Return the conversations within the actor's reach that these ids lead to, locked.

    What was merged away leads to where it went. Where fewer are found than were asked for, one may have
    been merged while we waited for it: they are asked for again.
    """
    values = {**reaching(actor), "ids": list(conversation_ids)}
    statement = _HELD.format(reached=reached(actor))
    found, before = instances(Conversation, statement, values), -1
    while before < len(found) < len(set(conversation_ids)):
        before = len(found)
        found = instances(Conversation, statement, values)
    return found


def held_one(actor: Actor, conversation_id: int) -> Conversation:
    """Return one conversation, locked. Raises Refused: ``conversation.missing``."""
    found = held(actor, [conversation_id])
    if not found:
        raise missing()
    return found[0]


def missing() -> Refused:
    """Return the refusal of what is not here, or beyond one's reach."""
    return Refused("conversation.missing", _("There is no such conversation."), Reason.MISSING)


def homes(actor: Actor, conversation_ids: Sequence[int]) -> list[tuple[Conversation, Conversation]]:
    """Return conversations as people know them, each with the one it goes on in, which is held.

    That is another where it was merged away.
    """
    places = {c.pk: c for c in held(actor, conversation_ids)}
    gone = set(conversation_ids) - places.keys()
    merged = Conversation.objects.filter(pk__in=gone, merged_into__in=places) if gone else ()
    own = [*(places[pk] for pk in conversation_ids if pk in places), *merged]
    return [(c, places[c.merged_into_id or c.pk]) for c in own]


def superseded(resolved: Sequence[Conversation]) -> set[int]:
    """Return which of these cannot go on: at their endpoint another is open, or a later one of them.

    What was split off always can. The caller holds them; from here on nobody else begins or takes up
    anything at their endpoints.
    """
    resolved = [c for c in resolved if not c.is_side]
    if not resolved:
        return set()
    take_turns(TURN, {(c.inbox_id, c.endpoint_id) for c in resolved})
    spots = Conversation.objects.filter(
        OPEN_THERE,
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
