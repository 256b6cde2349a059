"""Two conversations become one at the desk, and two again; a message goes on by itself."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.house import House
from tests.journeys.talking import write
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]


def test_a_merge_and_a_split_and_both_undone(chromium: Browser, house: House) -> None:
    first, second = write(house, "壶盖碎了"), write(house, "还有杯子")
    page = log_in(chromium, house, house.founded["email"], house.founded["password"])
    colleague = log_in(chromium, house, house.founded["email"], house.founded["password"])
    for one in (page, colleague):
        one.goto(f"{house.web}/desk/all/")
        one.locator(".item", has_text=second).click()
        expect(one.locator("#talk")).to_contain_text(second)
    number = number_of(page)
    stays = page.locator(".item", has_text=first).get_attribute("data-id")

    page.goto(f"{house.web}/desk/all/{stays}/")
    other = number_of(page)
    page.locator(".item", has_text=second).click()
    expect(page.locator("#talk")).to_contain_text(second)
    page.locator('[data-menu="more"] > summary').click()
    page.locator("[data-merge-open]").click()
    page.fill(".merge-find", other)
    page.locator("#merge-found .choice").first.click()
    expect(page.locator("#merge .cautions")).to_contain_text("两位不同的用户")
    page.locator("[data-merge-form] .primary").click()

    for one in (page, colleague):  # both windows go along
        expect(one.locator("#talk")).to_contain_text(first)
        expect(one.locator("#talk .origin")).to_contain_text(number)
    expect(page.locator("#answer-to option")).to_have_count(2)
    expect(page.locator(".item", has_text=first)).to_have_count(
        0
    )  # the latest words are the other's
    page.locator("#toasts button").click()
    expect(page.locator("#talk .origin")).to_have_count(0)
    expect(page.locator("#talk")).to_contain_text("撤销了合并")

    page.fill("#say", "马上看。")
    page.press("#say", "Enter")
    expect(page.locator(".msg.ours")).to_contain_text("马上看。")
    page.locator('[data-menu="more"] > summary').click()
    page.locator("[data-split-open]").click()
    page.locator(".msg.theirs [data-split-pick]").check()
    page.locator("[data-split-go]").click()
    expect(page.locator(".tags .link-to")).to_contain_text("拆分自")
    expect(page.locator("#talk")).to_contain_text(first)
    page.locator('[data-menu="more"] > summary').click()
    page.locator('[data-act="regroup-undo"]').click()
    expect(page.locator("#talk")).to_contain_text("马上看。")
    for one in (page, colleague):
        one.context.close()


def number_of(page: Page) -> str:
    """Return the number of the open conversation, as ``#12``."""
    return page.locator("#head .tiny.muted.clip").inner_text().split("·")[0].strip()
