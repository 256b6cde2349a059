"""A conversation is put on hold and settled with a wrap-up, by the keyboard alone."""

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.house import House
from tests.journeys.talking import write
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]


def test_a_status_and_a_wrap_up_by_the_keyboard(chromium: Browser, house: House) -> None:
    words = write(house, "壶盖碎了")
    page = log_in(chromium, house, house.founded["email"], house.founded["password"])
    page.goto(f"{house.web}/studio/topics/")
    page.fill("#name", f"破损 {words[-8:]}")
    page.press("#name", "Enter")
    page.goto(f"{house.web}/studio/inboxes/")
    page.locator("a.list-row").first.click()
    page.select_option("#asks", "must")
    page.locator("#wrap-up button.primary").click()

    page.goto(f"{house.web}/desk/all/")
    page.locator(".item", has_text=words).click()
    expect(page.locator("#talk")).to_contain_text(words)
    page.keyboard.press("c")
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".tags summary.status")).to_contain_text("挂起")

    page.keyboard.press("e")
    expect(page.locator("#wrap-topic")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".tags summary.status")).to_contain_text("已解决")
    expect(page.locator("[data-wrap-open]")).to_contain_text("破损")

    page.goto(f"{house.web}/studio/inboxes/")
    page.locator("a.list-row").first.click()
    page.select_option("#asks", "no")
    page.locator("#wrap-up button.primary").click()
    page.context.close()
