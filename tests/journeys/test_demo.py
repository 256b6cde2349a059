"""The first minutes of somebody who has just said `make demo`: nothing was ever loaded there before."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.house import House, opened
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("demo")]


@pytest.fixture(scope="module")
def demo() -> Iterator[House]:
    running = opened(demo=True)
    yield running
    running.close()


def test_the_shop_has_its_chat_and_the_desk_hears_it(chromium: Browser, demo: House) -> None:
    desk = log_in(chromium, demo, demo.founded["email"], demo.founded["password"])
    desk.goto(f"{demo.web}/desk/all/")
    expect(desk.locator(".item").first).to_be_visible()
    visitor = chromium.new_page(locale="zh-CN")
    visitor.goto(f"{demo.web}/shop/")

    visitor.get_by_role("button", name="打开对话").click()
    visitor.get_by_role("textbox", name="输入消息").fill("第一次来，想买把壶")
    visitor.keyboard.press("Enter")

    expect(desk.locator(".item", has_text="第一次来，想买把壶")).to_be_visible()
    desk.context.close()
    visitor.close()


def test_who_logs_in_at_the_shop_is_known_to_the_desk(chromium: Browser, demo: House) -> None:
    visitor = chromium.new_page(locale="zh-CN")
    visitor.goto(f"{demo.web}/shop/?as=mei")

    visitor.get_by_role("button", name="打开对话").click()

    expect(visitor.get_by_text("能换个新的壶盖吗").first).to_be_visible()
    visitor.close()
