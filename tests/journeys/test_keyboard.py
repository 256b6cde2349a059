"""The desk without a mouse: every shortcut of the `?` list does what it says."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.house import House
from tests.journeys.talking import write
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
PLACES = {"w": "waiting", "m": "mine", "u": "unassigned", "s": "snoozed", "a": "all"}


@pytest.fixture
def questions(house: House) -> list[str]:
    return [write(house, "想问一下茶壶"), write(house, "想问一下茶杯")]


@pytest.fixture
def desk(chromium: Browser, house: House, questions: list[str]) -> Iterator[Page]:
    """李工 at the latest two conversations."""
    page = log_in(chromium, house, house.founded["email"], house.founded["password"])
    page.goto(f"{house.web}/desk/all/")
    expect(page.locator(".item", has_text=questions[1])).to_be_visible()
    yield page
    page.context.close()


def press(desk: Page, *keys: str) -> None:
    for key in keys:
        desk.keyboard.press(key)


def test_j_and_k_go_through_the_list(desk: Page, questions: list[str]) -> None:
    older, newest = questions
    for key, wanted in (("j", newest), ("j", older), ("k", newest)):
        press(desk, key)
        expect(desk.locator("#talk")).to_contain_text(wanted)


def test_r_and_n_write_and_escape_leaves(desk: Page, questions: list[str]) -> None:
    press(desk, "j")
    expect(desk.locator("#talk")).to_contain_text(questions[1])

    for key, tab in (("n", "#tab-note"), ("r", "#tab-reply")):
        press(desk, key)
        expect(desk.locator("#say")).to_be_focused()
        expect(desk.locator(tab)).to_have_attribute("aria-selected", "true")
        press(desk, "Escape")
        expect(desk.locator("#say")).not_to_be_focused()

    press(desk, "r")
    desk.keyboard.type("马上为您查")
    press(desk, "Enter")
    expect(desk.locator("#talk .msg.ours")).to_contain_text("马上为您查")


def test_the_tabs_of_reply_and_note_are_walked_by_arrows(desk: Page, questions: list[str]) -> None:
    press(desk, "j")
    desk.locator("#tab-reply").focus()
    press(desk, "ArrowRight")

    expect(desk.locator("#tab-note")).to_be_focused()
    expect(desk.locator("#tab-note")).to_have_attribute("aria-selected", "true")


def test_t_a_s_e_and_l_act_on_the_conversation(desk: Page, questions: list[str]) -> None:
    press(desk, "j")
    expect(desk.locator("#talk")).to_contain_text(questions[1])
    press(desk, "t")
    expect(desk.locator("#head")).to_contain_text("负责人：李工")

    for key, menu in (("a", "assign"), ("s", "snooze")):
        press(desk, key)
        expect(desk.locator(f"[data-menu={menu}] .menu-list")).to_be_visible()
        _has_focus(desk.locator(f"[data-menu={menu}] .menu-list"))
        press(desk, "Escape")
        expect(desk.locator(f"[data-menu={menu}] summary")).to_be_focused()

    press(desk, "l")
    desk.keyboard.type("茶具")
    press(desk, "Enter")
    expect(desk.locator("#head .chip", has_text="茶具")).to_be_visible()

    press(desk, "e")
    expect(desk.locator("[data-act=reopen]")).to_be_visible()
    press(desk, "e")
    expect(desk.locator("[data-act=resolve]")).to_be_visible()


def test_slash_searches_g_goes_and_the_list_opens(desk: Page, house: House) -> None:
    press(desk, "/")
    expect(desk.locator("#find")).to_be_focused()
    press(desk, "Escape")

    press(desk, "?")
    expect(desk.locator("#help")).to_be_visible()
    press(desk, "Escape")
    expect(desk.locator("#help")).not_to_be_visible()

    for key, view in PLACES.items():
        press(desk, "g", key)
        desk.wait_for_url(f"{house.web}/desk/{view}/")


def _has_focus(place: Locator) -> None:
    expect(place.locator(":focus")).to_have_count(1)
