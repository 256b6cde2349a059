"""Read what happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import EventId, PersonId, SetAsideId
from tongxin.center.kit.registry import query
from tongxin.center.timeline.models import Event, SetAside


@dataclass(frozen=True)
class EventRow:
    """One event: its kind, what it is about (``conversation:12``), who did it, and its details."""

    id: EventId
    kind: str
    subject: str
    actor: str
    person_id: PersonId | None
    data: Mapping[str, Any]
    happened_at: datetime


@dataclass(frozen=True)
class SetAsideRow:
    """An event that a handler could not take, with the handler's error."""

    id: SetAsideId
    handler: str
    kind: str
    subject: str
    error: str
    set_aside_at: datetime


_COLUMNS = ("pk", "kind", "subject", "actor", "person_id", "data", "happened_at")


@query("person.timeline", needs="people.read")
def of_person(
    *, actor: Actor, person_id: PersonId, kinds: Sequence[str] = (), limit: int = 50
) -> Sequence[EventRow]:
    """Return what happened with one person, newest first; of these kinds, or of every kind."""
    events = Event.objects.filter(workspace_id=actor.workspace_id, person_id=person_id)
    if kinds:
        events = events.filter(kind__in=kinds)
    rows = events.order_by("-happened_at", "-pk").values_list(*_COLUMNS)[: min(limit, 200)]
    return [EventRow(*row) for row in rows]


def of_subjects(
    *, actor: Actor, subjects: Sequence[str], kinds: Sequence[str], limit: int = 500
) -> Sequence[EventRow]:
    """Return the latest events of these kinds about these subjects, oldest first."""
    events = Event.objects.filter(subject__in=subjects, workspace_id=actor.workspace_id, kind__in=kinds)
    rows = events.order_by("-pk").values_list(*_COLUMNS)[:limit]
    return [EventRow(*row) for row in reversed(rows)]


@query("set_aside.list", needs="event.manage")
def set_aside(*, actor: Actor, limit: int = 50) -> Sequence[SetAsideRow]:
    """Return events that handlers could not take, newest first."""
    rows = (
        SetAside.objects.filter(workspace_id=actor.workspace_id)
        .order_by("-pk")
        .values_list("pk", "handler", "event__kind", "event__subject", "error", "set_aside_at")
    )
    return [SetAsideRow(*row) for row in rows[: min(limit, 200)]]
