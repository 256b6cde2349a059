"""Views and commands without a mouse: the palette, the list of shortcuts, the form of a view."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.journeys.house import House, wait_for
from tests.journeys.talking import write
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]


@pytest.fixture
def desk(chromium: Browser, house: House) -> Iterator[Page]:
    said = write(house, "请问几点开门")
    page = log_in(chromium, house, house.founded["email"], house.founded["password"])
    page.goto(f"{house.web}/desk/all/")
    expect(page.locator(".item", has_text=said)).to_be_visible()
    expect(page.locator("body.connected")).to_be_visible()
    yield page
    page.context.close()


def chosen(desk: Page) -> str:
    """The option that the field says is active, as a screen reader finds it."""
    option = desk.locator("#palette-text").get_attribute("aria-activedescendant")
    return desk.locator(f"#{option}[role=option][aria-selected=true]").inner_text()


def test_a_command_is_found_by_pinyin_english_and_chinese(desk: Page) -> None:
    for typed in ("jjh", "resolve or", "解决或"):
        desk.keyboard.press("Control+k")
        expect(desk.locator("#palette-text")).to_be_focused()
        desk.keyboard.type(typed)
        expect(desk.locator("#palette-list [role=option]").first).to_contain_text("解决或重新打开")
        assert "解决或重新打开" in chosen(desk)
        desk.keyboard.press("Escape")


def test_arrows_walk_and_enter_does_it(desk: Page, house: House) -> None:
    desk.keyboard.press("Control+k")
    desk.keyboard.type("go to waiting")
    expect(desk.locator("#palette-list [role=option]").first).to_be_visible()
    first = chosen(desk)
    desk.locator("#palette-text").fill("go to")
    before = chosen(desk)
    desk.keyboard.press("ArrowDown")
    assert chosen(desk) != before
    desk.keyboard.press("ArrowUp")
    assert chosen(desk) == before
    desk.locator("#palette-text").fill("go to waiting")
    assert chosen(desk) == first
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"{house.web}/desk/waiting/")


def test_what_cannot_be_done_here_is_told_for_what_it_is(desk: Page) -> None:
    def told(words: str) -> None:
        desk.keyboard.press("Control+k")
        desk.keyboard.type("call the person")
        desk.keyboard.press("Enter")
        expect(desk.locator("#toasts")).to_contain_text(words)

    told("请先打开一个会话")
    desk.locator(".item").first.click()
    expect(desk.locator("main.thread")).to_be_visible()
    told("目前没有可以这样操作的内容")


def test_a_conversation_is_found_by_its_number(desk: Page) -> None:
    desk.keyboard.press("Control+k")
    desk.keyboard.type("1")
    found = desk.locator("#palette-list [role=option]", has_text="#1 ")
    expect(found).to_be_visible()
    found.click()
    desk.wait_for_url("**/desk/all/conv_*/")


def test_the_palette_and_the_list_of_shortcuts_say_the_same(desk: Page) -> None:
    told = desk.evaluate("JSON.parse(document.getElementById('desk').dataset.commands)")
    desk.keyboard.press("?")
    listed = desk.locator("#help [data-command]").evaluate_all(
        "all => all.map(one => [one.dataset.command, one.querySelector('dd').textContent])"
    )
    desk.keyboard.press("Escape")

    assert listed == [[one["id"], one["name"]] for one in told if one["keys"]]


def test_the_palette_is_well_built(desk: Page) -> None:
    desk.keyboard.press("Control+k")
    expect(desk.locator("#palette-list [role=option]").first).to_be_visible()
    found = Axe().run(desk, options={"runOnly": ["wcag2a", "wcag2aa"]})

    assert not found.response["violations"], found.generate_report()


def test_a_list_is_saved_as_a_view_by_keyboard(desk: Page, house: House) -> None:
    desk.keyboard.press("v")
    expect(desk.locator("#view-editor [name=name]")).to_be_focused()
    found = Axe().run(desk, options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert not found.response["violations"], found.generate_report()
    desk.keyboard.type("今天的")
    desk.locator("#view-editor [name=layout]").select_option("table")
    desk.keyboard.press("Tab")
    desk.locator("#view-editor [name=name]").press("Enter")

    desk.wait_for_url(f"{house.web}/desk/view_*/")
    expect(desk.locator("#list-head h1")).to_have_text("今天的")
    expect(desk.locator(".sheet tbody tr").first).to_be_visible()
    place = desk.locator("#views [data-place]", has_text="今天的").get_attribute("data-place") or ""
    desk.keyboard.press("g")
    desk.keyboard.press("a")
    desk.wait_for_url(f"{house.web}/desk/all/")
    desk.keyboard.press("g")
    desk.keyboard.press(place)
    desk.wait_for_url(f"{house.web}/desk/view_*/")
    expect(desk.locator("#list-head h1")).to_have_text("今天的")


def test_how_the_desk_looks_is_remembered(desk: Page) -> None:
    for command, name, value in (("行距", "density", "compact"), ("两栏", "panes", "2")):
        desk.keyboard.press("Control+k")
        desk.keyboard.type(command)
        with desk.expect_response("**/desk/looks/"):
            desk.keyboard.press("Enter")
        desk.reload()
        expect(desk.locator("#desk")).to_have_attribute(f"data-{name}", value)
        expect(desk.locator("body.connected")).to_be_visible()
    for command in ("行距", "两栏"):
        desk.keyboard.press("Control+k")
        desk.keyboard.type(command)
        with desk.expect_response("**/desk/looks/"):
            desk.keyboard.press("Enter")


def test_what_a_search_found_stays_when_somebody_writes(desk: Page, house: House) -> None:
    words = write(house, "找一把紫砂壶")
    found = desk.locator("#rows .item")

    def is_found() -> bool:  # it is indexed in a moment
        desk.goto(f"{house.web}/desk/search/?q={words.rpartition(' ')[2]}")
        return found.count() == 1

    wait_for(is_found, 30)
    expect(desk.locator("body.connected")).to_be_visible()

    with desk.expect_response(lambda answer: "/rows/" in answer.url):
        write(house, "在吗")

    expect(desk.locator("#rows .item")).to_have_count(1)
    expect(desk.locator("#rows")).to_contain_text(words.rpartition(" ")[2])
