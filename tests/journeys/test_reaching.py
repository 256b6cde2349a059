"""What one wants to hear of is heard at the open desk, and the desk is an app that takes pushes."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.house import House, wait_for
from tests.journeys.talking import visitor
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]


@pytest.fixture
def desk(chromium: Browser, house: House) -> Iterator[Page]:
    page = log_in(chromium, house, house.founded["email"], house.founded["password"])
    yield page
    page.context.close()


def test_it_rings_when_somebody_of_mine_writes(desk: Page, house: House) -> None:
    mei = visitor(house)
    question = mei.say("我的快递到哪了？")
    desk.goto(f"{house.web}/desk/all/")
    desk.locator(".item", has_text=question).click()
    expect(desk.locator("body.connected")).to_be_visible()
    desk.locator("#talk").focus()
    desk.keyboard.press("t")
    expect(desk.locator("#head")).to_contain_text("负责人：李工")
    desk.goto(f"{house.web}/desk/snoozed/")
    expect(desk.locator("body.connected")).to_be_visible()
    desk.evaluate("localStorage.removeItem('tongxin-rang')")  # the first question rang, too

    mei.say("还在吗？")
    wait_for(lambda: desk.evaluate("localStorage.getItem('tongxin-rang')"), 20)


def test_how_one_hears_of_it_is_chosen_on_a_page(desk: Page, house: House) -> None:
    desk.goto(f"{house.web}/desk/notices/")
    found = Axe().run(desk, options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert not found.response["violations"], found.generate_report()

    waiting = desk.get_by_label("无人负责的人来消息: 声音")
    waiting.check()
    desk.get_by_role("button", name="保存").click()
    expect(waiting).to_be_checked()
    waiting.uncheck()
    desk.get_by_role("button", name="保存").click()
    expect(waiting).not_to_be_checked()


def test_the_desk_is_an_app(desk: Page, house: House) -> None:
    address = desk.locator("link[rel=manifest]").get_attribute("href")
    manifest = desk.request.get(f"{house.web}{address}").json()
    scope = desk.evaluate("navigator.serviceWorker.register('/sw.js').then(r => r.scope)")

    assert manifest["start_url"] == "/desk/"
    assert desk.request.get(house.web + manifest["icons"][0]["src"]).ok
    assert scope == f"{house.web}/"
