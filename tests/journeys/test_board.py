"""The board in a browser: cards go from column to column by mouse and by keys, and back again."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import slow_down
from tests.journeys.house import House
from tests.journeys.talking import write
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]


@pytest.fixture
def board(chromium: Browser, house: House) -> Iterator[Page]:
    page = log_in(chromium, house, house.founded["email"], house.founded["password"])
    page.goto(f"{house.web}/desk/all/")
    expect(page.locator("body.connected")).to_be_visible()
    page.keyboard.press("v")
    page.locator("#view-editor [name=name]").fill("看板")
    page.locator("#view-editor [name=layout]").select_option("board")
    page.locator("#view-editor [name=name]").press("Enter")
    page.wait_for_url(f"{house.web}/desk/view_*/")
    expect(page.locator("#board")).to_be_visible()
    expect(page.locator("body.connected")).to_be_visible()
    yield page
    page.context.close()


def card(board: Page, lane: str, text: str) -> Locator:
    return board.locator(f"#lane-{lane} .pickable", has_text=text)


def test_a_card_is_dragged_and_what_was_done_can_be_undone(board: Page, house: House) -> None:
    said = write(house, "壶嘴断了")
    expect(card(board, "new", said)).to_be_visible()

    card(board, "new", said).drag_to(board.locator("#cards-on_hold"))
    expect(card(board, "on_hold", said)).to_be_visible()
    expect(card(board, "on_hold", said).locator(".chip", has_text="挂起")).to_be_visible()
    card(board, "on_hold", said).drag_to(board.locator("#cards-resolved"))
    expect(card(board, "resolved", said)).to_be_visible()
    board.locator(".toast", has_text="已解决").get_by_role("button").click()
    expect(card(board, "on_hold", said)).to_be_visible()


def test_a_card_is_moved_by_keys_and_opened_beside_nothing(board: Page, house: House) -> None:
    said = write(house, "礼盒有几种")
    expect(card(board, "new", said)).to_be_visible()

    card(board, "new", said).locator("a.item").focus()
    board.keyboard.press("]")
    expect(card(board, "open", said)).to_be_visible()
    expect(card(board, "open", said).locator("a.item")).to_be_focused()
    board.keyboard.press("]")
    expect(card(board, "waiting", said)).to_be_visible()
    board.keyboard.press("[")
    expect(card(board, "open", said)).to_be_visible()
    card(board, "open", said).locator("a.item").press("Enter")
    expect(board.locator("#talk")).to_contain_text(said)
    board.keyboard.press("u")
    expect(card(board, "open", said)).to_be_visible()


def test_quick_moves_over_a_slow_line_end_where_they_were_meant_to(
    board: Page, house: House
) -> None:
    """Whatever the server answered to an earlier move, the screen shows the latest."""
    said = write(house, "盖碗多大")
    expect(card(board, "new", said)).to_be_visible()
    slow_down(board)

    card(board, "new", said).locator("a.item").focus()
    for key, lane in ("]", "open"), ("]", "waiting"), ("]", "on_hold"), ("[", "waiting"):
        board.keyboard.press(key)
        expect(card(board, lane, said)).to_be_visible()
        for _look in range(8):  # the answer to an earlier one may come now: at no moment it is seen
            board.wait_for_timeout(50)
            assert card(board, lane, said).is_visible()
    card(board, "waiting", said).locator("a.item").press("Enter")
    expect(board.locator("#talk")).to_contain_text(said)
    board.keyboard.press("u")

    expect(card(board, "waiting", said)).to_be_visible()


def test_the_board_is_well_built(board: Page, house: House) -> None:
    said = write(house, "你好")
    expect(card(board, "new", said)).to_be_visible()
    found = Axe().run(board, options={"runOnly": ["wcag2a", "wcag2aa"]})

    assert not found.response["violations"], found.generate_report()
