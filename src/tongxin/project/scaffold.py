"""Begin a plugin: ``make plugin kind=channel name=letterbox``.

Writes a folder that is complete and passes every plugin test; what is left is to say what it means.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from string import Template

from tongxin.project.speech import Stop, _

HOUSE = Path(__file__).resolve().parent.parent
BLUEPRINTS = Path(__file__).resolve().parent / "blueprints"
PROJECT = HOUSE.parent.parent / "pyproject.toml"
_GROUP = '[project.entry-points."tongxin.plugins"]\n'
_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return what the shell is told."""
    asked = _parser().parse_args(arguments)
    try:
        package = f"tongxin.plugins.{asked.kind}_{asked.name}"
        folder = build(
            asked.kind, asked.name, HOUSE / f"plugins/{asked.kind}_{asked.name}", package
        )
        enter(asked.name, package, PROJECT)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return 1
    print(
        _("{folder} is there, and pyproject.toml names it. Next: make test").format(folder=folder)
    )
    return 0


def build(kind: str, name: str, folder: Path, package: str) -> Path:
    """Write a plugin into a new folder. Raises Stop with what is in the way."""
    blueprint = BLUEPRINTS / kind
    if not blueprint.is_dir():
        kinds = ", ".join(sorted(path.name for path in BLUEPRINTS.iterdir()))
        raise Stop(
            _("There is no blueprint for “{kind}”; there is: {kinds}.").format(
                kind=kind, kinds=kinds
            )
        )
    if not _NAME.fullmatch(name):
        raise Stop(_("A name is 2 to 31 small letters, digits and underscores, a letter first."))
    if folder.exists():
        raise Stop(_("{folder} exists already.").format(folder=folder))
    words = {"name": name, "package": package, "class_name": name.title().replace("_", "")}
    for source in sorted(path for path in blueprint.rglob("*") if path.is_file()):
        target = folder / str(source.relative_to(blueprint)).removesuffix(".txt")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(source.read_text("utf-8")).safe_substitute(words), "utf-8")
    (folder / "__init__.py").touch()
    return folder


def enter(name: str, package: str, project: Path) -> None:
    """Name the plugin in pyproject.toml, so that it is found once installed."""
    text = project.read_text("utf-8")
    line = f'{name} = "{package}"\n'
    if line not in text:
        project.write_text(text.replace(_GROUP, _GROUP + line), "utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make plugin", description=_("Begin a plugin."))
    parser.add_argument("--kind", required=True, help="channel")
    parser.add_argument("--name", required=True, help="letterbox")
    return parser


if __name__ == "__main__":
    sys.exit(main())
