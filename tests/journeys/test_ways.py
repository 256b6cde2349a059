"""What a channel still allows is known before one types; where it is closed, one goes on another way."""

from collections.abc import Mapping
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.journeys.house import House
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
# Somebody writes by mail; with two others the channel's window is nearly, or all, over.
WRITE = """
from datetime import UTC, datetime
from tongxin.center.accounts.actions import found_workspace
from tongxin.center.accounts.models import Member
from tongxin.center.accounts.queries import actor_of
from tongxin.center.kit.ids import public_id
from tongxin.project.demo.elsewhere import let_write_elsewhere
from tongxin.service.conversations.models import Conversation
now = datetime.now(UTC)
shop = found_workspace(name="渠道店", language="zh-hans", owner_email="{email}", owner_name="李工",
    password="ways-ways-42", now=now)
owner = actor_of(workspace_id=shop.pk, label="member:" + str(Member.objects.get(workspace=shop).pk))
let_write_elsewhere({{"li": owner, "anna": owner}}, now)
here = Conversation.objects.filter(workspace_id=shop.pk, person__name__in={people})
print(json.dumps({{name: public_id("conv", pk) for name, pk in here.values_list("person__name", "pk")}}))
"""
# What its channel is given to carry, once the relay has brought it there.
CARRIED = """
import time
from tongxin.service.channels.models import Departure
until = time.monotonic() + 60
while not (found := Departure.objects.filter(payload__template__isnull=False).first()) and time.monotonic() < until:
    time.sleep(0.2)
print(json.dumps(found and found.payload["template"]))
"""

# What was typed last is found a moment later, when somebody has gone on from the filter already.
FOUND_ANEW = """filter => new Promise(found => {
  document.addEventListener("htmx:afterSettle", found, { once: true });
  filter.value = "订单";
  filter.dispatchEvent(new Event("input", { bubbles: true }));
}).then(() => null)"""


def opened(chromium: Browser, house: House, *people: str) -> tuple[Page, Mapping[str, str]]:
    """Return the desk of a shop of its own, and the conversations of these people there."""
    email = f"{uuid4().hex[:8]}@ways.example"
    talks = house.ask(WRITE.format(email=email, people=list(people)))
    return log_in(chromium, house, email, "ways-ways-42"), talks


def test_a_closed_window_leads_to_another_way(chromium: Browser, house: House) -> None:
    desk, talks = opened(chromium, house, "苏禾", "顾行")
    desk.goto(f"{house.web}/desk/all/{talks['苏禾']}/")
    expect(desk.locator("#ways .limit")).to_contain_text("还可发 1 条（共 5 条）")
    desk.fill("#say", "长" * 700)
    expect(desk.locator("#too-long")).to_contain_text("700 / 680")
    formats = desk.get_by_role("toolbar", name="格式")
    expect(formats).to_have_count(0)  # nothing is bold there
    desk.locator("#tab-note").click()
    expect(formats).to_be_visible()
    desk.locator("#tab-reply").click()
    letter = FilePayload(name="说明书.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4")
    desk.set_input_files("#files", [letter])
    expect(desk.locator(".toast").last).to_contain_text("可以发：jpeg, png")
    expect(desk.locator("#attached li")).to_have_count(0)
    desk.locator("#say").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#say")).to_have_value("长" * 700)  # it did not go
    desk.fill("#say", "")

    desk.goto(f"{house.web}/desk/all/{talks['顾行']}/")
    expect(desk.locator("body.connected")).to_be_visible()
    expect(desk.locator("#ways .limit")).to_contain_text("对方再次来消息后才能发送")
    desk.locator(".failure [data-way]").click()
    expect(desk.locator("#say")).to_have_value("12 月 6 日和 13 日都可以，每位 168 元。")
    expect(desk.locator("#tab-reply")).to_contain_text("邮箱")
    expect(desk.locator("#ways .limit")).to_have_count(0)
    expect(desk.get_by_role("toolbar", name="格式")).to_be_visible()
    expect(desk.locator("#answer-to")).to_contain_text("gu.xing@post.example")
    desk.locator("#say").press("Enter")

    expect(desk.locator("#talk .msg.ours").last).to_contain_text("每位 168 元")
    expect(desk.locator("#say")).to_have_value("")
    expect(
        desk.locator("#talk .fact", has_text="改用 邮箱 gu.xing@post.example 回复")
    ).to_be_visible()
    desk.context.close()


def test_where_the_window_is_closed_a_template_is_chosen(chromium: Browser, house: House) -> None:
    desk, talks = opened(chromium, house, "Léa Martin")
    desk.goto(f"{house.web}/desk/all/{talks['Léa Martin']}/")
    expect(desk.locator("body.connected")).to_be_visible()
    expect(desk.locator("#ways .limit")).to_contain_text("对方再次来消息后才能发送")

    desk.locator("#ways button").first.click()
    dialog = desk.locator("#templates")
    expect(dialog.locator(".template")).to_have_count(4)
    desk.keyboard.type("订")
    expect(dialog.locator(".template")).to_have_count(1)
    desk.keyboard.press("ArrowDown")
    dialog.get_by_role("searchbox").evaluate(FOUND_ANEW)
    expect(dialog.locator(".template:focus")).to_have_count(1)
    desk.keyboard.press("Enter")
    for value in ("Léa", "TX-2087", "周五"):
        expect(dialog.locator("input:focus")).to_have_value("")
        desk.keyboard.type(value)
        desk.keyboard.press("Tab")
    said = "Léa您好，您的订单 TX-2087 已发出，预计 周五 送达。"
    expect(dialog.locator("blockquote")).to_have_text(said)
    desk.keyboard.press("Control+Enter")

    expect(dialog).not_to_be_visible()
    expect(desk.locator("#talk .msg.ours").last).to_contain_text(said)
    carried = house.ask(CARRIED)
    assert carried["name"] == "order_shipped"
    assert [one["text"] for one in carried["components"][0]["parameters"]] == [
        "Léa",
        "TX-2087",
        "周五",
    ]
    desk.context.close()
