"""A line that is slow: what one does before the next conversation is here is meant for it, not for the last."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import FRUGAL, slow_down
from tests.journeys.house import House
from tests.journeys.talking import write
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]


@pytest.fixture
def questions(house: House) -> list[str]:
    return [write(house, f"想问一下{what}") for what in ("茶盘", "茶壶", "茶杯")]


@pytest.fixture
def desk(chromium: Browser, house: House, questions: list[str]) -> Iterator[Page]:
    """李工 with the latest conversation open, far away from the server."""
    page = log_in(chromium, house, house.founded["email"], house.founded["password"])
    page.add_init_script(FRUGAL)
    page.goto(f"{house.web}/desk/all/")
    page.locator(".item", has_text=questions[2]).click()
    expect(page.locator("#talk")).to_contain_text(questions[2])
    slow_down(page)
    yield page
    page.context.close()


def test_what_is_typed_early_is_written_to_the_one_that_was_meant(
    desk: Page, questions: list[str]
) -> None:
    for key in "jrhello!":
        desk.keyboard.press(key)

    expect(desk.locator("#talk")).to_contain_text(questions[1])
    expect(desk.locator("#say")).to_be_focused()
    expect(desk.locator("#say")).to_have_value("hello!")
    expect(desk.locator("#draft-state")).to_have_text("草稿已保存")
    desk.locator(".item", has_text=questions[2]).click()
    expect(desk.locator("#talk")).to_contain_text(questions[2])
    expect(desk.locator("#say")).to_have_value("")


def test_an_early_shortcut_acts_on_the_one_that_was_meant(desk: Page, questions: list[str]) -> None:
    meant = desk.locator(".item", has_text=questions[1]).get_attribute("data-id")

    with desk.expect_request("**/assign/") as asked:
        for key in "jt":
            desk.keyboard.press(key)

    assert f"/desk/c/{meant}/assign/" in asked.value.url
    expect(desk.locator("#talk")).to_contain_text(questions[1])
    expect(desk.locator("#head")).to_contain_text("负责人：李工")


def test_going_on_quickly_ends_at_the_last(desk: Page, questions: list[str]) -> None:
    for key in "jj":
        desk.keyboard.press(key)
    expect(desk.locator(".item[aria-current]")).to_contain_text(questions[0])

    expect(desk.locator("#talk")).to_contain_text(questions[0])
    expect(desk.locator("#open")).to_have_attribute("aria-busy", "false")
    assert questions[0] in desk.locator("#talk").inner_text()


def test_nothing_is_pressed_in_what_only_stands_there_until_the_next_comes(
    desk: Page, questions: list[str]
) -> None:
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    desk.keyboard.press("j")
    desk.evaluate("document.querySelector('[data-act=resolve]').click()")

    expect(desk.locator("#talk")).to_contain_text(questions[1])
    assert not [url for url in asked if "/resolve/" in url]


def test_a_line_that_breaks_is_told_and_one_stays_where_one_was(
    desk: Page, questions: list[str]
) -> None:
    desk.route("**/desk/c/*/", lambda route: route.abort())
    desk.keyboard.press("j")

    expect(desk.locator(".toast")).to_be_visible()
    expect(desk.locator(".item[aria-current]")).to_contain_text(questions[2])
    expect(desk.locator("#open")).to_have_attribute("aria-busy", "false")


def composed(page: Page, *syllables: str, ends: str) -> None:
    """Write by an input method: what is composed shows before it is chosen."""
    method = page.context.new_cdp_session(page)
    for so_far in syllables:
        place = {"selectionStart": len(so_far), "selectionEnd": len(so_far)}
        method.send("Input.imeSetComposition", {"text": so_far, **place})
    if ends:
        method.send("Input.insertText", {"text": ends})


def test_what_is_composed_early_is_written_to_the_one_that_was_meant(
    desk: Page, questions: list[str]
) -> None:
    for key in "jr":
        desk.keyboard.press(key)
    composed(desk, "n", "ni", "nihao", ends="你好")
    desk.keyboard.type("!")

    expect(desk.locator("#talk")).to_contain_text(questions[1])
    expect(desk.locator("#say")).to_have_value("你好!")
    expect(desk.locator("#say")).to_be_focused()
    expect(desk.locator(".early")).to_have_count(0)


def test_what_is_still_being_composed_when_it_comes_is_not_broken_off(
    desk: Page, questions: list[str]
) -> None:
    for key in "jr":
        desk.keyboard.press(key)
    composed(desk, "n", "nihao", ends="")
    expect(desk.locator("#talk")).to_contain_text(questions[1])
    expect(desk.locator("#say")).to_have_value("")

    composed(desk, ends="你好")

    expect(desk.locator("#say")).to_have_value("你好")
    expect(desk.locator("#say")).to_be_focused()


def test_keys_wait_for_a_dialog_that_is_coming(desk: Page) -> None:
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    desk.keyboard.press("v")
    desk.keyboard.type("jrt 退货")
    desk.keyboard.press("Backspace")

    expect(desk.locator("#view-editor [name=name]")).to_have_value("jrt 退")
    expect(desk.locator("#view-editor [name=name]")).to_be_focused()
    assert not [url for url in asked if "/assign/" in url]


def test_keys_go_on_in_a_dialog_that_is_coming(desk: Page) -> None:
    desk.keyboard.press("h")
    for key in ("ArrowDown", "Tab"):
        desk.keyboard.press(key)
    composed(desk, "lun", ends="轮班")

    expect(desk.locator("#hand-reason")).to_have_value("轮班")
    expect(desk.locator("#hand-to")).not_to_have_value("")


def test_escape_calls_off_a_dialog_that_is_coming(desk: Page, questions: list[str]) -> None:
    with desk.expect_event("requestfailed", lambda asked: "/wrap-up/" in asked.url):
        for key in ("w", "x", "Escape"):
            desk.keyboard.press(key)
    expect(desk.locator(".early")).to_have_count(0)

    desk.keyboard.press("t")  # the desk hears again

    expect(desk.locator("#head")).to_contain_text("负责人：李工")
    expect(desk.locator("dialog[open]")).to_have_count(0)


def test_a_dialog_after_an_early_key_has_what_was_written_to_it(
    desk: Page, questions: list[str]
) -> None:
    for key in "jv":
        desk.keyboard.press(key)
    composed(desk, "tui", ends="退货")

    expect(desk.locator("#view-editor [name=name]")).to_have_value("退货")
    expect(desk.locator("#talk")).to_contain_text(questions[1])


def test_a_dialog_that_does_not_come_is_told(desk: Page) -> None:
    desk.route("**/desk/views/form/**", lambda route: route.abort())
    for key in "vx":
        desk.keyboard.press(key)

    expect(desk.locator(".toast")).to_be_visible()
    expect(desk.locator(".early")).to_have_count(0)
