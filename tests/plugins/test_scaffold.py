"""``make plugin`` begins a plugin that is complete from the first minute."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugins.checks import CHECKS
from tests.plugins.letterbox import letterbox
from tongxin.center.kit.plugins import Manifest
from tongxin.project.scaffold import build, enter
from tongxin.project.speech import Stop

__all__ = ["letterbox"]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_what_it_writes_keeps_every_promise(
    letterbox: Manifest, check: Callable[[Manifest], None]
) -> None:
    check(letterbox)


@pytest.mark.parametrize(
    ("kind", "name"), [("teapot", "x1"), ("channel", "X"), ("channel", "../x")]
)
def test_it_says_what_is_wrong(tmp_path: Path, kind: str, name: str) -> None:
    with pytest.raises(Stop):
        build(kind, name, tmp_path / "new", "new")

    assert not (tmp_path / "new").exists()


def test_it_never_writes_over_a_plugin(tmp_path: Path) -> None:
    build("channel", "letterbox", tmp_path / "box", "box")

    with pytest.raises(Stop):
        build("channel", "letterbox", tmp_path / "box", "box")


def test_it_names_the_plugin_once_in_pyproject(tmp_path: Path) -> None:
    project = tmp_path / "pyproject.toml"
    project.write_text('[project.entry-points."tongxin.plugins"]\nwebchat = "w"\n')

    enter("letterbox", "tongxin.plugins.channel_letterbox", project)
    enter("letterbox", "tongxin.plugins.channel_letterbox", project)

    assert project.read_text().count("letterbox =") == 1
