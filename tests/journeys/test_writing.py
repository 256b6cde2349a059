"""What is sent can be taken back for a while, and not past what came meanwhile."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.house import House
from tests.journeys.talking import Visitor, visitor
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
ANSWER = "今天下午寄出。"


@pytest.fixture
def mei(house: House) -> Visitor:
    return visitor(house)


@pytest.fixture
def desk(chromium: Browser, house: House, mei: Visitor) -> Iterator[Page]:
    """李工 at the conversation."""
    question = mei.say("什么时候发货？")
    page = log_in(chromium, house, house.founded["email"], house.founded["password"])
    page.goto(f"{house.web}/desk/all/")
    page.locator(".item", has_text=question).click()
    expect(page.locator("#talk")).to_contain_text(question)
    yield page
    page.context.close()


def choose_undo(desk: Page, *, on: bool) -> None:
    desk.locator("summary[aria-label=定时发送]").click()
    with desk.expect_response("**/desk/undo/"):
        desk.locator("#undo-on").set_checked(on)
    desk.keyboard.press("Escape")


def test_an_answer_is_taken_back_by_one_key_and_stands_in_the_composer(desk: Page) -> None:
    choose_undo(desk, on=True)
    desk.fill("#say", ANSWER)
    desk.keyboard.press("Enter")
    expect(desk.locator("#talk .held")).to_contain_text(ANSWER)

    desk.locator("#say").press("Control+z")
    expect(desk.locator("#talk .held")).to_have_count(0)
    expect(desk.locator("#say")).to_have_value(ANSWER)

    choose_undo(desk, on=False)
    desk.locator("#say").press("Enter")
    expect(desk.locator("#talk .msg.ours:not(.held) .state[data-state]")).to_be_visible()


def test_what_came_while_one_wrote_asks_first(desk: Page, mei: Visitor) -> None:
    desk.fill("#say", ANSWER)
    desk.evaluate("document.getElementById('talk').scrollTop = 0")
    with desk.expect_response("**/say/") as answered:
        meanwhile = mei.say("不要了，退款吧。")
        desk.locator("#say").press("Enter")

    assert answered.value.status == 409
    expect(desk.locator("#stale")).to_contain_text(meanwhile)
    expect(desk.locator("#say")).to_have_value(ANSWER)
    desk.locator("[data-stale=send]").click()
    expect(desk.locator("#talk .msg.ours")).to_contain_text(ANSWER)
