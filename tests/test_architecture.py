"""The house rules that no linter can say for us."""

import ast
import re
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path

import pytest

from tongxin.center.kit.registry import REGISTRY
from tongxin.center.timeline.values import Fact

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "src/tongxin"
CIRCLES = ("center", "service", "loop")
WEB = (
    "django.http",
    "django.shortcuts",
    "django.template",
    "django.urls",
    "django.views",
    "django.forms",
    "starlette",
)
WITHOUT_WEB = [*CIRCLES, "sdk", "plugins"]
LONGEST_FUNCTION, LONGEST_MODULE = 40, 300
NUMBERED = re.compile(r"[a-z]_?[0-9]$")
NAMES_OF_THEIR_OWN = {
    "vector1536",
    "sha256",
    "base64",
    "md5",
    "utf8",
    "pbkdf2",
    "blake2b",
    "http2",
    "h1",
}


def modules(folder: Path) -> Iterator[Path]:
    return (p for p in folder.rglob("*.py") if not {"migrations", "blueprints"} & set(p.parts))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def rooms() -> list[Path]:
    folders = (
        p for circle in CIRCLES if (HOUSE / circle).is_dir() for p in (HOUSE / circle).iterdir()
    )
    return sorted(p for p in folders if (p / "__init__.py").exists())


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (
        n for n in ast.walk(tree(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@pytest.mark.parametrize("folder", WITHOUT_WEB)
def test_only_faces_and_the_project_know_the_web(folder: str) -> None:
    found = {
        (str(path.relative_to(HOUSE)), name)
        for path in modules(HOUSE / folder)
        for name in imported(path)
        if name.startswith(WEB)
    }

    assert not found


@pytest.mark.parametrize("private", ["rules", "handlers"])
def test_what_is_private_to_a_room_stays_in_it(private: str) -> None:
    strangers = [
        f"{path.relative_to(HOUSE)} imports {name}"
        for path in modules(HOUSE)
        for name in imported(path)
        if (found := re.fullmatch(rf"tongxin\.(\w+)\.(\w+)\.{private}(\.\w+)?", name))
        and path.relative_to(HOUSE).parts[:2] != (found[1], found[2])
    ]

    assert not strangers


def test_functions_fit_on_a_screen() -> None:
    too_long = [
        f"{path.relative_to(HOUSE)}:{node.lineno} {node.name}"
        for path in modules(HOUSE)
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]

    assert not too_long


def test_modules_fit_in_the_head() -> None:
    lengths = {p.relative_to(HOUSE): len(p.read_text("utf-8").splitlines()) for p in modules(HOUSE)}

    assert not {path: length for path, length in lengths.items() if length > LONGEST_MODULE}


def test_a_room_has_the_nine_names_and_no_others() -> None:
    known = {
        "README.md", "__init__.py", "apps.py", "migrations", "values", "models", "rules", "actions", "queries",
        "events", "handlers", "ports",
    }  # fmt: skip
    extra = {"timeline": {"relay", "chain", "proof"}, "channels": {"visitors"}}
    strange = {
        f"{room.name}/{path.name}"
        for room in rooms()
        if room.name != "kit"
        for path in room.iterdir()
        if path.name not in known
        and path.stem not in known | extra.get(room.name, set())
        and path.name != "__pycache__"
    }

    assert not strange


@pytest.mark.parametrize("room", rooms(), ids=lambda p: p.name)
def test_a_room_says_what_it_is_for_in_twenty_lines(room: Path) -> None:
    lines = (room / "README.md").read_text("utf-8").splitlines()

    assert lines[0].startswith(f"# {room.name}")
    assert len(lines) <= 20


def test_no_variable_is_told_apart_by_a_number() -> None:
    numbered = {
        f"{path.relative_to(HOUSE)}:{node.lineno} {node.id}"
        for path in modules(HOUSE)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Store)
        and NUMBERED.search(node.id)
        and node.id not in NAMES_OF_THEIR_OWN
    }

    assert not numbered


def _facts(kind: type[Fact] = Fact) -> list[type[Fact]]:
    return [fact for child in kind.__subclasses__() for fact in (child, *_facts(child))]


@pytest.mark.parametrize("fact", _facts(), ids=lambda fact: fact.__name__)
def test_every_fact_says_what_happened(fact: type[Fact]) -> None:
    assert is_dataclass(fact)
    assert (fact.__doc__ or "").rstrip().endswith(".")
    assert "events" in fact.__module__.split(".")


def test_no_two_facts_share_a_kind() -> None:
    kinds = [fact.kind for fact in _facts() if "kind" in vars(fact)]

    assert len(kinds) == len(set(kinds))
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", kind) for kind in kinds)


@pytest.mark.parametrize("room", rooms(), ids=lambda p: p.name)
def test_a_room_s_readme_names_its_facts(room: Path) -> None:
    readme = (room / "README.md").read_text("utf-8")
    mine = [f.kind for f in _facts() if "kind" in vars(f) and f".{room.name}." in f.__module__]

    missing = [
        kind for kind in mine if kind not in readme and f".{kind.partition('.')[2]}" not in readme
    ]
    assert not missing


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_every_registered_name_says_what_it_does(name: str) -> None:
    entry = REGISTRY[name]

    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", name)
    assert entry.headline.endswith((".", ")."))
    assert len(entry.headline) > 15
