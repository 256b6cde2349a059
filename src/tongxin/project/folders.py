"""Folders and private files, made with the right rights from the start or left alone."""

import os
from pathlib import Path

from tongxin.project.processes import Account
from tongxin.project.speech import Stop, _


def make_folder(path: Path, mode: int, account: Account | None = None) -> None:
    """Make a folder with these rights and owner; one that exists is left as it is."""
    if path.is_dir():
        return
    try:
        path.mkdir(mode=0o755, parents=True)
    except (FileExistsError, NotADirectoryError):
        raise Stop(_("{place} is not a folder.").format(place=path)) from None
    path.chmod(mode)
    if account:
        os.chown(path, account.uid, account.gid)


def make_data_folder(data: Path) -> None:
    """Make the data folder: ours alone, but where we are root the server passes through it."""
    make_folder(data, 0o711 if os.geteuid() == 0 else 0o700)


def write_private(path: Path, text: str, account: Account | None = None) -> None:
    """Write a file that only its owner reads."""
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
        if account:
            os.fchown(file.fileno(), account.uid, account.gid)
