"""Long work in batches: a batch and its place commit together, whoever is killed when."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from django.db import OperationalError, models, transaction

from tongxin.center.kit.sql import rows

log = logging.getLogger(__name__)

_CLAIM = """
SELECT {columns} FROM {table} WHERE state = 'running' AND (%(id)s::bigint IS NULL OR id = %(id)s)
ORDER BY touched_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_MOVE = """
UPDATE {table} SET done = %s, changed = %s, failed = %s, state = %s, touched_at = %s WHERE id = %s
"""
_BREAK = "UPDATE {table} SET state = 'broken', touched_at = %s WHERE id = %s"


class JobState(StrEnum):
    """How far a job is. A job is ``broken`` where the house itself failed at it."""

    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    BROKEN = "broken"


class Claimed(Protocol):
    """A running job that is ours until the transaction ends."""

    @property
    def id(self) -> int: ...


Ours = TypeVar("Ours", bound=Claimed)


def claim(
    kind: type[models.Model], columns: str, job_id: int | None = None
) -> tuple[Any, ...] | None:
    """Return columns of the job that has waited longest (or of this one), ours until the transaction ends."""
    found = rows(_CLAIM.format(table=_table(kind), columns=columns), {"id": job_id})
    return found[0] if found else None


def move(
    kind: type[models.Model], job_id: int, place: Sequence[int], state: JobState, now: datetime
) -> None:
    """Note how far a job is: ``place`` is what is done, changed and failed."""
    rows(_MOVE.format(table=_table(kind)), [*place, state.value, now, job_id])


def carry_on(
    kind: type[models.Model], claimed: Callable[[], Ours | None], advance: Callable[[Ours], None], now: datetime
) -> bool:  # fmt: skip
    """Do the next batch of a job; whether there was one. What fails for good breaks its job, not the worker."""
    ours = None
    try:
        with transaction.atomic():
            ours = claimed()
            if ours is not None:
                advance(ours)
    except OperationalError:
        raise
    except Exception:
        if ours is None:
            raise
        log.exception("%s %s broke", _table(kind), ours.id)
        rows(_BREAK.format(table=_table(kind)), [now, ours.id])
    return ours is not None


def _table(kind: type[models.Model]) -> str:
    return kind._meta.db_table  # noqa: SLF001 - documented
