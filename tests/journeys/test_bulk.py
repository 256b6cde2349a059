"""Many conversations at once, by mouse and keyboard; and a worker that is killed in the middle."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.house import House, wait_for
from tests.journeys.talking import write
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
MANY = 4000
BEGIN = f"""
from tests.make.world import NOON, world
from tongxin.service.views.actions import begin
from tongxin.service.views.values import Deed, Target, Verb
from tongxin.service.conversations.queries import View
shop = world("批量店")  # of its own: other stories find their way in the house's
owner = shop.owner
for thousand in range({MANY} // 1000):
    shop.written([(f"bulk {{thousand}} {{n}}", "你好") for n in range(1000)])
deed, target = Deed(Verb.TAG, add=("bulk",)), Target(view=View.ALL)
print(begin(actor=owner, deed=deed, target=target, now=NOON))
"""
ASK = """
from tongxin.center.timeline.models import Event
from tongxin.service.views.models import Job
job = Job.objects.get(pk={job_id})
tagged = list(Event.objects.filter(kind="conversation.tagged", data__added=["bulk"]).values_list("data", flat=True))
ids = [data["conversation_id"] for data in tagged]
print(json.dumps([job.state, job.total, job.done, job.changed, len(ids), len(set(ids))]))
"""


@pytest.fixture
def desk(chromium: Browser, house: House) -> Iterator[Page]:
    """李工 at the latest three conversations."""
    said = [write(house, f"批量 {n}") for n in range(3)]
    page = log_in(chromium, house, house.founded["email"], house.founded["password"])
    page.goto(f"{house.web}/desk/all/")
    expect(page.locator(".item", has_text=said[2])).to_be_visible()
    expect(page.locator("body.connected")).to_be_visible()
    yield page
    page.context.close()


def test_a_range_is_picked_and_resolved(desk: Page) -> None:
    desk.locator(".pick").nth(0).click()
    desk.locator(".pick").nth(2).click(modifiers=["Shift"])
    expect(desk.locator("#bulk-count")).to_have_text("已选 3 个")

    desk.locator("[data-bulk=resolve]").click()

    expect(desk.locator("#jobs .job")).to_contain_text("解决：完成 3 个")
    expect(desk.locator(".item").nth(2)).to_contain_text("已解决")
    expect(desk.locator("#bulk")).to_be_hidden()
    desk.locator("[data-job-close]").click()
    expect(desk.locator("#jobs .job")).to_have_count(0)


def test_x_picks_and_what_cannot_be_done_is_told(desk: Page) -> None:
    desk.keyboard.press("j")
    expect(desk.locator("[data-act=resolve]")).to_be_visible()
    desk.keyboard.press("e")
    expect(desk.locator("[data-act=reopen]")).to_be_visible()
    desk.keyboard.press("x")
    desk.locator(".pick").nth(1).click()
    expect(desk.locator("#bulk-count")).to_have_text("已选 2 个")

    desk.locator("[data-menu=bulk-snooze] summary").click()
    desk.locator("[data-bulk=snooze][data-in=hour]").click()

    job = desk.locator("#jobs .job")
    expect(job).to_contain_text("完成 1 个")
    job.locator("summary").click()
    expect(job.locator("li")).to_contain_text("无需稍后处理")


def test_escape_picks_nothing_and_shift_x_everything(desk: Page) -> None:
    desk.keyboard.press("Shift+X")
    expect(desk.locator("#bulk-count")).to_contain_text("已选")
    expect(desk.locator(".pick:not(:checked)")).to_have_count(0)
    desk.keyboard.press("Escape")
    expect(desk.locator(".pick:checked")).to_have_count(0)
    expect(desk.locator("#bulk")).to_be_hidden()


def test_a_killed_worker_does_nothing_twice(house: House) -> None:
    job_id = house.ask(BEGIN)
    assert house.kill("tongxin-worker")  # it is at the second or third batch

    wait_for(lambda: house.ask(ASK.format(job_id=job_id))[0] == "done", 90)

    state, total, done, changed, told, different = house.ask(ASK.format(job_id=job_id))
    assert total >= MANY
    assert (state, total, total, total, total) == (state, done, changed, told, different)
