"""One file that holds a whole house: its database, its files and its keys, each with its checksum.

A plain tar: ``manifest.json`` first, then the parts it lists. What could be packed tighter (the
dump, pictures) is packed already.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from tongxin import __version__
from tongxin.project import environment
from tongxin.project.speech import Stop, _

DUMP, FILES = "database.dump", "files"
KEYS = ("secret_key", environment.SEALING)
_MANIFEST = "manifest.json"
_FORMAT = 1
_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Part:
    """What a file in the archive must be like."""

    name: str
    size: int
    sha256: str


def write(target: Path, sources: Mapping[str, Path], made_at: str) -> None:
    """Write an archive under a passing name, read it again, and only then give it its name."""
    passing = target.with_name(f"{target.name}.part")
    try:
        with os.fdopen(
            os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
        ) as file:
            _pack(file, sources, made_at)
            file.flush()
            os.fsync(file.fileno())
        verify(passing)
        passing.rename(target)
    finally:
        passing.unlink(missing_ok=True)


def _pack(file: IO[bytes], sources: Mapping[str, Path], made_at: str) -> None:
    parts = [_part(name, source) for name, source in sources.items()]
    manifest = {
        "format": _FORMAT,
        "tongxin": __version__,
        "made_at": made_at,
        "parts": [asdict(part) for part in parts],
    }
    words = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(_entry(_MANIFEST, len(words)), io.BytesIO(words))
        for part in parts:
            with sources[part.name].open("rb") as content:
                tar.addfile(_entry(part.name, part.size), content)


def _part(name: str, source: Path) -> Part:
    with source.open("rb") as content:
        return Part(name, source.stat().st_size, hashlib.file_digest(content, "sha256").hexdigest())


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


def verify(archive: Path) -> list[Part]:
    """Return an archive's parts once each was read and found as it was written."""
    with _opened(archive) as (tar, parts):
        for part in parts:
            for _piece in _pieces(archive, tar, part):
                pass
        return parts


def unpack(archive: Path, folder: Path) -> list[Part]:
    """Write an archive's parts into a folder, checking each on the way."""
    with _opened(archive) as (tar, parts):
        for part in parts:
            target = folder / part.name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with target.open("wb") as file:
                file.writelines(_pieces(archive, tar, part))
        return parts


@contextmanager
def _opened(archive: Path) -> Iterator[tuple[tarfile.TarFile, list[Part]]]:
    try:
        with tarfile.open(archive) as tar:
            yield tar, _listed(archive, tar)
    except FileNotFoundError:
        raise Stop(_("There is no file {archive}.").format(archive=archive)) from None
    except (tarfile.TarError, EOFError) as error:
        raise broken(archive, str(error)) from None


def _listed(archive: Path, tar: tarfile.TarFile) -> list[Part]:
    try:
        manifest = json.load(tar.extractfile(_MANIFEST) or io.BytesIO())
        if manifest["format"] != _FORMAT:
            sentence = _("{archive} was made by Tongxin {version}, which this one cannot read.")
            raise Stop(sentence.format(archive=archive, version=manifest["tongxin"]))
        parts = [Part(**part) for part in manifest["parts"]]
    except (KeyError, TypeError, ValueError):
        raise broken(archive, _MANIFEST) from None
    if DUMP not in {part.name for part in parts} or not all(_is_ours(part.name) for part in parts):
        raise broken(archive, _MANIFEST)
    return parts


def _is_ours(name: str) -> bool:
    """An archive from strangers must not write elsewhere."""
    pieces = PurePosixPath(name).parts
    return name in {DUMP, *KEYS} or (len(pieces) > 1 and pieces[0] == FILES and ".." not in pieces)


def _pieces(archive: Path, tar: tarfile.TarFile, part: Part) -> Iterator[bytes]:
    try:
        content = tar.extractfile(part.name)
    except KeyError:
        content = None
    if content is None:
        raise broken(archive, part.name)
    digest, size = hashlib.sha256(), 0
    while piece := content.read(_PIECE):
        digest.update(piece)
        size += len(piece)
        yield piece
    if (size, digest.hexdigest()) != (part.size, part.sha256):
        raise broken(archive, part.name)


def broken(archive: Path, where: str) -> Stop:
    """Return the sentence for an archive that is not as it was written."""
    sentence = _("{archive} is not a whole backup of Tongxin ({where}): nothing was changed.")
    return Stop(sentence.format(archive=archive, where=where))
