"""A view is taken away as a table, one row for each conversation; who took it is told."""

import csv
import io

import pytest
from django.test import Client
from pyarrow import parquet

from tests.make.world import NOON, World, world
from tongxin.center.kit.ids import public_id
from tongxin.center.timeline.models import Event
from tongxin.service.conversations.actions import assign, reply, tag
from tongxin.service.views.actions import export, exporting
from tongxin.service.views.values import Target

pytestmark = pytest.mark.django_db


def table(content: bytes) -> list[dict[str, str]]:
    text = content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def talk(tea: World) -> int:
    found = tea.write("壶盖碎了").conversation_id
    tea.write("=HYPERLINK(1)", by="Tom")
    tag(actor=tea.owner, conversation_ids=[found], add=["退款", "=1+1"], now=NOON)
    assign(actor=tea.owner, conversation_ids=[found], member_id=tea.owner.id, now=NOON)
    reply(actor=tea.owner, conversation_ids=[found], text="马上换", now=NOON)
    return found


def test_one_row_for_each_in_the_view_s_order(tea: World, li: Client, talk: int) -> None:
    rows = table(li.post("/desk/all/export.csv").content)

    assert len(rows) == 2
    [mine] = [row for row in rows if row["id"] == public_id("conv", talk)]
    assert (mine["assignee"], mine["messages_in"], mine["messages_out"]) == ("李工", "1", "1")
    assert mine["tags"] == "'=1+1, 退款"
    assert len(mine["opened_at"]) == len("2026-01-01 10:00:00")
    assert [row["id"] for row in table(li.post("/desk/mine/export.csv").content)] == [mine["id"]]


def test_parquet_keeps_the_kinds_of_what_it_holds(tea: World, li: Client, talk: int) -> None:
    answer = li.post("/desk/all/export.parquet")
    found = parquet.read_table(io.BytesIO(answer.content))
    kinds = {field.name: str(field.type) for field in found.schema}

    assert answer["Content-Disposition"].endswith('.parquet"')
    assert found.num_rows == 2
    assert (kinds["number"], kinds["person"]) == ("int64", "string")
    assert kinds["opened_at"].startswith("timestamp")
    assert "=1+1, 退款" in found.column("tags").to_pylist()


def test_an_empty_view_is_an_empty_table(li: Client) -> None:
    assert table(li.post("/desk/snoozed/export.csv").content) == []
    assert (
        parquet.read_table(io.BytesIO(li.post("/desk/snoozed/export.parquet").content)).num_rows
        == 0
    )


def test_that_it_was_taken_is_told(tea: World, li: Client, talk: int) -> None:
    li.post("/desk/all/export.csv")

    [told] = Event.objects.filter(kind="conversation.exported")
    assert (told.data["rows"], told.actor) == (2, tea.owner.label)


@pytest.mark.parametrize(
    ("path", "status"),
    [("all/export.xls", 404), ("nothing/export.csv", 404), ("view_x/export.csv", 404)],
)
def test_what_is_not_there_is_not_found(li: Client, path: str, status: int) -> None:
    assert li.post(f"/desk/{path}").status_code == status
    assert li.get("/desk/all/export.csv").status_code == 405


def test_too_many_are_refused(
    tea: World, li: Client, talk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_EXPORTED", 1)
    answer = li.post("/desk/all/export.csv", headers={"Accept": "application/json"})

    assert answer.json()["code"] == "export.too_many"
    assert not Event.objects.filter(kind="conversation.exported")


def test_nobody_takes_what_another_workspace_has(tea: World, talk: int) -> None:
    stranger = world("Another Shop").owner

    assert not export(actor=stranger, target=Target(conversation_ids=(talk,)), now=NOON)
