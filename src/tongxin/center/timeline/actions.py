"""Write down what happened."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Annotated, Any, cast

import orjson
from django.db import transaction
from pydantic import Field

from tongxin.center.kit.actor import Actor, house
from tongxin.center.kit.ids import SetAsideId, label_of
from tongxin.center.kit.moments import Moment
from tongxin.center.kit.registry import action
from tongxin.center.kit.signals import FACTS, NOTIFY, packed
from tongxin.center.kit.sql import rows
from tongxin.center.timeline.chain import forget_old
from tongxin.center.timeline.events import (
    AuditExported,
    EventReleased,
    FactsForgotten,
    RetentionChanged,
)
from tongxin.center.timeline.models import Retention, SetAside
from tongxin.center.timeline.queries import AuditRow, Wanted, taken
from tongxin.center.timeline.relay import hand_over_again
from tongxin.center.timeline.values import About, Fact, about

MOST_EXPORTED = 10_000
_GATHERED: ContextVar[list[Fact] | None] = ContextVar("tongxin_gathered", default=None)
_COLUMNS = frozenset(Fact.__dataclass_fields__)
_INSERT = f"""
WITH noted AS (
INSERT INTO timeline_event
    (workspace_id, person_id, kind, subject, actor, data, happened_at, recorded_at, born_in)
SELECT fact.*, clock_timestamp(), pg_current_xact_id()::text::bigint
FROM json_to_recordset(%s) AS fact (w bigint, p bigint, k text, s text, a text, d jsonb, t timestamptz)
)
{NOTIFY}
"""  # noqa: S608 - a constant


def record(facts: Iterable[Fact]) -> None:
    """Record facts in the transaction of the change itself, and signal them to every process."""
    noted = list(facts)
    gathered = _GATHERED.get()
    if gathered is not None:
        gathered += noted
    elif noted:
        texts = [_text(fact) for fact in noted]
        rows(_INSERT, [f"[{','.join(texts)}]", *packed(FACTS, texts)])


@contextmanager
def recorded_together() -> Iterator[None]:
    """What is recorded in here, in however many steps of one change, is written down at its end at once."""
    gathered: list[Fact] = []
    before = _GATHERED.set(gathered)
    try:
        yield
    finally:
        _GATHERED.reset(before)
    record(gathered)


@action("set_aside.retry", needs="event.manage")
def retry_set_aside(*, actor: Actor, set_aside_ids: Sequence[SetAsideId], now: datetime) -> int:
    """Hand set-aside events to their handlers again; returns how many passed and left the list.

    The others stay, with the error of this time.
    """
    waiting = list(_waiting(actor, set_aside_ids))
    passed = hand_over_again(waiting)
    _release(actor, passed, "retried", now)
    return len(passed)


@action("set_aside.drop", needs="event.manage")
def drop_set_aside(*, actor: Actor, set_aside_ids: Sequence[SetAsideId], now: datetime) -> int:
    """Give up on set-aside events: their handlers will never see them. Returns how many."""
    waiting = list(_waiting(actor, set_aside_ids))
    _release(actor, waiting, "dropped", now)
    return len(waiting)


@action("audit.export", needs="audit.export")
def export(  # noqa: PLR0913 - what one may ask for
    *, actor: Actor, by: str = "", kind: str = "", about_what: str = "",
    since: Moment | None = None, until: Moment | None = None, now: datetime,
) -> Sequence[AuditRow]:  # fmt: skip
    """Take a copy of what the log holds, oldest first: at most the latest 10,000 facts that fit.

    That somebody did is a fact itself.
    """
    found = taken(
        actor, Wanted(label_of(by), kind, label_of(about_what), since, until), MOST_EXPORTED
    )
    record([AuditExported(**_house(actor, now), rows=len(found))])
    return found[::-1]


@action("audit.set_retention", needs="workspace.own")
def set_retention(
    *, actor: Actor, days: Annotated[int, Field(ge=30, le=36500)] | None, now: datetime
) -> int:
    """Keep facts for so many days (null: for ever); older ones go, their links in the chain stay.

    Returns 1 where that is new.
    """
    kept, _new = Retention.objects.select_for_update().get_or_create(pk=actor.workspace_id)
    if kept.days == days:
        return 0
    Retention.objects.filter(pk=actor.workspace_id).update(days=days)
    record([RetentionChanged(**_house(actor, now), days=days)])
    return 1


def forget(*, now: datetime) -> int:
    """Remove what workspaces no longer keep, and say so; returns how many facts went."""
    with transaction.atomic():
        gone = forget_old(now=now)
        record(
            FactsForgotten(**_house(house(workspace_id), now), facts=many)
            for workspace_id, many in gone.items()
        )
    return sum(gone.values())


def _house(actor: Actor, now: datetime) -> About:
    return about(actor.workspace_id, actor.label, "workspace", actor.workspace_id, now)


def _waiting(actor: Actor, ids: Sequence[int]) -> Iterable[SetAside]:
    mine = SetAside.objects.filter(workspace_id=actor.workspace_id, pk__in=ids)
    return mine.select_for_update(of=("self",)).select_related("event").order_by("pk")


def _release(actor: Actor, released: Sequence[SetAside], outcome: str, now: datetime) -> None:
    SetAside.objects.filter(pk__in=[row.pk for row in released]).delete()
    record(
        EventReleased(
            workspace_id=actor.workspace_id,
            person_id=None,
            subject=f"event:{row.event_id}",
            actor=actor.label,
            happened_at=now,
            handler=row.handler,
            outcome=outcome,
        )
        for row in released
    )


@cache
def _own_fields(kind: Hashable) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cast("type[Fact]", kind)) if f.name not in _COLUMNS)


def _data(fact: Fact) -> dict[str, Any]:
    return {name: getattr(fact, name) for name in _own_fields(cast("Hashable", type(fact)))}


def _text(fact: Fact) -> str:
    """Return a fact as the JSON that the log stores and the signal carries."""
    columns = {
        "w": fact.workspace_id,
        "k": fact.kind,
        "s": fact.subject,
        "a": fact.actor,
        "p": fact.person_id,
        "t": fact.happened_at,
        "d": _data(fact),
    }
    return orjson.dumps(columns).decode()
