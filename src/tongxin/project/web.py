"""The pages and the API: granian's workers, forked from a process that has loaded everything."""

import multiprocessing
import sys
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from tongxin.project import environment, wsgi
from tongxin.project.processes import die_with_parent

_WORKERS, _THREADS = 2, 4
_LEAVING = 4


def serve(host: str, port: int) -> None:
    """Serve until SIGTERM; requests under way are finished."""
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")
    Granian(
        "tongxin.project.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=environment.number("TONGXIN_WEB_WORKERS", _WORKERS),
        blocking_threads=_THREADS,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=_LEAVING,
        log_level=LogLevels.error,
    ).serve(target_loader=_application, wrap_loader=False)


def _application() -> Any:  # noqa: ANN401 (what granian calls a target)
    die_with_parent()  # a worker would outlive a killed granian
    return wsgi.application
