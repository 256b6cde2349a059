"""A queue is set up, fed by hand, and looked after from the live wall: through the browser."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.house import House
from tests.journeys.talking import write
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
# The wall shows who waits longest: what other stories of the house left waiting.
NOBODY_WAITS = """
from datetime import UTC, datetime
from tongxin.center.accounts.models import User
from tongxin.center.accounts.queries import seats_of_user
from tongxin.service.conversations.actions import resolve
from tongxin.service.conversations.queries import View, conversations
actor = seats_of_user(User.objects.get(email="{email}").pk)[0].actor
ids = [row.id for row in conversations(actor=actor, view=View.WAITING, limit=100).items]
print(json.dumps(resolve(actor=actor, conversation_ids=ids, now=datetime.now(UTC))))
"""


@pytest.fixture
def li(chromium: Browser, house: House) -> Iterator[Page]:
    page = log_in(chromium, house, house.founded["email"], house.founded["password"])
    yield page
    page.context.close()


def test_a_queue_from_its_making_to_its_end(li: Page, house: House) -> None:
    house.ask(NOBODY_WAITS.format(**house.founded))
    name, said = f"售后 {uuid4().hex[:6]}", write(house, "壶盖碎了")
    li.goto(f"{house.web}/studio/queues/new/")
    li.get_by_label("队列名称").fill(name)
    li.get_by_role("button", name="保存").click()
    expect(li.get_by_role("link", name=name)).to_be_visible()

    li.goto(f"{house.web}/desk/all/")
    li.locator(".item", has_text=said).click()
    expect(li.locator("#talk")).to_contain_text(said)
    li.locator("#talk").focus()
    li.keyboard.press("y")
    li.locator('[data-act="move"]', has_text=name).click()
    expect(li.locator("#head")).to_contain_text(f"{name}")
    expect(li.locator("#head")).to_contain_text("所在队列没有成员")
    expect(li.locator("#talk")).to_contain_text(f"转到了队列“{name}”")

    li.goto(f"{house.web}/desk/wall/")
    row = li.locator(".wall ul.rows > li", has_text=said)
    row.locator("[data-transfer]").click()
    expect(li.locator("#transfer")).to_be_visible()
    li.locator("#transfer-to").select_option(label="所有人")
    li.locator("#transfer button.primary").click()
    expect(li.get_by_text("已转接。")).to_be_visible()
    li.locator(".wall ul.rows > li", has_text=said).get_by_text("悄悄话").click()
    expect(li.locator("#compose")).to_have_attribute("data-kind", "note")
    expect(li.locator("#talk")).to_contain_text("转到了队列“所有人”")

    li.goto(f"{house.web}/studio/queues/")
    li.get_by_role("button", name=f"关闭队列 {name}").click()
    expect(li.get_by_role("link", name=name)).to_have_count(0)
