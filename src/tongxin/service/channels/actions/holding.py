"""Do something alone in the whole house without a transaction: one would hold up everybody's handlers."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import InterfaceError, OperationalError

from tongxin.center.kit.sql import rows
from tongxin.center.kit.turns import number_of


@contextmanager
def alone(purpose: str, key: int) -> Iterator[bool]:
    """Whether it is ours alone until the end; whoever dies lets it go."""
    number = number_of(purpose, key)
    [(held,)] = rows("SELECT pg_try_advisory_lock(%s::bigint)", [number])
    try:
        yield bool(held)
    finally:
        if held:
            with suppress(OperationalError, InterfaceError):  # then it went with the connection
                rows("SELECT pg_advisory_unlock(%s::bigint)", [number])
