"""A person writes, an agent answers: the main job, walked with two browsers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.house import House
from tongxin.project.demo.loading import broken_lid

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
QUESTION = "你好，昨天收到的壶盖碎了，能换一个吗？"
ANSWER = "您好！破损 7 天内免费换货，这就为您补发。"


@pytest.fixture
def mei(chromium: Browser, house: House) -> Iterator[Page]:
    """小梅 at the shop's page, in Chinese."""
    context = chromium.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{house.web}/shop/?inbox={house.inbox}")
    yield page
    context.close()


@pytest.fixture
def desk(chromium: Browser, house: House) -> Iterator[Page]:
    """李工 at the desk."""
    page = log_in(chromium, house, house.founded["email"], house.founded["password"])
    page.goto(f"{house.web}/desk/all/")  # whoever else is online may be given what comes
    expect(page.locator("body.connected")).to_be_visible()
    yield page
    page.context.close()


def _is_seen(icon: Locator) -> None:
    """Its lines have another colour than what is behind them, also under the mouse."""
    icon.hover(force=True)
    ink, paper = icon.evaluate(
        "place => [getComputedStyle(place).color, getComputedStyle(place).backgroundColor]"
    )
    assert ink != paper


def log_in(chromium: Browser, house: House, email: str, password: str) -> Page:
    """Open the desk as somebody; by their password only where no earlier story of this house has come in so."""
    context = chromium.new_context(
        locale="zh-CN", viewport={"width": 1440, "height": 900}, storage_state=house.entered.get(email)
    )  # fmt: skip
    page = context.new_page()
    page.goto(f"{house.web}/desk/")
    if "/account/login/" in page.url:
        page.fill("#id_login", email)
        page.fill("#id_password", password)
        page.click("button.primary")
        page.wait_for_url("**/desk/**")
        house.entered[email] = {"cookies": context.cookies(), "origins": []}
    return page


def test_a_person_writes_is_answered_and_rates(mei: Page, desk: Page, tmp_path: Path) -> None:
    picture = tmp_path / "盖子.png"
    picture.write_bytes(broken_lid())

    mei.get_by_role("button", name="打开对话").click()
    mei.get_by_role("textbox", name="输入消息").fill(QUESTION)
    mei.keyboard.press("Enter")
    desk.locator(".item", has_text=QUESTION).click()
    expect(desk.locator("#talk")).to_contain_text(QUESTION)

    mei.locator('input[type="file"]').set_input_files(picture)
    mei.get_by_role("button", name="发送", exact=True).click()
    expect(desk.locator("#talk .shot img")).to_be_visible()

    desk.fill("#say", ANSWER)
    desk.keyboard.press("Enter")
    expect(mei.get_by_text(ANSWER)).to_be_visible()
    expect(desk.locator("#talk .state[data-state=read]")).to_be_visible()

    desk.locator("[data-act=resolve]").click()
    mei.get_by_role("radio", name="很满意", exact=True).check(force=True)
    _is_seen(mei.locator(".faces :checked + .icon"))
    mei.get_by_role("radio", name="已解决").check(force=True)
    mei.get_by_role("button", name="提交评价").click()

    expect(desk.locator(".rating")).to_contain_text("已解决")
    expect(desk.locator("#person .line")).to_contain_text("评价 5 分")


def test_a_picture_that_cannot_be_shown_stands_as_a_file(
    desk: Page, mei: Page, tmp_path: Path
) -> None:
    picture = tmp_path / "裂口.png"
    picture.write_bytes(broken_lid())
    desk.route("**/files/**", lambda route: route.abort())

    mei.get_by_role("button", name="打开对话").click()
    mei.get_by_role("textbox", name="输入消息").fill("壶口裂了")
    mei.keyboard.press("Enter")
    desk.locator(".item", has_text="壶口裂了").click()
    mei.locator('input[type="file"]').set_input_files(picture)
    mei.get_by_role("button", name="发送", exact=True).click()

    expect(desk.locator("#talk a.file")).to_contain_text("裂口.png")
    desk.reload()
    expect(desk.locator("#talk a.file")).to_contain_text("裂口.png")


def test_the_desk_is_accessible(desk: Page, house: House) -> None:
    for place in ("/desk/waiting/", "/desk/all/", "/desk/snoozed/", "/desk/search/?q=退款"):
        desk.goto(house.web + place)

        found = Axe().run(desk)

        assert not found.response["violations"], found.generate_report()
