"""Carry recorded events to their handlers, in order, in batches.

The trap: "where id > cursor" loses the events of slow transactions. So a row remembers the transaction
it was born in, and only rows older than every open transaction are read, ordered by (born_in, id).
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction

from tongxin.center.kit.sql import columns_of, instances, row_maker, rows
from tongxin.center.timeline.models import HORIZON, Cursor, SetAside
from tongxin.center.timeline.values import Delivered

Handler = Callable[[Sequence[Delivered]], None]
PATIENCE = 3
_PAUSE = timedelta(seconds=2)
_BEGINNING, _LAST = (-(2**62), 0), 2**63 - 1
_STRIDE = 10_000  # transactions: a handler that hears nothing moves on only now and then
_EVENTS = """
SELECT id, workspace_id, person_id, kind, subject, actor, data, happened_at, recorded_at, born_in
FROM timeline_event
"""
_NEXT = f"""{_EVENTS}
WHERE (born_in, id) > (%s, %s) AND born_in < %s AND kind = ANY(%s::text[]) ORDER BY born_in, id LIMIT %s
"""
_THESE = f"{_EVENTS} WHERE id = ANY(%s) ORDER BY born_in, id"
_CLAIM = f"""
SELECT {columns_of(Cursor, "c")} FROM timeline_cursor c WHERE c.handler = %s FOR UPDATE SKIP LOCKED
"""  # noqa: S608 - our own columns
_BEGIN = f"""
INSERT INTO timeline_cursor (handler, born_in, event_id, failures)
VALUES (%s, {_BEGINNING[0]}, {_BEGINNING[1]}, 0)
ON CONFLICT DO NOTHING
"""  # noqa: S608 - constants
_PLACES = "SELECT handler, born_in, event_id FROM timeline_cursor WHERE handler = ANY(%s::text[])"
_MOVE = """
UPDATE timeline_cursor SET born_in = %s, event_id = %s, failures = 0, retry_at = NULL WHERE handler = %s
"""
_REBASE = """
WITH place AS (
    SELECT born_in, rank() OVER (ORDER BY born_in) - count(*) OVER () - 1 AS rank
    FROM (SELECT born_in FROM timeline_event UNION SELECT born_in FROM timeline_cursor) known
), events AS (
    UPDATE timeline_event e SET born_in = place.rank FROM place WHERE place.born_in = e.born_in
)
UPDATE timeline_cursor c SET born_in = place.rank FROM place WHERE place.born_in = c.born_in
"""

log = logging.getLogger(__name__)
_delivered = row_maker(Delivered)


@dataclass(frozen=True)
class Subscription:
    name: str
    kinds: frozenset[str]
    handler: Handler
    batch: int
    outside: bool = False


@dataclass(frozen=True)
class Page:
    """What was recorded between a place in the log and a horizon; the rest is left if it is not ``whole``."""

    place: tuple[int, int]
    horizon: int
    events: Sequence[Delivered]
    is_whole: bool

    @property
    def end(self) -> tuple[int, int]:
        return (self.horizon - 1, _LAST) if self.is_whole else _place_of(self.events[-1])


SUBSCRIPTIONS: dict[str, Subscription] = {}


def handles(*kinds: str, batch: int = 500, outside: bool = False) -> Callable[[Handler], Handler]:
    """Let a function hear about events of these kinds, many at a time.

    ``outside``: it waits for others' services, so it must not hold up the handlers inside the house.
    """

    def subscribe(handler: Handler) -> Handler:
        room = handler.__module__.removeprefix("tongxin.").removesuffix(".handlers")
        name = f"{room}.{handler.__name__}"
        SUBSCRIPTIONS[name] = Subscription(name, frozenset(kinds), handler, batch, outside)
        return handler

    return subscribe


def carry(subscriptions: Iterable[Subscription], *, now: datetime) -> tuple[int, bool]:
    """Hand over the next events; those who stand at the same place of the log read them together.

    Returns how many events were read, and whether more may wait.
    """
    [(horizon,)] = rows(f"SELECT {HORIZON}")
    carried, more = 0, False
    for place, together in _by_place(subscriptions).items():
        page = _read(place, horizon, together)
        handed = [(one, deliver(one, now=now, page=page)) for one in together]
        carried += len(page.events)
        more |= not page.is_whole or any(count == one.batch for one, count in handed)
    return carried, more


def deliver(subscription: Subscription, *, now: datetime, page: Page | None = None) -> int:
    """Hand over the next batch; return how many events it held.

    The handler's writes and its cursor commit together or not at all. A handler that fails PATIENCE
    times in a row is handed its batch event by event, and what it cannot take is set aside. ``page``
    was read before, from the place where the handler then stood.
    """
    try:
        return _hand_over(subscription, page, now)
    except OperationalError:
        raise
    except Exception:
        log.exception("%s failed", subscription.name)
        _note_failure(subscription, now)
        return 0


def unsettled() -> bool:
    """Whether events exist that some open transaction still holds back from the handlers."""
    [(some,)] = rows(f"SELECT EXISTS (SELECT FROM timeline_event WHERE born_in >= {HORIZON})")  # noqa: S608
    return bool(some)


def rebase() -> None:
    """Make the log readable in another cluster, whose transaction numbers begin anew (a restore).

    Every transaction number is replaced by its rank, counted upwards to -1, so that the order stays
    and whatever comes is later.
    """
    rows(_REBASE)


def hand_over_again(waiting: Sequence[SetAside]) -> list[SetAside]:
    """Give set-aside events to their handlers once more; return those that passed.

    A handler gets its events together; if that fails, one by one, so that each keeps its own error.
    """
    by_handler: dict[str, list[SetAside]] = {}
    for aside in waiting:
        by_handler.setdefault(aside.handler, []).append(aside)
    passed = []
    for name, theirs in by_handler.items():
        together = _error_of(name, theirs) is None
        passed += theirs if together else [aside for aside in theirs if _passes(aside)]
    return passed


def _passes(aside: SetAside) -> bool:
    error = _error_of(aside.handler, [aside])
    if error is not None:
        SetAside.objects.filter(pk=aside.pk).update(error=repr(error))
    return error is None


def _error_of(name: str, waiting: Sequence[SetAside]) -> Exception | None:
    """Hand events over; return what the handler made of it if it failed."""
    try:
        with transaction.atomic():
            SUBSCRIPTIONS[name].handler(_events(_THESE, [[aside.event_id for aside in waiting]]))
    except Exception as error:  # noqa: BLE001 - whatever a handler raises is shown to a human
        return error
    return None


@transaction.atomic
def _hand_over(subscription: Subscription, page: Page | None, now: datetime) -> int:
    cursor = claimed(subscription.name)
    if cursor is None or (cursor.retry_at and cursor.retry_at > now):
        return 0
    place = (cursor.born_in, cursor.event_id)
    if page is None or page.place != place:
        [(horizon,)] = rows(f"SELECT {HORIZON}")
        page = _read(place, horizon, [subscription])
    theirs = [event for event in page.events if event.kind in subscription.kinds]
    events = theirs[: subscription.batch]
    if cursor.failures >= PATIENCE:
        _one_by_one(subscription, events, now)
    elif events:
        subscription.handler(events)
    _move_on(cursor, page, _place_of(events[-1]) if len(events) < len(theirs) else page.end)
    return len(events)


def _move_on(cursor: Cursor, page: Page, place: tuple[int, int]) -> None:
    """Note how far a handler is; one that nothing was read for only now and then."""
    if page.events or page.horizon - cursor.born_in > _STRIDE:
        move(cursor, place)


def _by_place(
    subscriptions: Iterable[Subscription],
) -> dict[tuple[int, int], list[Subscription]]:
    named = {one.name: one for one in subscriptions}
    known = {name: place for name, *place in rows(_PLACES, [list(named)])}
    together: dict[tuple[int, int], list[Subscription]] = {}
    for name, one in named.items():
        born_in, event_id = known.get(name, _BEGINNING)
        together.setdefault((born_in, event_id), []).append(one)
    return together


def _read(place: tuple[int, int], horizon: int, readers: Sequence[Subscription]) -> Page:
    kinds = sorted(frozenset().union(*(one.kinds for one in readers)))
    most = max(one.batch for one in readers)
    events = _events(_NEXT, [*place, horizon, kinds, most])
    return Page(place, horizon, events, len(events) < most)


def _place_of(event: Delivered) -> tuple[int, int]:
    return event.born_in, event.id


def _events(statement: str, values: Sequence[Any]) -> list[Delivered]:
    return [_delivered(row) for row in rows(statement, values)]


def claimed(name: str) -> Cursor | None:
    """Return the handler's cursor, ours alone until the transaction ends, or None if it is taken."""
    if found := instances(Cursor, _CLAIM, [name]):
        return found[0]
    rows(_BEGIN, [name])
    return next(iter(instances(Cursor, _CLAIM, [name])), None)


def move(cursor: Cursor, place: tuple[int, int]) -> None:
    rows(_MOVE, [*place, cursor.handler])


def _one_by_one(subscription: Subscription, events: Sequence[Delivered], now: datetime) -> None:
    for event in events:
        try:
            with transaction.atomic():
                subscription.handler([event])
        except OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a handler raises is shown to a human
            log.warning("%s: event %s is set aside: %r", subscription.name, event.id, error)
            SetAside.objects.create(
                handler=subscription.name,
                event_id=event.id,
                workspace_id=event.workspace_id,
                error=repr(error),
                set_aside_at=now,
            )


def _note_failure(subscription: Subscription, now: datetime) -> None:
    with transaction.atomic():
        if (cursor := claimed(subscription.name)) is not None:
            cursor.failures += 1
            cursor.retry_at = now + _PAUSE * cursor.failures if cursor.failures < PATIENCE else None
            cursor.save(update_fields=["failures", "retry_at"])
