"""Read what happened."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.kit.ids import Details, EventId, Label, PersonId, SetAsideId
from tongxin.center.kit.paging import Limit, Page, number_of, page, read_cursor, time_of
from tongxin.center.kit.registry import query
from tongxin.center.kit.sql import rows, table
from tongxin.center.timeline.models import Event, SetAside

_TOUCHED = """
SELECT w.person_id FROM json_to_recordset(%s) AS w (person_id bigint, since timestamptz)
WHERE EXISTS (
    SELECT FROM timeline_event e
    WHERE e.person_id = w.person_id AND e.happened_at > w.since AND e.kind <> ALL(%s::text[])
)
"""


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
# Limits are spelled out: as parameters they would make PostgreSQL plan anew each time.
_OF_PERSON = """
SELECT id, kind, subject, actor, person_id, data, happened_at FROM timeline_event
WHERE {where} ORDER BY happened_at DESC, id DESC LIMIT {limit}
"""
_OF_SUBJECTS = """
SELECT id, kind, subject, actor, person_id, data, happened_at FROM timeline_event
WHERE workspace_id = %s AND subject = ANY(%s::text[]) AND kind = ANY(%s::text[])
ORDER BY id DESC LIMIT {limit}
"""


def touched(*, since: Mapping[int, datetime], but: Collection[str]) -> set[int]:
    """Return the people with whom anything happened after a time, each their own, but for these kinds."""
    asked = table({"person_id": pk, "since": at} for pk, at in since.items())
    return {pk for (pk,) in rows(_TOUCHED, [asked, list(but)])}


@query("person.timeline", needs="people.read")
def of_person(
    *, actor: Actor, person_id: PersonId, kinds: Sequence[str] = (), cursor: str | None = None,
    limit: Limit = 50,
) -> Page[EventRow]:  # fmt: skip
    """Return what happened with one person, newest first; of these kinds, or of every kind.

    Raises Refused: ``cursor.invalid``.
    """
    asked = ["workspace_id = %(workspace)s", "person_id = %(person)s"]
    values: dict[str, Any] = {
        "workspace": actor.workspace_id,
        "person": person_id,
    }
    if kinds:
        asked.append("kind = ANY(%(kinds)s::text[])")
        values["kinds"] = list(kinds)
    if actor.reach is not Reach.ALL:  # whose conversations those are is not known here
        asked.append("NOT starts_with(subject, 'conversation:')")
    if cursor is not None:
        micros, values["last"] = read_cursor(cursor, 2)
        values["at"] = time_of(micros)
        asked.append("(happened_at, id) < (%(at)s, %(last)s)")
    statement = _OF_PERSON.format(where=" AND ".join(asked), limit=int(limit) + 1)
    found = rows(statement, values)
    return page(
        [EventRow(*row) for row in found], limit, lambda row: (number_of(row.happened_at), row.id)
    )


def of_subjects(
    *, actor: Actor, subjects: Sequence[str], kinds: Sequence[str], limit: int = 500
) -> Sequence[EventRow]:
    """Return the latest events of these kinds about these subjects, oldest first."""
    values = [actor.workspace_id, list(subjects), list(kinds)]
    found = rows(_OF_SUBJECTS.format(limit=int(limit)), values)
    return [EventRow(*row) for row in reversed(found)]


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
