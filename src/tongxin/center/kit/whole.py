"""All or nothing; and once more where two waited for each other and the database let one of them go."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected

Answer = TypeVar("Answer")
_TRIES = 5
_TOGETHER: ContextVar[bool] = ContextVar("tongxin_together", default=False)


@contextmanager
def given_up_together() -> Iterator[None]:
    """What is done whole in here is given up only with the transaction around it, so it needs no savepoint.

    That holds for it alone: what it does in turn may be given up for itself.
    """
    before = _TOGETHER.set(True)
    try:
        yield
    finally:
        _TOGETHER.reset(before)


def whole(work: Callable[[], Answer]) -> Answer:
    """Do something in one transaction. Within another, that one is asked to try again, not this."""
    own = not _TOGETHER.get()
    before = _TOGETHER.set(False)
    try:
        return _tried(work, own=own)
    finally:
        _TOGETHER.reset(before)


def _tried(work: Callable[[], Answer], *, own: bool) -> Answer:
    for _try in range(_TRIES - 1):
        is_outermost = not connection.in_atomic_block
        try:
            with transaction.atomic(savepoint=own):
                return work()
        except OperationalError as error:
            if not is_outermost or not isinstance(error.__cause__, DeadlockDetected):
                raise
    with transaction.atomic(savepoint=own):
        return work()
