"""`tongxin serve` and `tongxin demo`, step by step."""

import json
import os
import sys
import time
from pathlib import Path

from tongxin.project import environment, processes, supervisor
from tongxin.project.holding import Held, holding
from tongxin.project.postgres import Server
from tongxin.project.speech import Stop, _, done, step, tell
from tongxin.project.supervisor import Supervisor

_Login = tuple[str, str, str]
_Doors = tuple[str, int, int]
_LAST_PORT = 2**16 - 1


def serve(*, demo: bool = False) -> None:
    """Serve until a signal says to end; with ``demo`` load the demo workspace before."""
    began = float(os.environ.pop("TONGXIN_SINCE", time.time()))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # each start would take twice as long
    host, port, live_port = doors()
    if not environment.assets_built():
        raise Stop(_("The assets are not built: run `make assets`."))
    data = environment.data_folder()
    try:
        with holding(data):
            environment.furnish(data)
            _serve_held(data, (host, port, live_port), began, demo=demo)
    except Held as held:
        raise held.stop() from None


def _serve_held(data: Path, where: _Doors, began: float, *, demo: bool) -> None:
    """Load the code while a passing program makes the database ready; then run the house."""
    house = Supervisor(None if os.environ.get("DATABASE_URL") else Server(data))
    try:
        if house.server:
            _start(house.server)
        preparing = _Preparing(demo=demo)
        try:
            from tongxin.project.house import children  # loads everything
        finally:
            logins = preparing.ended()  # what is wrong with the database is said there
        opened = time.time()

        def ready() -> None:
            done(_("web, live and worker answer"), time.time() - opened)
            _greet(where[1], logins, time.time() - began)

        house.run(children(*where), ready)
    finally:
        house.end()


def _start(server: Server) -> None:
    with step(_("database started")):
        server.start()
    os.environ["DATABASE_URL"] = server.place.url


def doors() -> _Doors:
    """Return where to listen, once it is sure that nobody else does."""
    host = os.environ.get("TONGXIN_LISTEN", "127.0.0.1")
    port = environment.number("PORT", 8000, _LAST_PORT)
    live_port = environment.number("TONGXIN_LIVE_PORT", port + 1, _LAST_PORT)
    supervisor.check_port("PORT", host, port)
    supervisor.check_port("TONGXIN_LIVE_PORT", host, live_port)
    return host, port, live_port


class _Preparing:
    """A passing program, which may be large, does what needs a database."""

    def __init__(self, *, demo: bool) -> None:
        self._heard, told = os.pipe()
        python = [sys.executable, "-m", "tongxin.project.prepare"]
        words = ["--demo", str(told)] if demo else []
        self._process = processes.spawn([*python, *words], pass_fds=[told])
        os.close(told)

    def ended(self) -> list[_Login]:
        """Wait until the database is ready; return the demo's log-ins."""
        with os.fdopen(self._heard, encoding="utf-8") as words:
            logins = words.read()
        if code := self._process.wait():  # it has said why
            sys.exit(code)
        return [tuple(login) for login in json.loads(logins or "[]")]


def _greet(port: int, logins: list[_Login], seconds: float) -> None:
    done(_("ready after"), seconds)
    tell()
    site = f"http://localhost:{port}"
    if logins:
        tell(_("Shop     {site}/shop/").format(site=site))
    tell(_("Desk     {site}/desk/").format(site=site))
    for role, email, password in logins:
        tell(f"         {email}   {password}   {role}")
    tell()
    tell(_("Ctrl-C ends everything."))
