"""What the documentation says is true: every name is in it, and its examples run."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.make.world import NOON, world
from tongxin.center.kit.registry import REGISTRY
from tongxin.center.timeline.values import Fact
from tongxin.service.channels import visitors
from tongxin.service.channels.actions import NewKey, create_key
from tongxin.service.channels.queries import inboxes_by_id

DOCS = Path(__file__).parent.parent / "docs"
COMING = {"performance.md"}  # written by the benchmark
EMBED = ["howto/embed-the-chat.md", "howto/embed-the-chat.zh.md"]
CLAIM = visitors.Claim("user-42", "小梅", "")


def text(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def example(name: str, language: str) -> str:
    """Return the first example in this language on a page."""
    found = re.search(rf"```{language}\n(.*?)```", text(name), re.DOTALL)
    assert found is not None
    return found[1]


def claimed(token: str, inbox_id: int) -> visitors.Claim:
    return visitors.read_claim(token, inboxes_by_id(inbox_ids=[inbox_id])[inbox_id])


def facts(kind: type[Fact] = Fact) -> set[str]:
    own = {kind.kind} if "kind" in vars(kind) else set()
    return own.union(*(facts(child) for child in kind.__subclasses__()))


@pytest.fixture
def key(db: None) -> tuple[int, NewKey]:
    tea = world()
    return tea.inbox_id, create_key(actor=tea.owner, inbox_id=tea.inbox_id, now=NOON)


def test_every_fact_has_its_words() -> None:
    assert facts() == set(re.findall(r"^\| `([a-z_.]+)` \|", text("words.md"), re.MULTILINE))


def test_every_verb_and_question_is_described() -> None:
    described = set(re.findall(r'"operationId": "(.*?)"', text("openapi.json")))
    the_person_s_own = set(re.findall(r"`([a-z_]+\.[a-z_]+)`", text("words.md")))

    assert REGISTRY.keys() <= described | the_person_s_own


def test_every_page_that_a_page_leads_to_is_there() -> None:
    broken = [
        f"{page.relative_to(DOCS)}: {link}"
        for page in DOCS.rglob("*.md")
        for link in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
        if not (page.parent / link).exists() and link not in COMING
    ]

    assert not broken


@pytest.mark.parametrize("page", EMBED)
def test_the_python_example_signs_what_we_believe(page: str, key: tuple[int, NewKey]) -> None:
    inbox_id, made = key
    names = {"SECRET": made.secret, "KID": made.kid}

    exec(example(page, "python"), names)  # noqa: S102 - it is our own page

    assert claimed(names["token"], inbox_id) == CLAIM


@pytest.mark.parametrize("page", EMBED)
@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node here")
def test_the_node_example_signs_what_we_believe(page: str, key: tuple[int, NewKey]) -> None:
    inbox_id, made = key
    given = f"const SECRET = {json.dumps(made.secret)}, KID = {json.dumps(made.kid)};"
    code = f"{given}\n{example(page, 'js')}\nconsole.log(token);"

    ran = subprocess.run(
        ["node", "--input-type=module", "-e", code], capture_output=True, text=True, check=True
    )

    assert claimed(ran.stdout.strip(), inbox_id) == CLAIM
