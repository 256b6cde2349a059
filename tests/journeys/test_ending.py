"""A conversation is put on hold and settled with a wrap-up, by the keyboard alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.house import House
from tests.journeys.talking import write
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]


@pytest.fixture
def desk(chromium: Browser, house: House) -> Iterator[Page]:
    """李工 where every conversation must be wrapped up; other stories of this house need not."""
    page = log_in(chromium, house, house.founded["email"], house.founded["password"])
    _ask_for_wrap_ups(page, house, "must")
    yield page
    _ask_for_wrap_ups(page, house, "no")
    page.context.close()


def _ask_for_wrap_ups(page: Page, house: House, how: str) -> None:
    page.goto(f"{house.web}/studio/inboxes/")
    page.locator("a.list-row").first.click()
    page.select_option("#asks", how)
    page.locator("#wrap-up button.primary").click()
    expect(page.locator("#asks")).to_have_value(how)


def test_a_status_and_a_wrap_up_by_the_keyboard(desk: Page, house: House) -> None:
    words = write(house, "壶盖碎了")
    topic = f"broken {words[-8:]}"
    desk.goto(f"{house.web}/studio/topics/")
    desk.fill("#name", topic)
    desk.press("#name", "Enter")
    expect(desk.locator(f"input[name=name][value='{topic}']")).to_have_count(1)

    desk.goto(f"{house.web}/desk/all/")
    desk.locator(".item", has_text=words).click()
    expect(desk.locator("#talk")).to_contain_text(words)
    desk.keyboard.press("c")
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "Enter"):
        desk.keyboard.press(key)
    expect(desk.locator(".tags summary.status")).to_contain_text("挂起")

    desk.keyboard.press("e")
    expect(desk.locator("#wrap-topic")).to_be_focused()
    desk.keyboard.type(topic)  # other stories may have made topics, too
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".tags summary.status")).to_contain_text("已解决")
    expect(desk.locator("[data-wrap-open]")).to_contain_text(topic)
