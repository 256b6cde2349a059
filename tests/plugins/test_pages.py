"""Every channel that others run, and every outpost, has its row and its pages with the steps that the studio shows."""

import tomllib
from pathlib import Path

import pytest

from tests.plugins.checks import LANGUAGES
from tongxin.center.kit.plugins import manifests

DOCS = Path(__file__).parents[2] / "docs"
OURS = {"webchat"}
CHANNELS = sorted(
    name for name, made in manifests().items() if made.kind == "channel" and name not in OURS
)


PAGES = {name: f"channels/{name}" for name in CHANNELS}
PAGES |= {name: name for name, made in manifests().items() if made.kind == "outpost"}


@pytest.mark.parametrize("name", PAGES)
def test_it_has_a_row_with_its_tier_and_both_pages(name: str) -> None:
    rows = (DOCS / "channels.md").read_text("utf-8").splitlines()

    [row] = [row for row in rows if f"howto/{PAGES[name]}.md" in row]

    assert f"howto/{PAGES[name]}.zh.md" in row
    assert f"| {manifests()[name].quality} |" in row


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [name for name in PAGES if name != "webhook"])
def test_its_page_says_every_step_and_setting(name: str, language: str) -> None:
    suffix = "" if language == "en" else f".{language}"
    page = (DOCS / f"howto/{PAGES[name]}{suffix}.md").read_text("utf-8")
    said = tomllib.loads((manifests()[name].folder / "plugin.toml").read_text("utf-8"))

    assert all(step[language].replace("{address}", "`{address}`") in page for step in said["steps"])
    assert all(field["title"][language] in page for field in said["settings"].values())
