"""What is refused is told at the field it is about: seen, heard, and where the focus is."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.house import House
from tests.journeys.talking import write
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]


@pytest.fixture
def desk(chromium: Browser, house: House) -> Iterator[Page]:
    page = log_in(chromium, house, house.founded["email"], house.founded["password"])
    yield page
    page.context.close()


def is_wrong(field: Locator, why: str) -> None:
    """Look that a field says what is wrong with it, to everybody."""
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(why)
    line = field.page.locator(f"#{field.get_attribute('aria-describedby')}".split()[0])
    expect(line).to_be_visible()
    expect(line).to_have_text(why)
    found = Axe().run(field.page)
    assert not found.response["violations"], found.generate_report()


def opened(desk: Page, house: House) -> None:
    asked = write(house, "想问一下茶海")
    desk.goto(f"{house.web}/desk/all/")
    desk.locator(".item", has_text=asked).click()
    expect(desk.locator("#talk")).to_contain_text(asked)


def test_a_dialog_says_it_at_the_field(desk: Page, house: House) -> None:
    opened(desk, house)
    desk.keyboard.press("h")
    desk.locator("#hand-to").select_option(index=1)
    desk.locator("#hand-reason").fill("   ")
    desk.keyboard.press("Control+Enter")

    reason = desk.locator("#hand-reason")
    is_wrong(reason, "请说明交接原因。")
    expect(desk.locator("#hand-over [data-problem]")).to_be_empty()

    reason.fill("换班")
    expect(reason).not_to_have_attribute("aria-invalid", "true")
    expect(desk.locator("#hand-over .field-error")).to_have_count(0)


def test_a_field_within_its_label_keeps_its_name(desk: Page, house: House) -> None:
    desk.goto(f"{house.web}/desk/all/")
    expect(desk.locator("body.connected")).to_be_visible()
    desk.keyboard.press("v")
    name = desk.locator("#view-editor [name=name]")
    name.fill("   ")
    name.press("Enter")

    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_accessible_name("视图名称")
    expect(name).to_be_focused()


def test_a_form_of_the_settings_comes_back_with_it(desk: Page, house: House) -> None:
    desk.goto(f"{house.web}/studio/topics/")
    add = desk.locator("form[action$='/studio/topics/'] [name=name]")
    for _twice in range(2):
        add.fill("退换货")
        add.press("Enter")

    is_wrong(add, "已有同名主题。")
    expect(add).to_have_value("退换货")


def test_a_form_in_a_row_has_again_what_was_given(desk: Page, house: House) -> None:
    desk.goto(f"{house.web}/studio/topics/")
    add = desk.locator("form[action$='/studio/topics/'] [name=name]")
    for name in ("物流", "发票"):
        add.fill(name)
        add.press("Enter")
        expect(desk.locator(f"input[name=name][value={name}]")).to_have_count(1)

    row = desk.locator("input[name=name][value=物流]")
    desk.locator("details", has=row).locator("summary").click()
    row.fill("发票")
    row.press("Enter")

    is_wrong(row, "已有同名主题。")
    expect(row).to_have_value("发票")
