"""The rooms are synchronous: they run in a few threads, each with a connection of its own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connection

P = ParamSpec("P")
R = TypeVar("R")

INTAKE = ThreadPoolExecutor(1, thread_name_prefix="intake")
ASKING = ThreadPoolExecutor(2, thread_name_prefix="asking")
# The database may be restarting; nothing is acknowledged before it has committed.
_PAUSES = (0.05, 0.2, 0.5, 1, 2, 3, 4)


async def ask(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a function of the rooms in a thread; again, if the database went away meanwhile.

    So it must be one that may be repeated.
    """
    return await _run(ASKING, partial(function, *args, **kwargs))


async def take_in(function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """The same in the one thread that writes what comes in."""
    return await _run(INTAKE, partial(function, *args, **kwargs))


async def _run(threads: ThreadPoolExecutor, work: Callable[[], R]) -> R:
    loop = asyncio.get_running_loop()
    for pause in _PAUSES:
        try:
            return await loop.run_in_executor(threads, _guarded, work)
        except (OperationalError, InterfaceError):
            await asyncio.sleep(pause)
    return await loop.run_in_executor(threads, _guarded, work)


def _guarded(work: Callable[[], R]) -> R:
    try:
        return work()
    except (OperationalError, InterfaceError):
        connection.close()
        raise
