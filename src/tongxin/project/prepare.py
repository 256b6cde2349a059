"""Make the database ready: reachable, new enough, its tables as this version wants them.

Runs as a program of its own (``python -m tongxin.project.prepare``), so that the process that all
others are forked from never has a connection; it needs Django only where something has changed.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import conninfo, sql

from tongxin.project import programs
from tongxin.project.speech import Stop, _, sentences, step

OLDEST = 15
_HOUSE = Path(__file__).parent.parent
_LOCK = 7_368_655  # any number, the same for all who prepare a database
_PATIENCE = 10
_FOREIGN = ("django", "django_allauth", "procrastinate")

Connection = psycopg.Connection[tuple[Any, ...]]


def parameters() -> dict[str, str]:
    """Return what DATABASE_URL says, by libpq's names."""
    try:
        found = conninfo.conninfo_to_dict(os.environ["DATABASE_URL"])
    except psycopg.ProgrammingError:
        raise Stop(_("DATABASE_URL is not the address of a PostgreSQL database.")) from None
    return {name: str(value) for name, value in found.items() if value is not None}


@contextmanager
def connected(name: str | None = None) -> Iterator[Connection]:
    """Connect to the database, or to another one of the same server; else say what is wrong."""
    asked = parameters() | {"connect_timeout": str(_PATIENCE)} | ({"dbname": name} if name else {})
    try:
        connection = psycopg.connect(conninfo.make_conninfo("", **asked), autocommit=True)
    except psycopg.OperationalError as error:
        raise _unreachable(error, asked) from None
    with connection:
        yield connection


def _unreachable(error: psycopg.OperationalError, asked: dict[str, str]) -> Stop:
    reason = str(error).strip().splitlines()[-1].rpartition("FATAL:")[2].strip()
    where = f"{asked.get('host', 'localhost')}:{asked.get('port', '5432')}"
    sentence = _("The database at {where} cannot be used ({reason}): check DATABASE_URL.")
    return Stop(sentence.format(where=where, reason=reason))


def check_version(connection: Connection) -> None:
    """Refuse a server that lacks what we use."""
    version = connection.info.server_version // 10000
    if version < OLDEST:
        sentence = _("This is PostgreSQL {version}; Tongxin needs {oldest} or newer.")
        raise Stop(sentence.format(version=version, oldest=OLDEST))


def prepare() -> None:
    """Create the database if there is none and bring its tables up to date."""
    ensure_database()
    with connected() as connection:
        check_version(connection)
        connection.execute("select pg_advisory_lock(%s)", [_LOCK])
        if stamp_in(connection) != wanted_stamp():
            with step(_("tables brought up to date")):
                _migrate()
                # A new column is thought to be nearly never empty until somebody has looked.
                connection.execute("analyze")
                _write_stamp(connection)


def ensure_database() -> None:
    """Create the database if the server does not have it."""
    name = parameters().get("dbname", "tongxin")
    try:
        with connected():
            return
    except Stop as stop:
        missing = stop
    try:
        with connected("postgres") as connection:
            check_version(connection)
            known = connection.execute("select 1 from pg_database where datname = %s", [name])
            if known.fetchone():
                raise missing
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    except psycopg.Error as error:
        sentence = _("There is no database {name}, and none can be made ({reason}).")
        raise Stop(sentence.format(name=name, reason=str(error).strip())) from None
    except Stop:
        raise missing from None


def wanted_stamp() -> str:
    """Return the mark of all migrations that this version of the program knows."""
    names = sorted(str(path.relative_to(_HOUSE)) for path in _HOUSE.glob("*/*/migrations/*.py"))
    installed = programs.wheel()
    foreign = sorted(p.name for n in _FOREIGN for p in installed.glob(f"{n}-*.dist-info"))
    return hashlib.sha256("\n".join(names + foreign).encode()).hexdigest()


def stamp_in(connection: Connection) -> str:
    """Return the mark of the migrations that the database has seen."""
    known = connection.execute("select to_regclass('project_stamp') is not null").fetchone()
    if known != (True,):
        return ""
    found = connection.execute("select migrations from project_stamp").fetchone()
    return str(found[0]) if found else ""


def _write_stamp(connection: Connection) -> None:
    with connection.transaction():
        connection.execute("create table if not exists project_stamp (migrations text not null)")
        connection.execute("delete from project_stamp")
        connection.execute("insert into project_stamp values (%s)", [wanted_stamp()])


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import Error

    start_django()
    try:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
    except Error as error:
        reason = str(error).strip().partition("\n")[0]
        sentence = _("The tables cannot be brought up to date ({reason}).")
        raise Stop(sentence.format(reason=reason)) from error
    finally:
        leave_django()


def start_django() -> None:
    """Load the settings and the rooms."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.project.settings")
    django.setup()


def leave_django() -> None:
    """Give back the connections, whose pool would keep the program from ending."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        getattr(connection, "close_pool", lambda: None)()


def load_demo() -> list[tuple[str, str, str]]:
    """Load the demo workspace, unless it is there; return its log-ins."""
    start_django()
    from tongxin.project import demo

    try:
        with step(_("demo workspace")):
            return demo.load()
    finally:
        leave_django()


def main(words: Sequence[str]) -> None:
    """``[--demo FILE_DESCRIPTOR]``."""
    with sentences():
        prepare()
        if words[:1] == ["--demo"]:
            with os.fdopen(int(words[1]), "w", encoding="utf-8") as told:
                json.dump(load_demo(), told)


if __name__ == "__main__":
    main(sys.argv[1:])
