"""Read what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.kit.ids import Details, EventId, Label, PersonId, SetAsideId
from tongxin.center.kit.paging import Limit, Page, number_of, page, read_cursor, time_of
from tongxin.center.kit.registry import query
from tongxin.center.timeline.models import Event, SetAside


@dataclass(frozen=True)
class EventRow:
    """One event: its kind, what it is about (``conversation:12``), who did it, and its details."""

    id: EventId
    kind: str
    subject: Label
    actor: Label
    person_id: PersonId | None
    data: Details
    happened_at: datetime


@dataclass(frozen=True)
class SetAsideRow:
    """An event that a handler could not take, with the handler's error."""

    id: SetAsideId
    handler: str
    kind: str
    subject: Label
    error: str
    set_aside_at: datetime


_COLUMNS = ("pk", "kind", "subject", "actor", "person_id", "data", "happened_at")


@query("person.timeline", needs="people.read")
def of_person(
    *, actor: Actor, person_id: PersonId, kinds: Sequence[str] = (), cursor: str | None = None,
    limit: Limit = 50,
) -> Page[EventRow]:  # fmt: skip
    """Return what happened with one person, newest first; of these kinds, or of every kind.

    Raises Refused: ``cursor.invalid``.
    """
    events = Event.objects.filter(workspace_id=actor.workspace_id, person_id=person_id)
    if kinds:
        events = events.filter(kind__in=kinds)
    if actor.reach is not Reach.ALL:  # whose conversations those are is not known here
        events = events.exclude(subject__startswith="conversation:")
    if cursor is not None:
        micros, last_id = read_cursor(cursor, 2)
        at = time_of(micros)
        events = events.filter(Q(happened_at__lt=at) | Q(happened_at=at, pk__lt=last_id))
    found = events.order_by("-happened_at", "-pk").values_list(*_COLUMNS)[: limit + 1]
    return page(
        [EventRow(*row) for row in found], limit, lambda row: (number_of(row.happened_at), row.id)
    )


def of_subjects(
    *, actor: Actor, subjects: Sequence[str], kinds: Sequence[str], limit: int = 500
) -> Sequence[EventRow]:
    """Return the latest events of these kinds about these subjects, oldest first."""
    events = Event.objects.filter(
        subject__in=subjects, workspace_id=actor.workspace_id, kind__in=kinds
    )
    rows = events.order_by("-pk").values_list(*_COLUMNS)[:limit]
    return [EventRow(*row) for row in reversed(rows)]


def history(
    *, actor: Actor, kind: str, subjects: Sequence[str], since: datetime, until: datetime
) -> Sequence[EventRow]:
    """Return the events of one kind about these subjects between two times, and the one before each.

    Oldest first; two statements, however many.
    """
    theirs = Event.objects.filter(subject__in=subjects, workspace_id=actor.workspace_id, kind=kind)
    before = theirs.filter(happened_at__lt=since).order_by("subject", "-pk").distinct("subject")
    during = theirs.filter(happened_at__gte=since, happened_at__lt=until).order_by("pk")
    found = [*before.values_list(*_COLUMNS), *during.values_list(*_COLUMNS)]
    return [EventRow(*row) for row in found]


@query("set_aside.list", needs="event.manage")
def set_aside(*, actor: Actor, cursor: str | None = None, limit: Limit = 50) -> Page[SetAsideRow]:
    """Return events that handlers could not take, newest first. Raises Refused: ``cursor.invalid``."""
    waiting = SetAside.objects.filter(workspace_id=actor.workspace_id)
    if actor.reach is not Reach.ALL:
        waiting = waiting.exclude(event__subject__startswith="conversation:")
    if cursor is not None:
        [last_id] = read_cursor(cursor, 1)
        waiting = waiting.filter(pk__lt=last_id)
    columns = ("pk", "handler", "event__kind", "event__subject", "error", "set_aside_at")
    found = waiting.order_by("-pk").values_list(*columns)[: limit + 1]
    return page([SetAsideRow(*row) for row in found], limit, lambda row: (row.id,))
