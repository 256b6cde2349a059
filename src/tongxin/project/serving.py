"""`tongxin serve` and `tongxin demo`, step by step."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from tongxin.project import environment, supervisor
from tongxin.project.holding import Held, holding
from tongxin.project.postgres import Server
from tongxin.project.speech import Stop, _, done, step, tell
from tongxin.project.supervisor import Supervisor

_Login = tuple[str, str, str]
_Doors = tuple[str, int, int]


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
    """Let the web load its code while the database is made ready; then open its gate."""
    server = None if os.environ.get("DATABASE_URL") else Server(data)
    gate, hinge = os.pipe()
    web, *others = supervisor.children(*where, gate)
    logins: list[_Login] = []

    def ready() -> None:
        done(_("web, live and worker answer"), time.time() - opened)
        _greet(where[1], logins, time.time() - began)

    house = Supervisor([web, *others], server, ready)
    try:
        if server:
            _start(server)
        web.start()
        logins = _prepared(demo=demo)
        opened = time.time()
        os.close(hinge)
        house.run()
    finally:
        house.end()


def _start(server: Server) -> None:
    with step(_("database started")):
        server.start()
    os.environ["DATABASE_URL"] = server.place.url


def doors() -> _Doors:
    """Return where to listen, once it is sure that nobody else does."""
    host = os.environ.get("TONGXIN_LISTEN", "127.0.0.1")
    port = _port("PORT", 8000)
    live_port = _port("TONGXIN_LIVE_PORT", port + 1)
    supervisor.check_port("PORT", host, port)
    supervisor.check_port("TONGXIN_LIVE_PORT", host, live_port)
    return host, port, live_port


def _port(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 2**16:
        sentence = _("{name} must be a number from 1 to 65535, not {text}.")
        raise Stop(sentence.format(name=name, text=text))
    return int(text)


def _prepared(*, demo: bool) -> list[_Login]:
    """Let a passing program, which may be large, do what needs Django; return the log-ins."""
    heard, told = os.pipe()
    command = [
        sys.executable,
        "-m",
        "tongxin.project.prepare",
        *(["--demo", str(told)] if demo else []),
    ]
    ended = subprocess.run(command, pass_fds=[told], check=False)
    os.close(told)
    with os.fdopen(heard, encoding="utf-8") as words:
        logins = words.read()
    if ended.returncode:  # it has said why
        sys.exit(ended.returncode)
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
