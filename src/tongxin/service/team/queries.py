"""Who is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from tongxin.center.accounts.queries import members
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import MemberId
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.values import Status
from tongxin.service.team.models import CAPACITY, Presence
from tongxin.service.team.values import State


@dataclass(frozen=True)
class PresenceRow:
    """A member, whether they take conversations, and how many they hold of how many they may."""

    member_id: MemberId
    name: str
    state: State
    since: datetime | None
    load: int
    capacity: int


@query("presence.list", needs="team.read")
def presences(*, actor: Actor) -> Sequence[PresenceRow]:
    """Return every member's presence, in the order they joined."""
    known = {p.pk: p for p in Presence.objects.filter(workspace_id=actor.workspace_id)}
    held = Conversation.objects.filter(
        workspace_id=actor.workspace_id, is_snoozed=False, status__in=[Status.NEW, Status.OPEN],
        assignee__isnull=False,
    )  # fmt: skip
    loads = dict(held.values_list("assignee_id").annotate(Count("pk")).order_by())
    return [
        PresenceRow(m.id, m.name, *_of(known.get(m.id), loads.get(m.id, 0)))
        for m in members(actor=actor)
    ]


def state_of(*, member_id: int) -> State:
    found = rows("SELECT state FROM team_presence WHERE member_id = %s", [member_id])
    return State(found[0][0]) if found else State.OFFLINE


def _of(presence: Presence | None, load: int) -> tuple[State, datetime | None, int, int]:
    if presence is None:
        return State.OFFLINE, None, load, CAPACITY
    return State(presence.state), presence.since, load, presence.capacity
