"""Two agents on one conversation: each sees what the other does, and nobody's draft is shown about."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.house import House
from tests.journeys.talking import write
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
WANG, PASSWORD = "wang@xiaoman.example", "a second kettle"
JOIN = f"""
from datetime import UTC, datetime
from tongxin.center.accounts.actions import join
from tongxin.center.accounts.models import User, Workspace
from tongxin.center.accounts.values import Role
if not User.objects.filter(email="{WANG}").exists():
    join(workspace_id=Workspace.objects.earliest("pk").pk, email="{WANG}", name="王敏", role=Role.AGENT,
         password="{PASSWORD}", by="house:0", now=datetime.now(UTC))
print(json.dumps(True))
"""

MEANWHILE = """
from tongxin.service.conversations.models import Conversation
theirs = Conversation.objects.filter(last_text="{question}")
print(json.dumps(theirs.update(assignee=None, with_assistant=True)))
"""


@pytest.fixture
def question(house: House) -> str:
    """Somebody writes: return their words, which no other test has."""
    house.ask(JOIN)
    return write(house, "我的快递到哪了？")


@pytest.fixture
def li(chromium: Browser, house: House, question: str) -> Iterator[Page]:
    """李工 at the conversation."""
    page = log_in(chromium, house, house.founded["email"], house.founded["password"])
    yield _at(page, house, question)
    page.context.close()


@pytest.fixture
def wang(chromium: Browser, house: House, question: str) -> Iterator[Page]:
    """王敏 at the same."""
    page = log_in(chromium, house, WANG, PASSWORD)
    yield _at(page, house, question)
    page.context.close()


def _at(page: Page, house: House, question: str) -> Page:
    page.goto(f"{house.web}/desk/all/")
    page.locator(".item", has_text=question).click()
    expect(page.locator("#talk")).to_contain_text(question)
    return page


def test_they_see_each_other_come_and_go(li: Page, wang: Page, house: House) -> None:
    expect(li.locator("#viewers")).to_contain_text("王敏")
    expect(wang.locator("#viewers")).to_contain_text("李工")

    wang.goto(f"{house.web}/desk/all/")
    expect(li.locator("#viewers")).to_be_empty()

    wang.go_back()
    expect(li.locator("#viewers")).to_contain_text("王敏")


def test_they_see_each_other_type_and_pause(li: Page, wang: Page) -> None:
    for one, other, name in ((li, wang, "李工"), (wang, li, "王敏")):
        one.locator("#say").press_sequentially("您好")
        expect(other.locator("#viewers.writes")).to_contain_text(name)

        expect(other.locator("#viewers:not(.writes)")).to_contain_text(name, timeout=9000)


def test_a_draft_stays_with_its_writer_and_a_reply_reaches_both(li: Page, wang: Page) -> None:
    li.locator("#say").press_sequentially("我先查一下")
    expect(li.locator("#draft-state")).to_contain_text("草稿")

    wang.reload()
    expect(wang.locator("#say")).to_have_value("")
    wang.fill("#say", "您的包裹明天送达。")
    wang.keyboard.press("Enter")

    expect(li.locator("#talk")).to_contain_text("您的包裹明天送达。")
    expect(li.locator("#say")).to_have_value("我先查一下")
    expect(li.locator("#viewers")).to_contain_text("王敏")
    li.reload()
    expect(li.locator("#say")).to_have_value("我先查一下")


def test_who_owns_it_changes_before_both(li: Page, wang: Page, question: str) -> None:
    wang.locator("#talk").focus()
    wang.keyboard.press("t")
    expect(li.locator("#head")).to_contain_text("负责人：王敏")
    expect(li.locator(".item", has_text=question)).to_contain_text("王敏")

    li.locator("[data-menu=assign] summary").click()  # an open menu must not hide the news for long
    wang.locator("[data-menu=assign] summary").click()
    wang.locator("[data-menu=assign] .choice", has_text="李工").click()
    expect(wang.locator("#head")).to_contain_text("负责人：李工")
    li.keyboard.press("Escape")
    expect(li.locator("#head")).to_contain_text("负责人：李工")


def test_one_hands_over_with_a_word_and_the_other_is_called(li: Page, wang: Page) -> None:
    li.keyboard.press("t")  # it may have been given to either of them
    expect(li.locator(".head")).to_contain_text("负责人：李工")
    li.keyboard.press("h")
    form = li.locator("[data-hand-form]")
    form.locator("[name=to]").select_option(label=_option(li, "王敏"))
    form.locator("[name=reason]").fill("要懂紫砂的人")
    form.locator("[name=summary]").fill("壶盖运输中碎裂。")
    form.locator("[name=tried]").fill("查过订单\n看过照片")
    form.locator("[name=tried]").press("Control+Enter")

    expect(li.locator("#hand-over")).not_to_be_visible()
    expect(wang.locator("#talk")).to_contain_text("李工 交接给 王敏：要懂紫砂的人")
    expect(wang.locator("#talk .note")).to_contain_text("查过订单")
    expect(wang.locator(".head")).to_contain_text("负责人：王敏")


def test_who_hands_over_too_late_is_told(li: Page, house: House, question: str) -> None:
    li.keyboard.press("h")
    form = li.locator("[data-hand-form]")
    expect(form).to_be_visible()
    house.ask(MEANWHILE.format(question=question))

    back = form.locator("[name=to] option").last.get_attribute("value")
    form.locator("[name=to]").select_option(back)
    form.locator("[name=reason]").fill("换班")
    form.locator("button.primary").click()

    expect(form.locator("[data-problem]")).to_contain_text("会话已由他人接手")


def _option(page: Page, name: str) -> str:
    """Return a member's line in the dialog, which tells their presence, too."""
    return str(page.locator("#hand-to option", has_text=name).inner_text())
