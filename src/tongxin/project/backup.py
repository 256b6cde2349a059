"""`tongxin backup`: the whole house in one verified file, while it goes on working."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tongxin.project import archive, dumps, environment
from tongxin.project.holding import database_at_hand
from tongxin.project.speech import Stop, _, step, tell

_UNITS = ("B", "KB", "MB", "GB", "TB")
_KILO = 1024


def backup(target: Path) -> None:
    """Write database, files and key into one archive that is known to be readable."""
    target = target.expanduser().absolute()
    _check(target)
    data = environment.data_folder()
    with (
        database_at_hand(),
        tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as passing,
    ):
        dumped = Path(passing) / archive.DUMP
        # The database first: a file that it knows is there by then, and files never change.
        with step(_("database dumped")):
            dumps.dump(dumped)
            dumps.check(dumped)
        with step(_("archive written and read again")):
            archive.write(target, _sources(data, dumped), datetime.now(UTC).isoformat())
    size = readable(target.stat().st_size)
    tell(_("{target} holds everything ({size}); keep it secret.").format(target=target, size=size))


def _check(target: Path) -> None:
    if target.exists():
        raise Stop(_("{target} exists already: choose another name.").format(target=target))
    if not target.parent.is_dir():
        raise Stop(_("There is no folder {place}.").format(place=target.parent))


def _sources(data: Path, dumped: Path) -> dict[str, Path]:
    """Return where each part of the archive comes from."""
    files = data / "files"
    found = {archive.DUMP: dumped}
    for name in archive.KEYS:
        if (data / name).exists():
            found[name] = data / name
    if os.environ.get("TONGXIN_STORAGE"):
        tell(_("The files lie in a storage of their own: back them up there."))
        return found
    stored = sorted(path for path in files.rglob("*") if path.is_file() and not path.is_symlink())
    return found | {
        f"{archive.FILES}/{path.relative_to(files).as_posix()}": path for path in stored
    }


def readable(size: float) -> str:
    """Return a size in bytes as people say it."""
    unit = 0
    while size >= _KILO and unit < len(_UNITS) - 1:
        size, unit = size / _KILO, unit + 1
    return f"{size:.1f} {_UNITS[unit]}" if unit else f"{size:.0f} B"
