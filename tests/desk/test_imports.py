"""People from a file at the desk: brought, looked at, taken in, undone; by a browser without scripts."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.desk.conftest import log_in
from tests.make.world import NOON, World, world
from tongxin.center.accounts.values import Role
from tongxin.center.attributes.actions import define
from tongxin.center.attributes.values import AttributeType, Thing
from tongxin.center.imports import actions
from tongxin.center.imports.models import Import
from tongxin.center.imports.queries import one
from tongxin.center.imports.rules.guessing import guessed
from tongxin.center.imports.values import Stage
from tongxin.center.kit.ids import internal_id, public_id
from tongxin.center.people.models import Person

pytestmark = pytest.mark.django_db
TEXT = "姓名,邮箱,会员卡颜色\n小梅,mei@example.com,金\n=1+1,nobody,银\n"
FORM = {
    "column": ["name", "email", ""], "has_head": "on", "known": "update", "overwrite": "on",
    "by": ["email", "phone", "external"],
}  # fmt: skip


def brought(li: Client, text: str = TEXT) -> str:
    """Upload a table; return its page."""
    file = SimpleUploadedFile("会员.csv", text.encode("gb18030"), "text/csv")
    answer = li.post("/desk/people/imports/", {"file": file, "form_key": "k"})
    assert answer.status_code == 302
    return str(answer["Location"])


def finish() -> None:
    while actions.work(now=NOON):
        pass


def shown(li: Client, address: str) -> str:
    answer = li.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_table_goes_its_whole_way(tea: World, li: Client) -> None:
    page = brought(li)
    assert "GB18030" in shown(li, page)
    assert "金 · 银" in shown(li, page)

    assert li.post(f"{page}check/", FORM).status_code == 302
    assert 'hx-trigger="load delay:1s"' in shown(li, page)
    finish()
    assert "导入 1 位用户" in shown(li, page)
    assert not Person.objects.exists()

    li.post(f"{page}begin/")
    finish()
    assert [p.name for p in Person.objects.all()] == ["小梅"]
    assert "撤销导入" in shown(li, page)

    rows = list(csv.reader(io.StringIO(li.get(f"{page}errors.csv").content.decode("utf-8-sig"))))
    assert rows[0][:4] == ["姓名", "邮箱", "会员卡颜色", "行"]
    assert rows[1][:4] == ["'=1+1", "nobody", "银", "3"]
    assert len(rows) == 2

    li.post(f"{page}undo/")
    Import.objects.update(begun_at=NOON)
    finish()
    assert not Person.objects.exists()
    assert (
        one(actor=tea.owner, import_id=internal_id("imp", page.split("/")[-2])).stage is Stage.UNDO
    )
    assert "会员.csv" in shown(li, "/desk/people/imports/")

    li.post(f"{page}discard/")
    assert not Import.objects.exists()


def test_what_was_pasted_is_taken_and_what_is_nothing_told(tea: World, li: Client) -> None:
    answer = li.post("/desk/people/imports/", {"text": "name\tphone\nMei\t13805712345\n"})
    assert answer.status_code == 302

    empty = li.post("/desk/people/imports/", {"text": " "})
    assert (empty.status_code, "里面没有内容" in empty.content.decode()) == (422, True)
    zipped = SimpleUploadedFile("people.csv", b"PK\x03\x04" + b"x" * 90)
    assert li.post("/desk/people/imports/", {"file": zipped}).status_code == 422


def test_a_form_that_comes_twice_brings_one_table(tea: World, li: Client) -> None:
    brought(li)
    file = SimpleUploadedFile("会员.csv", TEXT.encode())
    li.post("/desk/people/imports/", {"file": file, "form_key": "k"})

    assert Import.objects.count() == 1


def test_a_plan_that_cannot_be_is_told_beside_what_was_chosen(tea: World, li: Client) -> None:
    page = brought(li)
    answer = li.post(f"{page}check/", {**FORM, "column": ["name", "name", "tags"]})

    assert answer.status_code == 422
    assert '<option value="tags" selected>' in answer.content.decode()


def test_cells_cannot_become_markup(tea: World, li: Client) -> None:
    page = brought(li, "姓名,<b>x</b>\n<script>alert(1)</script>,y\n")

    assert "<script>alert" not in shown(li, page)
    assert "<b>x</b>" not in shown(li, page)


def test_the_empty_table_is_understood_again(tea: World, li: Client) -> None:
    define(
        actor=tea.owner, thing=Thing.PERSON, name="会员等级", type=AttributeType.TEXT, key="tier",
        options=(), now=NOON,
    )  # fmt: skip
    text = li.get("/desk/people/imports/template.csv").content.decode("utf-8-sig")
    [head] = csv.reader(io.StringIO(text))

    assert guessed(head, [], {"tier": "会员等级"}) == (True, (
        "name", "external", "email", "phone", "postal", "organization", "tags", "language",
        "attribute.tier",
    ))  # fmt: skip


def test_agents_and_strangers_see_no_imports(tea: World, li: Client) -> None:
    page = brought(li)
    agent = log_in(Client(), tea.member(Role.AGENT))
    other = log_in(Client(), world("Another Shop").owner)

    assert agent.get("/desk/people/imports/").status_code == 403
    assert "/desk/people/imports/" not in shown(agent, "/desk/people/")
    assert other.get(page).status_code == 404
    assert other.post(f"{page}undo/").status_code in {302, 404}
    assert other.get(f"{page}errors.csv").status_code == 404
    assert other.get(f"/desk/people/imports/{public_id('imp', 2**40)}/").status_code == 404
