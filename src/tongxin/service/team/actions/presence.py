"""Come and go."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction

from tongxin.center.kit.actor import Actor, house
from tongxin.center.kit.registry import action, check_member
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import about
from tongxin.service.conversations.actions import unassign_all
from tongxin.service.team.events import PresenceChanged
from tongxin.service.team.models import Presence
from tongxin.service.team.rules import PATIENCE
from tongxin.service.team.values import AwayFor, State


@action("presence.set", needs="presence.write")
def set_presence(
    *, actor: Actor, state: State, away_for: AwayFor = AwayFor.UNSAID, now: datetime
) -> int:
    """Come online, step away (for a meal, a meeting ...) or go offline, oneself; returns 1 where that is new.

    Raises Refused: ``actor.member`` for a machine.
    """
    check_member(actor)
    presence = _presence(actor, now)
    Presence.objects.filter(pk=presence.pk).update(chosen=state, seen_at=now)
    return _move([presence], state, actor.label, now, away_for)


@transaction.atomic
def arrive(*, actor: Actor, now: datetime) -> int:
    """A member's desk is connected: they are again what they last chose to be (at first: online)."""
    check_member(actor)
    presence = _presence(actor, now)
    Presence.objects.filter(pk=presence.pk).update(seen_at=now)
    return _move([presence], State(presence.chosen), actor.label, now, AwayFor(presence.away_for))


def keep_alive(*, member_ids: Collection[int], now: datetime) -> int:
    """Note that these members' desks are connected."""
    return Presence.objects.filter(pk__in=member_ids).update(seen_at=now)


@transaction.atomic
def sweep(*, now: datetime) -> int:
    """Let members whose desk has fallen silent be offline; returns how many."""
    silent = Presence.objects.exclude(state=State.OFFLINE).filter(seen_at__lt=now - PATIENCE)
    gone = list(silent.select_for_update(skip_locked=True).order_by("pk"))
    return sum(_move([presence], State.OFFLINE, "house:0", now) for presence in gone)


@transaction.atomic
def see_off(*, workspace_id: int, member_id: int, now: datetime) -> int:
    """Put what a member who left was responsible for back in the queue; returns how many."""
    Presence.objects.filter(pk=member_id).update(state=State.OFFLINE, since=now)
    return unassign_all(actor=house(workspace_id), member_id=member_id, now=now)


def _presence(actor: Actor, now: datetime) -> Presence:
    Presence.objects.bulk_create(
        [Presence(member_id=actor.id, workspace_id=actor.workspace_id, since=now, seen_at=now)],
        ignore_conflicts=True,
    )
    return Presence.objects.select_for_update().get(pk=actor.id)


def _move(
    presences: Sequence[Presence], state: State, by: str, now: datetime,
    away_for: AwayFor = AwayFor.UNSAID,
) -> int:  # fmt: skip
    """Let members be something else; what one is away for is only told of who is away."""
    told = away_for if state is State.AWAY else AwayFor.UNSAID
    moving = [
        p for p in presences if p.state != state or (state is State.AWAY and p.away_for != told)
    ]
    ids = [p.pk for p in moving]
    changes = {"state": state, "since": now} | (
        {} if state is State.OFFLINE else {"away_for": told}
    )
    Presence.objects.filter(pk__in=ids).update(**changes)
    record(
        PresenceChanged(
            **about(p.workspace_id, by, "member", p.pk, now),
            member_id=p.pk,
            before=p.state,
            state=state,
            away_for=told,
        )
        for p in moving
    )
    return len(moving)
