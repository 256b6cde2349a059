"""Write down what happened."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any, cast

import orjson

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import SetAsideId
from tongxin.center.kit.registry import action
from tongxin.center.kit.signals import FACTS, NOTIFY, packed
from tongxin.center.kit.sql import rows
from tongxin.center.timeline.events import EventReleased
from tongxin.center.timeline.models import SetAside
from tongxin.center.timeline.relay import hand_over_again
from tongxin.center.timeline.values import Fact

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
    if not noted:
        return
    texts = [_text(fact) for fact in noted]
    rows(_INSERT, [f"[{','.join(texts)}]", *packed(FACTS, texts)])


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
