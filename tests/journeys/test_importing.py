"""A table of people in a real browser and a real worker; and one whose worker is killed in the middle."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.house import House, wait_for
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
MANY = 10_000
TABLE = "姓名,手机,邮箱,来自\n周来,13700000001,lai@new.example,展会\n吴错,1,wrong,展会\n".encode(
    "gb18030"
)
BEGIN = f"""
from datetime import UTC, datetime
from tongxin.center.accounts.queries import actor_of
from tongxin.center.imports import actions
from tongxin.center.imports.values import Plan
owner = actor_of(workspace_id={{workspace_id}}, label="member:{{member_id}}")
now = datetime.now(UTC)
text = "name,email,phone,tags\\n" + "".join(
    f"Crowd {{{{n}}}},crowd{{{{n}}}}@new.example,+99000{{{{n:06}}}},crowd\\n" for n in range({MANY})
)
made = actions.open_table(actor=owner, name="crowd.csv", text=text, now=now)
plan = Plan(("name", "email", "phone", "tags"))
actions.check_plan(actor=owner, import_id=made, plan=plan, now=now)
while actions.work(now=now, import_id=made):
    pass
from tongxin.center.imports.models import Import
while Import.objects.get(pk=made).state == "running":
    pass
actions.begin(actor=owner, import_id=made, now=now)
print(made)
"""
ASK = """
from tongxin.center.imports.models import Import
from tongxin.center.people.models import Identity, Person
from tongxin.center.timeline.models import Event
one = Import.objects.get(pk={import_id})
crowd = Person.objects.filter(name__startswith="Crowd ").values_list("name", flat=True)
claims = Identity.objects.filter(value__startswith="crowd").count()
told = Event.objects.filter(kind="person.added", data__name__startswith="Crowd ").count()
print(json.dumps([one.state, one.stage, one.done, len(crowd), len(set(crowd)), claims, told]))
"""
UNDO = """
from datetime import UTC, datetime
from tongxin.center.accounts.queries import actor_of
from tongxin.center.imports import actions
owner = actor_of(workspace_id={workspace_id}, label="member:{member_id}")
print(actions.undo(actor=owner, import_id={import_id}, now=datetime.now(UTC)))
"""


def test_a_table_is_looked_at_taken_in_and_undone(chromium: Browser, house: House) -> None:
    page = log_in(chromium, house, house.founded["email"], house.founded["password"])
    page.goto(f"{house.web}/desk/people/")
    page.get_by_role("link", name="从文件导入").click()
    page.locator("#file").set_input_files(
        {"name": "新客.csv", "mimeType": "text/csv", "buffer": TABLE}
    )
    page.get_by_role("button", name="预览").click()
    expect(page.locator("select[name=column]").nth(1)).to_have_value("phone")
    expect(page.locator("select[name=column]").nth(3)).to_have_value("")
    page.locator("select[name=column]").nth(3).select_option("tags")
    page.get_by_role("button", name="检查并预览").click()

    expect(page.locator("#rows")).to_contain_text("地址或号码的写法不对。")
    page.get_by_role("button", name="导入 1 位用户").click()
    expect(page.locator("#import-state")).to_contain_text("已新增 1")
    page.get_by_role("link", name="周来").click()
    expect(page.locator("#main")).to_contain_text("lai@new.example")
    page.go_back()

    page.get_by_role("button", name="撤销导入").click()
    expect(page.locator("#import-state")).to_contain_text("已撤销 1")
    expect(page.get_by_role("link", name="周来")).to_have_count(0)
    page.context.close()


def test_a_killed_worker_imports_nobody_twice_and_undoes_everybody(house: House) -> None:
    import_id = house.ask(BEGIN.format(**house.founded))
    assert house.kill("tongxin-worker")

    def ask() -> list[object]:
        return list(house.ask(ASK.format(import_id=import_id)))

    wait_for(lambda: ask()[0] == "done", 120)
    assert ask() == ["done", "import", MANY, MANY, MANY, MANY, MANY]

    house.ask(UNDO.format(import_id=import_id, **house.founded))
    assert house.kill("tongxin-worker")
    wait_for(lambda: ask()[0] == "done", 120)
    assert ask() == ["done", "undo", MANY, 0, 0, 0, MANY]
