"""A visitor talks through the widget: what is written arrives once, in order, and is shown so."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.widget.conftest import Stand
from tests.widget.fake_live import Fake

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


def open_chat(page: Page) -> None:
    page.locator(".fab").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def write(page: Page, *texts: str) -> None:
    field = page.get_by_role("textbox", name="输入消息")
    for text in texts:
        field.fill(text)
        field.press("Enter")


def bubbles(page: Page) -> Locator:
    return page.locator(".log .bubble")


def scroll_to_top(page: Page) -> None:
    page.locator(".scroll").evaluate("scroll => { scroll.scrollTop = 0 }")


def sees(page: Page, *texts: str) -> None:
    """These bubbles and no others, and nothing still on its way."""
    expect(bubbles(page)).to_have_text(list(texts))
    expect(page.locator(".foot.sending")).to_have_count(0)


def test_a_message_is_sent_and_its_way_is_shown(page: Page, stand: Stand, fake: Fake) -> None:
    open_chat(page)

    write(page, "你好 🍵")

    sees(page, "你好 🍵")
    expect(page.locator(".foot")).to_contain_text("已发送")
    assert fake.texts() == ["你好 🍵"]
    stand.run(fake.read())
    expect(page.locator(".foot")).to_contain_text("已读")


def test_an_answer_appears_and_counts_as_unread_while_the_chat_is_closed(
    page: Page, stand: Stand
) -> None:
    open_chat(page)
    write(page, "在吗")
    sees(page, "在吗")
    page.keyboard.press("Escape")

    stand.say("在的", html="<p>在的，<strong>请讲</strong></p>")

    expect(page.locator(".fab")).to_have_accessible_name("打开对话，1 条未读消息")
    open_chat(page)
    expect(page.locator(".log strong")).to_have_text("请讲")
    expect(page.locator(".fab")).to_have_accessible_name("关闭对话")
    stand.run(stand.fake.hears("seen"))


def test_the_talk_goes_on_after_a_reload_and_on_another_page(
    page: Page, stand: Stand, visit: Visit
) -> None:
    open_chat(page)
    write(page, "第一句", "第二句")
    sees(page, "第一句", "第二句")

    page.reload()
    sees(page, "第一句", "第二句")
    page.goto(stand.shop + "teas")
    sees(page, "第一句", "第二句")

    write(page, "第三句")
    sees(page, "第一句", "第二句", "第三句")
    assert stand.fake.texts() == ["第一句", "第二句", "第三句"]


def test_half_written_words_survive_a_change_of_page(page: Page, stand: Stand) -> None:
    open_chat(page)
    page.get_by_role("textbox", name="输入消息").fill("还没写完")

    page.goto(stand.shop + "teas")

    expect(page.get_by_role("textbox", name="输入消息")).to_have_value("还没写完")


def test_two_tabs_show_the_same_talk_without_doubles(
    page: Page, stand: Stand, visit: Visit
) -> None:
    open_chat(page)
    write(page, "从第一个标签页")
    other = visit("other")
    open_chat(other)
    sees(other, "从第一个标签页")

    write(other, "从第二个标签页")
    sees(other, "从第一个标签页", "从第二个标签页")
    stand.say("都收到了")

    for tab in (page, other):
        sees(tab, "从第一个标签页", "从第二个标签页", "都收到了")
    assert stand.fake.texts().count("从第二个标签页") == 1


def test_two_new_tabs_opened_at_once_are_one_visitor(page: Page, visit: Visit, fake: Fake) -> None:
    other = visit("other")
    script = "document.querySelector('tongxin-widget').shadowRoot.querySelector('.fab').click()"
    page.evaluate(f"setTimeout(() => {script}, 300)")
    other.evaluate(f"setTimeout(() => {script}, 300)")
    page.wait_for_timeout(1500)

    write(page, "一")
    write(other, "二")

    expect(page.locator(".foot.sending")).to_have_count(0)
    assert len(set(fake.authors)) == 1


def test_many_quick_messages_keep_their_order(page: Page, fake: Fake) -> None:
    fake.delay = 0.05
    texts = [f"第 {n} 条" for n in range(12)]
    open_chat(page)

    write(page, *texts)

    sees(page, *texts)
    assert fake.texts() == texts


def test_everything_doubled_on_the_way_is_shown_once(page: Page, stand: Stand, fake: Fake) -> None:
    fake.double = True
    open_chat(page)

    write(page, "一次")
    sees(page, "一次")
    stand.say("收到")

    sees(page, "一次", "收到")


def test_a_refused_message_says_why_and_can_be_sent_again(page: Page, fake: Fake) -> None:
    fake.no_to = {"坏消息": "message.refused"}
    open_chat(page)

    write(page, "坏消息", "好消息")

    failed = page.locator(".foot.failed")
    expect(failed).to_contain_text("这条消息被拒绝了。")
    expect(page.locator(".foot.sent")).to_have_count(1)
    fake.no_to = {}
    failed.get_by_role("button", name="重新发送").click()
    expect(page.locator(".foot.failed")).to_have_count(0)
    sees(page, "好消息", "坏消息")


def test_too_long_a_message_stays_where_it_was_written(page: Page, fake: Fake) -> None:
    open_chat(page)
    long = "长" * 4001

    write(page, long)

    expect(page.get_by_role("alert").filter(has_text="消息有 4001 个字")).to_be_visible()
    expect(page.get_by_role("textbox", name="输入消息")).to_have_value(long)
    write(page, "短")
    sees(page, "短")
    assert fake.texts() == ["短"]


def test_both_sides_see_that_the_other_is_typing(page: Page, stand: Stand, fake: Fake) -> None:
    open_chat(page)
    write(page, "在吗")
    sees(page, "在吗")

    page.get_by_role("textbox", name="输入消息").press_sequentially("我想")
    stand.run(fake.tell({"type": "typing", "on": True, "name": "王敏"}))

    expect(page.locator(".typing")).to_have_text("王敏 正在输入")
    assert {"type": "typing", "on": True} in fake.heard
    stand.say("请说")
    expect(page.locator(".typing")).to_be_hidden()


def test_a_signed_in_visitor_is_introduced_and_forgotten_again(page: Page, fake: Fake) -> None:
    open_chat(page)
    page.evaluate("Tongxin.identify('good')")
    write(page, "是我")
    sees(page, "是我")
    assert any(frame.get("jwt") == "good" for frame in fake.heard)

    fake.messages.clear()
    page.evaluate("Tongxin.logout()")

    sees(page)
    assert "jwt" not in fake.heard[-1]
    assert "token" not in fake.heard[-1]


def test_a_log_in_that_the_next_page_does_not_vouch_for_is_over(
    visit: Visit, stand: Stand, fake: Fake
) -> None:
    page = visit("?token=good")
    open_chat(page)
    write(page, "小梅的话")
    sees(page, "小梅的话")

    page.goto(stand.shop)
    page.locator(".fab").wait_for()
    fake.heard.clear()
    write(page, "访客的话")
    expect(page.locator(".foot.sending")).to_have_count(0)

    assert "token" not in fake.heard[0]


@pytest.mark.parametrize("blocked", [False, True])
def test_a_forged_log_in_leaves_an_anonymous_visitor(
    visit: Visit, fake: Fake, blocked: bool
) -> None:
    fake.refuse_sockets = blocked
    page = visit("?token=bad")
    open_chat(page)

    write(page, "我是访客")

    sees(page, "我是访客")
    assert list(fake.tokens.values()) == [False]


def test_what_was_said_long_ago_is_there_when_one_looks_back(page: Page, stand: Stand) -> None:
    for n in range(120):
        stand.say(f"第 {n} 条")
    open_chat(page)
    write(page, "最后一句")
    page.reload()
    expect(bubbles(page)).to_have_count(50)

    scroll_to_top(page)
    expect(bubbles(page)).to_have_count(100)
    expect(page.get_by_text("第 71 条")).to_be_in_viewport()
    scroll_to_top(page)
    expect(bubbles(page)).to_have_count(121)
    expect(page.get_by_role("button", name="更早的消息")).to_have_count(0)

    write(page, "又一句")
    expect(bubbles(page)).to_have_count(122)
    expect(bubbles(page).last).to_be_in_viewport()


def test_one_sees_where_one_stands_in_line(page: Page, stand: Stand) -> None:
    open_chat(page)
    write(page, "在吗")
    sees(page, "在吗")

    stand.run(stand.fake.tell({"type": "queue", "place": 3, "minutes": 4}))
    expect(page.locator(".under")).to_have_text("您排在第 3 位 · 约 4 分钟")
    stand.run(stand.fake.tell({"type": "queue", "place": 1, "minutes": None}))
    expect(page.locator(".under")).to_have_text("下一位就是您")
    stand.run(stand.fake.tell({"type": "queue", "place": 0, "minutes": None}))
    expect(page.locator(".under")).to_have_text("我们会尽快回复您")


def test_a_status_is_told_in_the_words_meant_for_the_visitor(page: Page, stand: Stand) -> None:
    open_chat(page)
    write(page, "壶盖碎了")
    sees(page, "壶盖碎了")

    stand.run(stand.fake.converse(status_shown="正在为您核实"))
    expect(page.locator(".under")).to_contain_text("正在为您核实 · ")
    stand.run(stand.fake.converse(status_shown=""))
    expect(page.locator(".under")).not_to_contain_text("正在为您核实")
