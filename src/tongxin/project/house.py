"""The programs of the house: web, wires and worker, forked from a process that has loaded all code.

So it is read once, not three times; what never changes lies in memory once; and a program that died is
back at once. Whoever imports this loads everything, and must have no threads.
"""

import gc
import importlib
import os
import socket
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import uvicorn

from tongxin.faces.live.app import application
from tongxin.faces.post import app as post
from tongxin.project import environment, processes, web, worker
from tongxin.project.supervisor import Child

_MOST_WIRES = 4  # by itself; each holds connections to the database

importlib.import_module(
    "tongxin.project.urls"
)  # Django would with the first request, in each worker
gc.freeze()  # else the first collection of each program would copy every page it looks at
gc.set_threshold(20_000, 20, 20)


def children(host: str, port: int, live_port: int) -> list[Child]:
    """Return the programs of the house, to be started in this order. Raises Stop."""
    listen, mail = partial(_listen, host, live_port), environment.mail_doors()
    return [
        Child("web", _forked("web", lambda: web.serve(host, port)), (host, port)),
        *[Child(name, _forked(name, listen), (host, live_port)) for name in _wires()],
        Child("worker", _forked("worker", worker.main)),
        *([Child("post", _forked("post", partial(post.run, mail)))] if mail else []),
        *(
            [Child("sip", partial(processes.spawn, _sip(file)))]
            if (file := environment.sip())
            else []
        ),
    ]


def _sip(file: Path) -> list[str]:
    """The gateway needs no house: it is a program of its own here, too."""
    return [sys.executable, "-m", "tongxin.project.command", "sip", str(file)]


def wire(host: str, port: int) -> uvicorn.Config:
    """Return how the wire is served."""
    return uvicorn.Config(
        application, host, port, loop="uvloop", http="httptools", ws_per_message_deflate=False,
        ws_max_size=262_144, access_log=False, proxy_headers=False, server_header=False,
        date_header=False, timeout_graceful_shutdown=4, log_level="warning",
    )  # fmt: skip


def _forked(name: str, work: Callable[[], object]) -> Callable[[], processes.Process]:
    return partial(processes.fork, work, f"tongxin-{name}")


def _wires() -> list[str]:
    """Return the names of the wire's programs: one for each core, where Linux can share a port out."""
    usual = min(_MOST_WIRES, os.cpu_count() or 1) if sys.platform == "linux" else 1
    many = environment.number("TONGXIN_LIVE_WORKERS", usual)
    return ["live", *(f"live-{number}" for number in range(2, many + 1))]


def _listen(host: str, port: int) -> None:
    """Serve the wire; Linux shares what comes to a port out among those who listen there."""
    door = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if sys.platform == "linux":
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    door.bind((host, port))
    uvicorn.Server(wire(host, port)).run(sockets=[door])
