"""All or nothing; and once more where two waited for each other and the database let one of them go."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection, transaction
from psycopg.errors import DeadlockDetected

Answer = TypeVar("Answer")
_TRIES = 5


def whole(work: Callable[[], Answer]) -> Answer:
    """Do something in one transaction. Within another, that one is asked to try again, not this."""
    for _try in range(_TRIES - 1):
        is_outermost = not connection.in_atomic_block
        try:
            with transaction.atomic():
                return work()
        except OperationalError as error:
            if not is_outermost or not isinstance(error.__cause__, DeadlockDetected):
                raise
    with transaction.atomic():
        return work()
