"""Come, go, and share out the work."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from tongxin.center.accounts.models import Member
from tongxin.center.kit.actor import Actor, house
from tongxin.center.kit.ids import MemberId
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import action, check_member
from tongxin.center.kit.sql import rows
from tongxin.center.kit.turns import take_turns
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.conversations.actions import hand_out as give
from tongxin.service.conversations.actions import unassign_all
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.values import Status
from tongxin.service.team.events import CapacityChanged, PresenceChanged
from tongxin.service.team.models import CAPACITY, Presence
from tongxin.service.team.rules import PATIENCE, hand_out
from tongxin.service.team.values import Desk, State

_MOST_CAPACITY, _MOST_AT_ONCE = 1000, 500
_CLAIM = """
SELECT id FROM conversations_conversation
WHERE workspace_id = %s AND assignee_id IS NULL AND waiting_since IS NOT NULL AND NOT is_snoozed
ORDER BY waiting_since, id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
"""


@action("presence.set", needs="presence.write")
def set_presence(*, actor: Actor, state: State, now: datetime) -> int:
    """Come online, step away or go offline (oneself); returns 1 where that is new.

    Raises Refused: ``actor.member`` for a machine.
    """
    check_member(actor)
    presence = _presence(actor, now)
    Presence.objects.filter(pk=presence.pk).update(chosen=state, seen_at=now)
    return _move([presence], state, actor.label, now)


@transaction.atomic
def arrive(*, actor: Actor, now: datetime) -> int:
    """A member's desk is connected: they are again what they last chose to be (at first: online)."""
    check_member(actor)
    presence = _presence(actor, now)
    Presence.objects.filter(pk=presence.pk).update(seen_at=now)
    return _move([presence], State(presence.chosen), actor.label, now)


@action("capacity.set", needs="member.write")
def set_capacity(
    *, actor: Actor, member_ids: Sequence[MemberId], capacity: int, now: datetime
) -> int:
    """Set how many conversations members hold at once; returns how many changed.

    Raises Refused: ``capacity.range`` (0 to 1000).
    """
    if not 0 <= capacity <= _MOST_CAPACITY:
        raise Refused("capacity.range", _("A capacity is 0 to 1000."))
    here = Member.objects.filter(
        workspace_id=actor.workspace_id, removed_at=None, pk__in=member_ids
    )
    ids = list(here.order_by("pk").values_list("pk", flat=True))
    known = dict(Presence.objects.filter(pk__in=ids).values_list("pk", "capacity"))
    changed = [pk for pk in ids if known.get(pk, CAPACITY) != capacity]
    Presence.objects.bulk_create(
        (
            Presence(member_id=pk, workspace_id=actor.workspace_id, since=now, seen_at=now, capacity=capacity)
            for pk in changed
        ),
        update_conflicts=True, unique_fields=["member"], update_fields=["capacity"],
    )  # fmt: skip
    record(
        CapacityChanged(
            **about(actor.workspace_id, actor.label, "member", pk, now),
            member_id=pk,
            capacity=capacity,
        )
        for pk in changed
    )
    return len(changed)


def keep_alive(*, member_ids: Collection[int], now: datetime) -> int:
    """Note that these members' desks are connected."""
    return Presence.objects.filter(pk__in=member_ids).update(seen_at=now)


@transaction.atomic
def sweep(*, now: datetime) -> int:
    """Let members whose desk has fallen silent be offline; returns how many."""
    silent = Presence.objects.exclude(state=State.OFFLINE).filter(seen_at__lt=now - PATIENCE)
    gone = list(silent.select_for_update(skip_locked=True).order_by("pk"))
    return sum(_move([presence], State.OFFLINE, "house:0", now) for presence in gone)


def route(*, workspace_ids: Collection[int], now: datetime) -> int:
    """Give those who wait to members with room, longest wait first; returns how many found one."""
    return sum(_route(workspace_id, now) for workspace_id in sorted(workspace_ids))


@transaction.atomic
def see_off(*, workspace_id: int, member_id: int, now: datetime) -> int:
    """Put what a member who left was responsible for back in the queue; returns how many."""
    Presence.objects.filter(pk=member_id).update(state=State.OFFLINE, since=now)
    return unassign_all(actor=house(workspace_id), member_id=member_id, now=now)


@transaction.atomic
def _route(workspace_id: int, now: datetime) -> int:
    take_turns(
        "team.route", [workspace_id]
    )  # one at a time in a workspace, so that nobody is given too much
    desks = _desks(workspace_id, now)
    if not (room := min(sum(desk.room for desk in desks), _MOST_AT_ONCE)):
        return 0
    waiting = [pk for (pk,) in rows(_CLAIM, [workspace_id, room])]
    return give(actor=house(workspace_id), pairs=hand_out(desks, waiting), now=now)


def _desks(workspace_id: int, now: datetime) -> list[Desk]:
    online = Presence.objects.filter(
        workspace_id=workspace_id,
        state=State.ONLINE,
        seen_at__gte=now - PATIENCE,
        member__removed_at=None,
    )
    capacities = dict(online.values_list("pk", "capacity"))
    ours = Conversation.objects.filter(
        workspace_id=workspace_id, assignee_id__in=capacities, is_snoozed=False,
        status__in=[Status.NEW, Status.OPEN],
    )  # fmt: skip
    loads = dict(ours.values_list("assignee_id").annotate(Count("pk")).order_by())
    return [Desk(pk, loads.get(pk, 0), capacity) for pk, capacity in capacities.items()]


def _presence(actor: Actor, now: datetime) -> Presence:
    Presence.objects.bulk_create(
        [Presence(member_id=actor.id, workspace_id=actor.workspace_id, since=now, seen_at=now)],
        ignore_conflicts=True,
    )
    return Presence.objects.select_for_update().get(pk=actor.id)


def _move(presences: Sequence[Presence], state: State, by: str, now: datetime) -> int:
    moving = [p for p in presences if p.state != state]
    Presence.objects.filter(pk__in=[p.pk for p in moving]).update(state=state, since=now)
    record(
        PresenceChanged(
            **about(p.workspace_id, by, "member", p.pk, now),
            member_id=p.pk,
            before=p.state,
            state=state,
        )
        for p in moving
    )
    return len(moving)
