"""The desk for somebody who hears it: what Chromium tells a screen reader, and in which order."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.hands import Hands, at_desk
from tests.journeys.house import House
from tests.journeys.talking import Visitor, visitor
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
LANDMARKS = {"navigation", "main", "region", "complementary", "search"}
# What live regions would say, in order: all that is added to them from now on, but what is hidden.
LISTEN = """() => {
  window.heard = [];
  new MutationObserver((changes) => {
    for (const change of changes)
      for (const node of change.addedNodes) {
        const place = change.target;
        const region = place.closest?.("[aria-live], [role=log], [role=status], [role=alert]");
        const said = node.textContent.replace(/\\s+/g, " ").trim();
        const hidden = node.nodeType === 1 && node.closest("[aria-hidden=true]");
        if (region && region.ariaLive !== "off" && said && !hidden) window.heard.push(said);
      }
  }).observe(document.body, { childList: true, subtree: true });
}"""


@pytest.fixture
def mei(house: House) -> Visitor:
    return visitor(house)


@pytest.fixture(scope="module")
def logged_in(chromium: Browser, house: House) -> Iterator[BrowserContext]:
    """The browser in which 李工 came in, once for all of these stories."""
    page = log_in(chromium, house, house.founded["email"], house.founded["password"])
    yield page.context
    page.context.close()


@pytest.fixture
def desk(logged_in: BrowserContext, house: House) -> Iterator[Hands]:
    """李工 at all conversations."""
    page = logged_in.new_page()
    yield at_desk(page, house)
    page.close()


def tree(page: Page) -> list[dict[str, Any]]:
    """Return what a screen reader is given of the page: role, name and properties of each part."""
    line = page.context.new_cdp_session(page)
    nodes = line.send("Accessibility.getFullAXTree")["nodes"]
    line.detach()
    return [
        {
            "role": node["role"]["value"],
            "name": node.get("name", {}).get("value", ""),
            **{one["name"]: one["value"].get("value") for one in node.get("properties", [])},
        }
        for node in nodes
        if not node["ignored"]
    ]


def named(page: Page, role: str) -> list[str]:
    return [str(part["name"]) for part in tree(page) if part["role"] == role]


def test_the_list_is_found_and_each_row_says_who_what_and_since_when(
    desk: Hands, mei: Visitor
) -> None:
    page, words = desk.page, mei.say("壶嘴断了")
    row = page.locator(".rows .item", has_text=words)
    expect(row).to_be_visible()

    parts = tree(page)
    landmarks = [(one["role"], one["name"]) for one in parts if one["role"] in LANDMARKS]
    assert ("navigation", "主导航") in landmarks
    assert ("region", "会话") in landmarks
    assert sum(role == "main" for role, _name in landmarks) == 1
    assert [one["name"] for one in parts if one["role"] == "heading" and one["level"] == 1] == [
        "全部"
    ]
    assert any(one["role"] == "list" and one["name"] == "会话" for one in parts)
    name = next(one["name"] for one in parts if one["role"] == "link" and words in one["name"])
    held = r"( \S+)?"  # somebody online in another story may have been given it
    assert re.fullmatch(rf"访客 \w+ 已等待 刚刚 {words} 1 条未回复{held}", name)


def test_a_talk_is_opened_read_in_order_and_answered(desk: Hands, mei: Visitor) -> None:
    page, words = desk.page, mei.say("壶盖碎了")
    desk.open_talk(words)
    assert page.title().startswith("访客 ")
    assert " · #" in page.title()
    assert named(page, "main") == [page.locator("#subject").inner_text()]
    page.evaluate(LISTEN)
    desk.press("n")
    desk.type("运输中碎的")
    desk.press("Enter")
    expect(page.locator("#talk .note")).to_contain_text("运输中碎的")
    desk.press("Escape", "r")
    desk.type("马上补发。")
    desk.press("Enter")
    expect(page.locator("#talk .msg.ours .state[data-state]")).to_be_visible()
    more = mei.say("谢谢")
    expect(page.locator("#talk")).to_contain_text(more)

    said = [name for name in named(page, "article") if name]
    assert [re.sub(r"[ ,]*\d\d:\d\d$", "", name) for name in said] == [
        said[0].rpartition(",")[0], "备注 · 李工", "李工", said[0].rpartition(",")[0],
    ]  # fmt: skip
    levels = [one["level"] for one in tree(page) if one["role"] == "heading"]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    heard = page.evaluate("window.heard.join(' | ')")
    for news in ("运输中碎的", "马上补发。", more):
        assert heard.count(news) == 1, heard  # not twice: as it is sent, and as it was
    assert re.search(r"马上补发。.*已(发送|送达|读)", heard)


def test_the_parts_of_the_desk_follow_each_other_as_one_reads(desk: Hands, mei: Visitor) -> None:
    page, words = desk.page, mei.say("有货吗")
    desk.open_talk(words)
    order = []
    for _step in range(9):
        desk.press("F6")
        order.append(page.evaluate(WHERE))
    first = order.index(".views")
    assert [*order[first:], *order[:first]][:6] == [
        ".views", ".list", "#talk", "#compose", "#person", ".rail",
    ]  # fmt: skip

    stops = _stops(desk, since="#talk", until="#send")
    assert stops.index("tab-reply") < stops.index("say") < stops.index("send")


WHERE = """() => [".views", ".list", "#talk", "#compose", "#person", ".rail"]
  .find((part) => document.activeElement.closest(part))"""


def test_dialogs_keep_the_focus_and_give_it_back(desk: Hands, mei: Visitor) -> None:
    page, words = desk.page, mei.say("能换吗")
    desk.open_talk(words)
    opener = page.locator("[data-menu=more] > summary")
    desk.go_to(opener)
    desk.press("Enter")
    desk.choose(page.locator("[data-menu=more]"), "合并")
    dialog = page.locator("#merge")
    expect(page.locator(".merge-find")).to_be_focused()
    told = next(one for one in tree(page) if one["role"] == "dialog")
    assert (told["name"], told["modal"]) == ("合并会话", True)
    for _step in range(30):
        desk.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('#merge')"
        )
    desk.press("Escape")
    expect(dialog).not_to_be_visible()
    expect(opener).to_be_focused()
    expanded = [one for one in tree(page) if one["role"] == "DisclosureTriangle"]
    assert all(one["name"] and not one["expanded"] for one in expanded)


def test_what_is_wrong_is_tied_to_its_field(chromium: Browser, house: House) -> None:
    page = chromium.new_page(locale="zh-CN")
    page.goto(f"{house.web}/account/password/reset/")
    hands = Hands(page)
    hands.go_to(page.locator("#id_email"))
    hands.type("somebody@nowhere")
    hands.press("Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_be_visible()

    field = next(one for one in tree(page) if one["role"] == "textbox")
    assert field["invalid"] == "true"
    expect(page.locator("#id_email")).to_have_accessible_description(alert.inner_text())
    page.close()


def test_an_open_talk_and_the_pages_beside_are_well_built(
    desk: Hands, mei: Visitor, house: House
) -> None:
    page, words = desk.page, mei.say("多少钱")
    desk.open_talk(words)
    for command in "显示用户", "拆分出部分消息":
        desk.command(command)
        _is_well_built(page)
    for place in "wall", "notices", "people":
        page.goto(f"{house.web}/desk/{place}/")
        _is_well_built(page)


def _is_well_built(page: Page) -> None:
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()


def _stops(hands: Hands, *, since: str, until: str) -> list[str]:
    """Return the ids of the places that Tab stops at on the way."""
    page = hands.page
    hands.go_to(page.locator(since), "F6")
    stops: list[str] = []
    while until.strip("#") not in stops and len(stops) < 40:
        hands.press("Tab")
        stops.append(page.evaluate("document.activeElement.id"))
    return stops
