"""Find plugins: every manifest is read without running plugin code; a class is loaded when used.

A plugin is a Python package named by an entry point of the group ``tongxin.plugins``, with a
``plugin.toml`` beside its ``__init__.py``. Built-in plugins come in by this same door.
"""

import logging
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any

GROUP = "tongxin.plugins"
LANGUAGES = frozenset({"en", "zh"})
KINDS = frozenset({"channel", "pack", "model", "connector", "outpost"})
_NOTHING: Mapping[str, Any] = MappingProxyType({})

log = logging.getLogger(__name__)


class ManifestInvalid(ValueError):
    """A plugin.toml that does not say what it must."""


@dataclass(frozen=True)
class Manifest:
    """What plugin.toml says, checked before any plugin code runs."""

    name: str
    kind: str
    version: str
    entry: str
    title: Mapping[str, str]
    summary: Mapping[str, str]
    folder: Path
    needs: tuple[str, ...] = ()
    quality: str = "bronze"
    icon: str = "plug"  # one of ours, by which one knows it in a list
    can: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: _NOTHING)
    steps: Sequence[Mapping[str, Any]] = ()

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ManifestInvalid(f"{self.name}: kind {self.kind!r} is not one of {sorted(KINDS)}")
        fields = self.settings.values()
        texts = [self.title, self.summary, *self.steps, *(s["title"] for s in fields)]
        texts += [s["help"] for s in fields if "help" in s]
        texts += [title for s in fields for title in s.get("choices", {}).values()]
        for text in texts:
            if missing := LANGUAGES - text.keys():
                raise ManifestInvalid(f"{self.name}: {dict(text)} lacks {sorted(missing)}")


def read(path: Path) -> Manifest:
    """Return one checked manifest; raise ManifestInvalid with the reason."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        head = data["plugin"]
        return Manifest(
            name=head["name"],
            kind=head["kind"],
            version=head["version"],
            entry=head["entry"],
            title=head["title"],
            summary=head["summary"],
            folder=path.parent,
            needs=tuple(head.get("needs", ())),
            quality=head.get("quality", "bronze"),
            icon=head.get("icon", "plug"),
            can=data.get("can", _NOTHING),
            settings=data.get("settings", _NOTHING),
            steps=tuple(data.get("steps", ())),
        )
    except (KeyError, TypeError, AttributeError, tomllib.TOMLDecodeError) as error:
        raise ManifestInvalid(f"{path.parent.name}/plugin.toml: {error!r}") from error


@cache
def manifests() -> Mapping[str, Manifest]:
    """Return every installed plugin's manifest by name; a broken one is logged and left out."""
    found: dict[str, Manifest] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda p: p.name):
        try:
            manifest = read(_folder(point) / "plugin.toml")
        except (ManifestInvalid, OSError, ImportError):
            log.exception("plugin %s is left out", point.value)
        else:
            found[manifest.name] = manifest
    return MappingProxyType(found)


def load(manifest: Manifest) -> type:
    """Import the one class that a manifest names."""
    module, _, name = manifest.entry.partition(":")
    found: type = getattr(import_module(module), name)
    return found


def _folder(point: EntryPoint) -> Path:
    spec = find_spec(point.value)
    if spec is None or spec.origin is None:
        raise ImportError(point.value)
    return Path(spec.origin).parent
