"""Many at the same moment: threads that wait for each other before they begin."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

Answer = TypeVar("Answer")


def together(works: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Run each work in a thread of its own, all at once; return the answers, raise the errors."""
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Answer]) -> Answer:
        start.wait(20)
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        return [future.result(60) for future in [threads.submit(run, work) for work in works]]
