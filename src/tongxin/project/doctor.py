"""`tongxin doctor`: what is well, what is not, and what to do about it."""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tongxin.center.timeline.proof import VERIFY
from tongxin.project import environment, keys, prepare, supervisor
from tongxin.project.backup import readable
from tongxin.project.holding import Held, database_at_hand, holding
from tongxin.project.postgres import Place
from tongxin.project.serving import doors
from tongxin.project.speech import Stop, _, tell

_LITTLE = 1024**3  # bytes left on the disk below which it is time to act
_ASTRAY = 5.0  # seconds by which clocks may differ
_HOUSE = Path(__file__).parent


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it is well, and what there is to say or to do."""

    name: str
    well: bool
    words: str


def examine() -> bool:
    """Look at everything, say it line by line, return whether all is well."""
    data = environment.data_folder()
    findings = [
        finding
        for look in (_database, _disk, _clock, _assets, _keys, _mail, _sip, _ports)
        for finding in _looked(look, data)
    ]
    for finding in findings:
        sign = _("ok") if finding.well else _("DO")
        tell(f"  {sign:<4} {finding.name:<10} {finding.words}")
    return all(finding.well for finding in findings)


def _looked(look: Callable[[Path], Iterator[Finding]], data: Path) -> list[Finding]:
    try:
        return list(look(data))
    except (Stop, OSError) as trouble:
        return [Finding(look.__name__.strip("_"), well=False, words=str(trouble))]


def _database(data: Path) -> Iterator[Finding]:
    if not os.environ.get("DATABASE_URL") and not Place(data).rows.exists():
        yield Finding("database", well=False, words=_("none yet: `tongxin serve` makes it."))
        return
    with database_at_hand(), prepare.connected() as connection:
        prepare.check_version(connection)
        asked = "select pg_database_size(current_database()), extract(epoch from clock_timestamp())"
        size, its_time = connection.execute(asked).fetchone() or (0, 0)
        version = connection.info.parameter_status("server_version")
        words = _("PostgreSQL {version}, {size}").format(version=version, size=readable(size))
        yield Finding("database", well=True, words=words)
        current = prepare.stamp_in(connection) == prepare.wanted_stamp()
        words = _("up to date") if current else _("of another version: run `tongxin migrate`.")
        yield Finding("tables", well=current, words=words)
        yield _agrees(_("the database"), float(its_time) - time.time())
        if current:
            yield _chained(connection)
            yield _sealed()


def _sealed() -> Finding:
    """See whether the keys that are here open what was sealed."""
    try:
        lost = keys.unreadable()
    except Stop as trouble:
        return Finding("secrets", well=False, words=str(trouble))
    words = _("every secret can be opened")
    if lost:
        words = _("{lost} secrets were sealed by a key that is not here: put {name} back.")
    return Finding(
        "secrets", well=not lost, words=words.format(lost=lost, name=environment.SEALING)
    )


def _chained(connection: psycopg.Connection[tuple[object, ...]]) -> Finding:
    """Prove the chain of facts of every workspace."""
    found = connection.execute(
        "SELECT DISTINCT workspace_id FROM timeline_link ORDER BY 1"
    ).fetchall()
    links = 0
    for (workspace,) in found:
        seen = connection.execute(VERIFY, {"workspace": workspace}).fetchone() or (0, 0, None, "")
        links += int(str(seen[0]))
        if seen[2] is not None:
            words = _("workspace {workspace} is broken at link {link}: facts were changed there.")
            told = words.format(workspace=workspace, link=seen[2])
            return Finding("audit", well=False, words=told)
    return Finding("audit", well=True, words=_("{links} links hold").format(links=links))


def _agrees(whose: str, difference: float) -> Finding:
    well = abs(difference) < _ASTRAY
    sentence = _("{whose} has the same time as we")
    if not well:
        sentence = _("{whose} differs by {seconds:.0f} s: set this machine's clock.")
    return Finding("clock", well=well, words=sentence.format(whose=whose, seconds=difference))


def _disk(data: Path) -> Iterator[Finding]:
    place = next(folder for folder in (data, *data.parents) if folder.exists())
    left = shutil.disk_usage(place).free
    words = _("{left} left for {data}").format(left=readable(left), data=data)
    if left < _LITTLE:
        words += _(": make room, or move TONGXIN_DATA.")
    yield Finding("disk", well=left >= _LITTLE, words=words)


def _clock(data: Path) -> Iterator[Finding]:
    newest = max(path.stat().st_mtime for path in _HOUSE.glob("*.py"))
    yield _agrees(_("this program"), max(0.0, newest - time.time()))
    if data.exists():
        with tempfile.NamedTemporaryFile(dir=data) as file:
            yield _agrees(_("the disk"), Path(file.name).stat().st_mtime - time.time())


def _assets(_data: Path) -> Iterator[Finding]:
    built = environment.assets_built()
    words = _("built") if built else _("not built: run `make assets`.")
    yield Finding("assets", well=built, words=words)


def _keys(data: Path) -> Iterator[Finding]:
    if os.environ.get("TONGXIN_SECRET_KEY"):
        yield Finding("keys", well=True, words=_("by TONGXIN_SECRET_KEY"))
        return
    for path in (data / "secret_key", data / environment.SEALING, Place(data).password):
        if path.exists():
            private = not path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
            words = _("only its owner reads {path}") if private else _("run `chmod 600 {path}`.")
            yield Finding("keys", well=private, words=words.format(path=path))
    if not (data / "secret_key").exists():
        yield Finding("keys", well=False, words=_("none yet: `tongxin serve` makes it."))


def _mail(_data: Path) -> Iterator[Finding]:
    mail = environment.mail()
    if mail.backend == "console":
        words = _("printed to the console: set TONGXIN_MAIL to have it sent")
        yield Finding("mail", well=True, words=words)
        return
    named = bool(os.environ.get("TONGXIN_HOSTS"))
    words = _("sent by {host}").format(host=mail.host)
    if not named:
        words = _("set TONGXIN_HOSTS, or a forged host could lead a mail's link astray.")
    yield Finding("mail", well=named, words=words)


def _sip(_data: Path) -> Iterator[Finding]:
    from tongxin.plugins.channel_phone.gateway.settings import Trouble, modules, settings_in

    if not (file := environment.sip()):
        return
    try:
        modules()
        inbox = settings_in(file).inbox
    except Trouble as trouble:
        yield Finding("sip", well=False, words=trouble.told(_))
    else:
        yield Finding("sip", well=True, words=_("calls go to {inbox}").format(inbox=inbox))


def _ports(data: Path) -> Iterator[Finding]:
    try:
        with holding(data) if data.exists() else nullcontext():
            _host, *ports = doors()
            words = _("{ports} are free").format(ports=", ".join(map(str, ports)))
            yield Finding("ports", well=True, words=words)
    except Held:
        port = int(os.environ.get("PORT") or 8000)
        well = supervisor.answers("127.0.0.1", port)
        words = _("Tongxin answers on {port}") if well else _("Tongxin does not answer on {port}.")
        yield Finding("ports", well=well, words=words.format(port=port))
