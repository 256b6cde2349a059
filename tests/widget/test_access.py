"""Anybody can use it: by keyboard, screen reader, phone, in either language, on any page."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.widget.conftest import Stand
from tests.widget.fake_live import Fake
from tests.widget.test_asking import resolved
from tests.widget.test_files import choose
from tests.widget.test_talk import open_chat, sees, write

pytestmark = pytest.mark.browser


@pytest.fixture(params=["light", "dark"])
def shown(request: pytest.FixtureRequest, chromium: Browser, stand: Stand) -> Iterator[Page]:
    context = chromium.new_context(locale="zh-CN", color_scheme=request.param)
    page = context.new_page()
    page.goto(stand.shop)
    page.locator(".fab").wait_for()
    yield page
    context.close()


@pytest.fixture
def phone(chromium: Browser, stand: Stand) -> Iterator[Page]:
    size = ViewportSize(width=390, height=780)
    context = chromium.new_context(locale="en-GB", viewport=size, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(stand.shop)
    page.locator(".fab").wait_for()
    yield page
    context.close()


def violations(page: Page) -> list[str]:
    page.wait_for_timeout(250)
    found = Axe().run(page).response["violations"]
    return [
        f"{v['id']}: {[n['html'] for n in v['nodes']]} {v['nodes'][0]['failureSummary']}"
        for v in found
    ]


def test_axe_finds_nothing_in_any_state(shown: Page, stand: Stand, fake: Fake) -> None:
    page = shown
    assert violations(page) == []
    fake.no_to = {"坏": "no"}
    open_chat(page)
    write(page, "你好", "坏")
    stand.say("好", html="<p>看<a href='https://example.com'>这里</a></p><pre>a</pre>")
    choose(page, {"name": "a.exe", "mimeType": "text/plain", "buffer": b"x"})
    page.get_by_role("button", name="表情").click()
    stand.run(fake.tell({"type": "typing", "on": True, "name": "王敏"}))
    expect(page.locator(".typing.on")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    stand.run(fake.converse(status="resolved"))
    expect(page.locator(".rate")).to_be_visible()
    page.get_by_role("radio", name="很差").check(force=True)
    assert violations(page) == []


@pytest.mark.parametrize(
    "color", ["#ffe600", "#ffffff", "#000000", "#808080", "#c0402a", "nonsense"]
)
def test_any_brand_colour_stays_readable(
    color: str, fake: Fake, stand: Stand, visit: Callable[..., Page]
) -> None:
    fake.color = color
    page = visit()

    resolved(page, stand)
    page.get_by_role("radio", name="很差").check(force=True)

    assert violations(page) == []


def test_all_of_it_by_keyboard(page: Page, stand: Stand, fake: Fake) -> None:
    page.locator("#here").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="输入消息")).to_be_focused()

    page.keyboard.type("第一行")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("第二行")
    page.keyboard.press("Enter")
    sees(page, "第一行\n第二行")
    assert fake.texts() == ["第一行\n第二行"]

    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="输入消息")).to_have_value("🤔")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".fab")).to_be_focused()


def test_enter_chooses_a_word_while_an_input_method_composes(page: Page, fake: Fake) -> None:
    open_chat(page)
    field = page.get_by_role("textbox", name="输入消息")
    field.fill("ni hao")

    field.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    field.dispatch_event("keydown", {"key": "Enter", "keyCode": 229})

    expect(field).to_have_value("ni hao")
    assert fake.texts() == []


def test_on_a_phone_the_chat_fills_the_screen_and_keeps_the_focus(phone: Page) -> None:
    phone.locator(".fab").tap()
    dialog = phone.get_by_role("dialog", name="Chat with Xiaoman Tea")
    phone.wait_for_timeout(250)
    assert dialog.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 780}
    expect(dialog).to_have_attribute("aria-modal", "true")

    for _ in range(12):
        phone.keyboard.press("Tab")
        assert phone.evaluate("document.activeElement.tagName") == "TONGXIN-WIDGET"

    assert violations(phone) == []
    phone.get_by_role("button", name="Close the chat").tap()
    expect(dialog).to_be_hidden()
    expect(phone.locator(".fab")).to_be_focused()


def test_the_language_can_be_changed_on_the_spot(page: Page) -> None:
    open_chat(page)
    write(page, "你好")
    sees(page, "你好")

    page.get_by_role("button", name="Chat in English").click()

    expect(page.get_by_role("dialog", name="Chat with Xiaoman Tea")).to_be_visible()
    expect(page.get_by_role("textbox", name="Write a message")).to_be_visible()
    sees(page, "你好")
    page.reload()
    expect(page.get_by_role("dialog", name="Chat with Xiaoman Tea")).to_be_visible()


def test_a_hostile_page_does_not_reach_in(visit: Callable[..., Page], fake: Fake) -> None:
    page = visit("?hostile=1")

    open_chat(page)
    write(page, "还在")

    sees(page, "还在")
    read = "e => (({letterSpacing, fontSize, transform}) => [letterSpacing, fontSize, transform])"
    style = page.locator(".log .bubble").evaluate(f"{read}(getComputedStyle(e))")
    assert style == ["normal", "15px", "none"]
    fab = page.locator(".fab").bounding_box()
    assert fab is not None
    assert fab["x"] + fab["width"] == 1200 - 24


def test_html_from_the_wire_cannot_do_harm(page: Page, stand: Stand) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    open_chat(page)

    stand.say(
        "x",
        html="<p onclick='alert(1)'>安全<img src=x onerror='alert(1)'><script>alert(1)</script>"
        "<a href='javascript:alert(1)'>点我</a><b>粗</b><iframe src='//x'></iframe></p>",
    )

    bubble = page.locator(".log .bubble")
    expect(bubble).to_have_text("安全点我粗")
    assert bubble.inner_html() == "<p>安全<a>点我</a>粗</p>"
    assert errors == []


def test_nothing_of_a_third_party_is_asked_for_and_no_cookie_is_set(
    page: Page, stand: Stand, visit: Callable[..., Page]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.reload()
    open_chat(page)
    write(page, "你好")
    sees(page, "你好")

    assert asked
    assert all(url.startswith((stand.shop, stand.fake.live)) for url in asked)
    assert page.context.cookies() == []
