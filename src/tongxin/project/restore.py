"""`tongxin restore`: an archive becomes the house; what was there stays until all is in place."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from tongxin.project import archive, dumps, environment
from tongxin.project.folders import make_data_folder
from tongxin.project.holding import database_alone
from tongxin.project.prepare import connected, ensure_database, parameters, prepare
from tongxin.project.speech import Stop, _, step, tell

_NAMED_BY = dict(zip(archive.KEYS, ("TONGXIN_SECRET_KEY", "TONGXIN_SEALING_KEYS"), strict=True))
_OTHERS = "select count(*) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()"
_TABLES = "select count(*) from pg_tables where schemaname = 'public'"


def restore(source: Path, *, replace: bool) -> None:
    """Put an archive in the place of the house; with ``replace`` even where one stands."""
    source = source.expanduser().absolute()
    data = environment.data_folder()
    make_data_folder(data)
    with tempfile.TemporaryDirectory(dir=data, prefix="restore-") as folder:
        with step(_("archive verified")):
            unpacked = Path(folder)
            archive.unpack(source, unpacked)
            _check_dump(source, unpacked / archive.DUMP)
        with database_alone():
            ensure_database()
            _check_empty(data, replace=replace)
            _put_in_place(data, unpacked)
            environment.furnish(data)
            prepare()
    tell(_("Everything is as it was in {source}.").format(source=source))


def _check_dump(source: Path, dumped: Path) -> None:
    try:
        dumps.check(dumped)
    except Stop as stop:
        raise archive.broken(source, str(stop)) from None


def _check_empty(data: Path, *, replace: bool) -> None:
    name = parameters()["dbname"]
    with connected() as connection:
        others, tables = (
            connection.execute(question, values).fetchone()
            for question, values in ((_OTHERS, [name]), (_TABLES, None))
        )
    if others != (0,):
        sentence = _("Other programs use the database {name}: end them first.")
        raise Stop(sentence.format(name=name))
    if not replace and (tables != (0,) or any((data / "files").glob("*"))):
        raise Stop(_("There is a house already: add --replace to put the archive in its place."))


def _put_in_place(data: Path, unpacked: Path) -> None:
    name = parameters()["dbname"]
    fresh, old = f"{name}_restored", f"{name}_before"
    _drop(fresh)
    _drop(old)
    with step(_("database restored")):
        _create(fresh)
        dumps.load(unpacked / archive.DUMP, fresh)
    with _files_swapped(data, unpacked), connected("postgres") as server, server.transaction():
        _rename(server, name, old)
        _rename(server, fresh, name)
    _drop(old)


@contextmanager
def _files_swapped(data: Path, unpacked: Path) -> Iterator[None]:
    """Put files and keys in their places; take them back if what follows fails."""
    kept = unpacked / "kept"
    kept.mkdir()
    names = [archive.FILES, *archive.KEYS]
    _move(names, data, kept)
    _move(names, unpacked, data)
    try:
        yield
    except BaseException:
        _move(names, data, unpacked)
        _move(names, kept, data)
        raise
    for name in archive.KEYS:
        if (data / name).exists():
            (data / name).chmod(0o600)
        elif not os.environ.get(_NAMED_BY[name]):
            _move([name], kept, data)


def _move(names: list[str], source: Path, target: Path) -> None:
    for name in names:
        if (source / name).exists():
            shutil.move(source / name, target / name)


def _create(name: str) -> None:
    try:
        with connected("postgres") as server:
            server.execute(
                sql.SQL("create database {} template template0").format(sql.Identifier(name))
            )
    except psycopg.Error as error:
        sentence = _("A fresh database {name} cannot be made ({reason}).")
        raise Stop(sentence.format(name=name, reason=str(error).strip())) from None


def _drop(name: str) -> None:
    with connected("postgres") as server:
        server.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(name)))


def _rename(server: psycopg.Connection[tuple[object, ...]], name: str, other: str) -> None:
    statement = sql.SQL("alter database {} rename to {}")
    server.execute(statement.format(sql.Identifier(name), sql.Identifier(other)))
