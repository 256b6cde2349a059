"""The embedded PostgreSQL: a private server in the data folder, reached by its socket only."""

import hashlib
import locale
import os
import re
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tongxin.project import folders, processes, programs
from tongxin.project.processes import Account
from tongxin.project.programs import Programs
from tongxin.project.speech import Stop, _, full

USER = NAME = "tongxin"
_LONGEST_SOCKET = 107  # bytes that a Unix socket's address may have
_SOCKET = ".s.PGSQL.5432.lock"
_LARGEST_LOG = 8 * 1024 * 1024
_LOUD = re.compile("FATAL:|PANIC:|error:")
_STARTING, _LEAVING = 600.0, 8.0
_SETTINGS = {
    # Reached by the socket alone.
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    # Few processes and little memory while nobody asks anything.
    "shared_buffers": "128MB",
    "io_method": "sync",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "0",
    "max_logical_replication_workers": "0",
    "jit": "off",
    # One server, no replicas: less to write, never less to keep (synchronous_commit stays on).
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_compression": "pglz",
    "max_wal_size": "2GB",
    "min_wal_size": "80MB",
    "checkpoint_timeout": "15min",
    "recovery_init_sync_method": "syncfs",
    # A local disk without moving parts.
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    # What goes wrong, never what people wrote.
    "log_checkpoints": "off",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_timezone": "UTC",
    "timezone": "UTC",
}


@dataclass(frozen=True)
class Place:
    """Where in the data folder the server keeps its things."""

    data: Path

    @property
    def rows(self) -> Path:
        return self.data / "postgres"

    @property
    def password(self) -> Path:
        return self.data / "database_password"

    @property
    def log(self) -> Path:
        return self.data / "log/postgres.log"

    @property
    def run(self) -> Path:
        """The socket's folder: in the data folder, or a short one where that path is too long."""
        folder = self.data / "run"
        if len(os.fsencode(folder / _SOCKET)) <= _LONGEST_SOCKET:
            return folder
        mark = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path(f"/tmp/tongxin-{mark}")  # noqa: S108 (made with mode 0700, its owner checked)

    @property
    def url(self) -> str:
        try:
            password = self.password.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            password = ""  # no server yet
        return address(self.run, password)


def address(run: Path, password: str, name: str = NAME) -> str:
    """Return the address of a database behind a socket."""
    return f"postgresql://{USER}:{quote(password)}@/{name}?host={quote(str(run), safe='/')}"


class Server:
    """One embedded server. Whoever makes it holds the data folder's lock (see ``holding``)."""

    def __init__(self, data: Path, more: dict[str, str] | None = None) -> None:
        self.place = Place(data.resolve())
        self.programs: Programs = programs.server(data)
        self.process: subprocess.Popen[bytes] | None = None
        here = {"unix_socket_directories": str(self.place.run)}
        self._settings = {**_SETTINGS, **here, **(more or {})}

    @property
    def account(self) -> Account | None:
        return self.programs.account

    def start(self) -> None:
        """Start and wait until it answers, whatever the last one left behind."""
        programs.make_reachable(self.place.data, self.account)
        folders.make_folder(self.place.log.parent, 0o700)
        self._make_run_folder()
        if not self.place.rows.exists():
            self._make()
        self._check()
        self._clear()
        self.launch()
        self._wait()

    def launch(self) -> None:
        """Start without waiting."""
        options = [f"--{name}={value}" for name, value in self._settings.items()]
        self.rotate()
        with self.place.log.open("ab") as log:
            self._log_start = log.tell()
            self.process = processes.spawn(
                [self.programs["postgres"], "-D", self.place.rows, *options],
                environment=programs.environment(),
                account=self.account,
                log=log,
                end=signal.SIGINT,  # to PostgreSQL: stop fast and clean
            )

    def stop(self, patience: float = _LEAVING) -> None:
        """Stop fast: roll back what is open, write everything down, leave."""
        if self.process is None:
            return
        for end, seconds in ((signal.SIGINT, patience), (signal.SIGQUIT, 1.0)):
            processes.send([self.process.pid], end)
            if processes.gone(self.process, seconds):
                break
        processes.sweep(self.process)
        self.process = None

    def rotate(self) -> None:
        """Start the log anew when it has grown large; one old one is kept."""
        log = self.place.log
        if log.exists() and log.stat().st_size > _LARGEST_LOG:
            shutil.copyfile(log, log.with_suffix(".log.1"))
            os.truncate(log, 0)  # the server appends to the open file

    def _make_run_folder(self) -> None:
        run = self.place.run
        folders.make_folder(run, 0o700, self.account)
        owner = self.account.uid if self.account else os.geteuid()
        if run.is_symlink() or run.stat().st_uid != owner:
            raise Stop(_("{place} belongs to somebody else: remove it.").format(place=run))

    def _make(self) -> None:
        """Make an empty cluster under a passing name, so that a broken attempt leaves nothing."""
        passing = self.place.data / "postgres.new"
        shutil.rmtree(passing, ignore_errors=True)
        folders.make_folder(passing, 0o700, self.account)
        note = self._password_note()
        try:
            made = self.programs.run("initdb", *self._initdb(passing, note), server=True)
        finally:
            note.unlink()
        if made.returncode:
            shutil.rmtree(passing, ignore_errors=True)
            raise self._reason(made.stderr)
        passing.rename(self.place.rows)

    def _check(self) -> None:
        """Refuse rows that these programs cannot serve, or that nobody could open."""
        if not self.place.password.exists():
            sentence = _("{place} is missing: the database does not open without its password.")
            raise Stop(sentence.format(place=self.place.password))
        theirs = (self.place.rows / "PG_VERSION").read_text(encoding="ascii").strip()
        ours = programs.version().partition(".")[0]
        if theirs != ours:
            sentence = _(
                "{place} is of PostgreSQL {theirs}, this is {ours}: make a backup with the Tongxin"
                " that made it, and restore that."
            )
            raise Stop(sentence.format(place=self.place.rows, theirs=theirs, ours=ours))

    def _initdb(self, rows: Path, note: Path) -> list[str | Path]:
        sync = "--no-sync" if self._settings.get("fsync") == "off" else "--sync-method=syncfs"
        return [
            "-D", rows, "-U", USER, "-A", "scram-sha-256", "--pwfile", note, "-E", "UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={_libc()}", sync,
        ]  # fmt: skip

    def _password_note(self) -> Path:
        """Keep a new password for ourselves, and a passing copy that the server's user reads."""
        password = secrets.token_urlsafe(24)
        folders.write_private(self.place.password, password)
        note = self.place.run / "password"
        folders.write_private(note, password, self.account)
        return note

    def _clear(self) -> None:
        """End what a killed server left, and let its marks stop nobody.

        The number in its pid file may belong to a zombie or, since a restart of the machine, to
        anybody. PostgreSQL takes its own parent's number for stale and then still checks by the
        shared memory that nobody works on the rows: so that number is what we write.
        """
        noted = self._noted_pid()
        processes.send([pid for pid in self._working() if pid == noted], signal.SIGINT)
        if not processes.until(lambda: not self._working(), _LEAVING):
            processes.send(self._working(), signal.SIGKILL)
        for mark in self.place.run.glob(".s.PGSQL.*"):
            mark.unlink(missing_ok=True)
        noted = self._noted_pid()
        if noted and Path(f"/proc/{noted}").exists():
            rest = self._pid_file.read_text(encoding="utf-8").splitlines(keepends=True)[1:]
            self._pid_file.write_text("".join([f"{os.getpid()}\n", *rest]), encoding="utf-8")

    @property
    def _pid_file(self) -> Path:
        return self.place.rows / "postmaster.pid"

    def _noted_pid(self) -> int:
        try:
            return int(self._pid_file.read_text(encoding="utf-8").partition("\n")[0])
        except (FileNotFoundError, ValueError):
            return 0

    def _working(self) -> list[int]:
        return processes.working_in(self.place.rows, "postgres")

    def _wait(self) -> None:
        process = self.process
        assert process is not None  # noqa: S101
        processes.until(lambda: process.poll() is not None or self.answers(), _STARTING)
        if process.poll() is not None:
            raise self._reason(self._last_words())

    def answers(self) -> bool:
        return answers(self.place)

    def _last_words(self) -> str:
        with self.place.log.open(encoding="utf-8", errors="replace") as log:
            log.seek(self._log_start)
            return log.read()

    def _reason(self, words: str) -> Stop:
        if "No space left on device" in words:
            return full(self.place.data)
        loud = [line for line in words.splitlines() if _LOUD.search(line)]
        sentence = _("The database in {place} does not start ({reason}); its log is {log}.")
        reason = loud[-1].rpartition("]")[2].strip() if loud else _("without a word")
        return Stop(sentence.format(place=self.place.rows, reason=reason, log=self.place.log))


def answers(place: Place) -> bool:
    """Return whether a server behind the data folder's socket takes connections."""
    told = programs.ours().run("pg_isready", "-q", "-h", place.run, "-d", "postgres", "-U", USER)
    return told.returncode == 0


def _libc() -> str:
    """The C library's C.UTF-8 if it has one: trigrams of Chinese words need it."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    except locale.Error:
        return "C"
    locale.setlocale(locale.LC_CTYPE, before)
    return "C.UTF-8"
