"""The programs of the house: web, live and worker, forked from a process that has loaded all code.

So it is read once, not three times; what never changes lies in memory once; and a program that died is
back at once. Whoever imports this loads everything, and must have no threads.
"""

import gc
import importlib
from collections.abc import Callable
from functools import partial

import uvicorn

from tongxin.faces.live.app import application
from tongxin.project import processes, web, worker
from tongxin.project.supervisor import Child

importlib.import_module(
    "tongxin.project.urls"
)  # Django would with the first request, in each worker
gc.freeze()  # else the first collection of each program would copy every page it looks at


def children(host: str, port: int, live_port: int) -> list[Child]:
    """Return the programs of the house, to be started in this order."""
    return [
        Child("web", _forked("web", lambda: web.serve(host, port)), (host, port)),
        Child("live", _forked("live", lambda: _listen(host, live_port)), (host, live_port)),
        Child("worker", _forked("worker", worker.main)),
    ]


def wire(host: str, port: int) -> uvicorn.Config:
    """Return how the wire is served."""
    return uvicorn.Config(
        application, host, port, loop="uvloop", http="httptools", ws_per_message_deflate=False,
        ws_max_size=262_144, access_log=False, proxy_headers=False, server_header=False,
        date_header=False, timeout_graceful_shutdown=4, log_level="warning",
    )  # fmt: skip


def _forked(name: str, work: Callable[[], object]) -> Callable[[], processes.Process]:
    return partial(processes.fork, work, f"tongxin-{name}")


def _listen(host: str, port: int) -> None:
    uvicorn.Server(wire(host, port)).run()
