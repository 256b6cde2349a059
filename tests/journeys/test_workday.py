"""A whole day's work without the mouse: whatever an agent does, their hands stay on the keyboard."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.journeys import hands as keyboard
from tests.journeys.hands import Hands
from tests.journeys.house import House
from tests.journeys.talking import Visitor, visitor, write

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
ZHOU, SUN, PASSWORD = "zhou@xiaoman.example", "sun@xiaoman.example", "a third kettle"
READY = f"""
from datetime import UTC, datetime
from tongxin.center.accounts.actions import join
from tongxin.center.accounts.models import User, Workspace
from tongxin.center.accounts.queries import actor_of, seats_of_user
from tongxin.center.accounts.values import Role
from tongxin.center.attributes.actions import define
from tongxin.center.attributes.values import AttributeType, Thing
from tongxin.service.conversations.actions import create_topic
from tongxin.service.replies.actions import create_canned, create_macro
from tongxin.service.replies.values import Do, Step
now, workspace = datetime.now(UTC), Workspace.objects.earliest("pk").pk
if not User.objects.filter(email="{ZHOU}").exists():
    for email, name in ("{ZHOU}", "周航"), ("{SUN}", "孙丽"):
        join(workspace_id=workspace, email=email, name=name, role=Role.AGENT, password="{PASSWORD}",
             by="house:0", now=now)
    owner = actor_of(workspace_id={{workspace_id}}, label="member:{{member_id}}")
    text = "我是{{{{{{{{agent.name}}}}}}}}，会话 #{{{{{{{{conversation.number}}}}}}}}。"
    create_canned(actor=owner, name="问候", shortcut="wenhou", shared=True, bodies={{{{"zh-hans": text}}}}, now=now)
    create_macro(actor=owner, name="打上急件", steps=[Step(Do.TAG, tags=("急件",))], shared=True, now=now)
    define(actor=owner, thing=Thing.PERSON, name="爱喝的茶", type=AttributeType.TEXT, now=now)
    create_topic(actor=owner, name="键盘上的一天", now=now)
print(json.dumps(True))
"""
CALL = f"""
from datetime import UTC, datetime
from tongxin.center.accounts.models import User
from tongxin.center.accounts.queries import seats_of_user
from tongxin.service.conversations.actions import note
from tongxin.service.conversations.models import Conversation
sun = seats_of_user(User.objects.get(email="{SUN}").pk)[0].actor
ids = list(Conversation.objects.filter(last_text="{{words}}").values_list("pk", flat=True))
note(actor=sun, conversation_ids=ids, text="@周航 请看一下", now=datetime.now(UTC))
print(json.dumps(ids))
"""

FINDABLE = """
import time
from tongxin.service.conversations.models import MessageIndex
said, until = MessageIndex.objects.filter(message__text=words), time.monotonic() + 60
while not said.exists() and time.monotonic() < until:
    time.sleep(0.1)
print(json.dumps(said.exists()))
"""


@pytest.fixture(scope="module")
def ready(house: House) -> None:
    """周航 and 孙丽 work here, and have words ready."""
    house.ask(READY.format(**house.founded))


@pytest.fixture
def mei(house: House, ready: None) -> Visitor:
    return visitor(house)


@pytest.fixture(scope="module")
def logged_in(chromium: Browser, house: House, ready: None) -> Iterator[BrowserContext]:
    """The browser in which 周航 came in, once for all of these stories."""
    context = chromium.new_context(**keyboard.LOOK)
    page = context.new_page()
    keyboard.log_in(page, house, ZHOU, PASSWORD)
    page.close()
    yield context
    context.close()


@pytest.fixture
def zhou(logged_in: BrowserContext, house: House) -> Iterator[Hands]:
    """周航 at all conversations, without a mouse."""
    page = logged_in.new_page()
    yield keyboard.at_desk(page, house)
    page.close()


def test_one_comes_answers_and_calls_a_colleague(zhou: Hands, mei: Visitor, house: House) -> None:
    page, words = zhou.page, mei.say("茶壶裂了")
    for key, view in ("u", "unassigned"), ("a", "all"):  # somebody online may be given it meanwhile
        zhou.press("g", key)
        page.wait_for_url(f"**/desk/{view}/")
    expect(page.locator("body.connected")).to_be_visible()
    zhou.open_talk(words)
    zhou.press("t")
    expect(page.locator("#head")).to_contain_text("负责人：周航")
    zhou.keeps_focus("#main")

    zhou.press("r")
    zhou.type("您好，")
    zhou.press("Control+b")
    zhou.type("七天内")
    zhou.press("ArrowRight", "ArrowRight")
    zhou.type("免费换")
    zhou.command("插入表情")
    zhou.press("ArrowRight", "Enter")
    expect(page.locator("#say")).to_be_focused()
    zhou.type(" ::wenhou")
    expect(page.locator("#ready [role=option]")).to_contain_text("问候")
    zhou.press("Enter", "Enter")
    answer = page.locator("#talk .msg.ours .rich")
    expect(answer).to_contain_text("您好，七天内免费换😊 我是周航，会话 #")
    expect(answer.locator("strong")).to_have_text("七天内")
    expect(page.locator("#say")).to_be_focused()

    zhou.press("Escape")
    expect(page.locator("#talk")).to_be_focused()
    zhou.press("n")
    zhou.type("@孙")
    zhou.press("Enter")
    zhou.type("你见过这样的吗？")
    zhou.press("Enter")
    expect(page.locator("#talk .note")).to_contain_text("@孙丽 你见过这样的吗？")


def test_one_thinks_again(zhou: Hands, mei: Visitor) -> None:
    page, words = zhou.page, mei.say("何时发货")
    zhou.open_talk(words)
    _choose_undo(zhou)
    zhou.press("r")
    zhou.type("明天。")
    zhou.press("Enter")
    expect(page.locator("#talk .held")).to_contain_text("明天。")
    zhou.press("Control+z")
    expect(page.locator("#say")).to_have_value("明天。")
    _choose_undo(zhou)

    zhou.go_to(page.locator("[data-menu=later] > summary"))
    zhou.press("Enter")
    zhou.choose(page.locator("[data-menu=later]"), "明天")
    expect(page.locator("#talk .held")).to_contain_text("周航")
    zhou.go_to(page.locator("#talk .held [data-act=release]"), "Shift+Tab")
    zhou.press("Enter")
    sent = page.locator("#talk .msg.ours:not(.held)")
    expect(sent).to_contain_text("明天。")
    zhou.keeps_focus()

    zhou.command("修改最近发出的消息")
    zhou.press("Control+a")
    zhou.type("后天。")
    zhou.go_to(page.locator("#mend .primary"))
    zhou.press("Enter")
    expect(sent).to_contain_text("后天。")
    zhou.keeps_focus()
    zhou.command("撤回最近发出的消息")
    expect(sent).to_contain_text("已撤回")
    expect(page.locator("#toasts button")).to_be_visible()
    zhou.press("z")
    expect(page.locator("#say")).to_have_value("后天。")

    zhou.press("Escape", "s")
    zhou.choose(page.locator("[data-menu=snooze]"), "对方回复")
    expect(page.locator("#head")).to_contain_text("稍后处理：")
    expect(page.locator("[data-menu=snooze] > summary")).to_be_focused()


def test_it_goes_from_hand_to_hand(zhou: Hands, mei: Visitor) -> None:
    page, words = zhou.page, mei.say("发票开错了")
    zhou.open_talk(words)
    zhou.press("l")
    zhou.type("发票")
    zhou.press("Enter")
    expect(page.locator("#head .chip", has_text="发票")).to_be_visible()
    zhou.keeps_focus()
    zhou.press("m")
    zhou.choose(page.locator("[data-menu=macro]"), "打上急件")
    expect(page.locator("#head .chip", has_text="急件")).to_be_visible()

    zhou.press("a")
    zhou.choose(page.locator("[data-menu=assign]"), "孙丽")
    expect(page.locator("#head")).to_contain_text("负责人：孙丽")
    expect(page.locator("[data-menu=assign] > summary")).to_be_focused()
    zhou.press("t")
    expect(page.locator("#head")).to_contain_text("负责人：周航")
    zhou.press("h")
    expect(page.locator("#hand-to")).to_be_focused()
    zhou.select(page.locator("#hand-to"), "孙丽")
    zhou.press("Tab")
    zhou.type("我下班了")
    zhou.press("Control+Enter")
    expect(page.locator("#talk")).to_contain_text("周航 交接给 孙丽：我下班了")
    zhou.keeps_focus()


def test_what_belongs_together_and_what_does_not(zhou: Hands, mei: Visitor, house: House) -> None:
    page, other = zhou.page, write(house, "还有杯子")
    words = mei.say("壶盖碎了")
    zhou.open_talk(other)
    number = page.locator("#head .tiny.muted.clip").inner_text().split("·")[0].strip()
    zhou.press("u")
    expect(page.locator(".rows .item", has_text=other)).to_be_focused()
    zhou.open_talk(words)
    zhou.command("合并到另一个会话")
    expect(page.locator(".merge-find")).to_be_focused()
    zhou.type(number)
    found = page.locator("#merge-found .choice").first
    expect(found).to_contain_text(other)
    zhou.go_to(found)
    zhou.press("Enter")
    expect(page.locator("[data-merge-form] .primary")).to_be_focused()
    zhou.press("Enter")
    expect(page.locator("#talk")).to_contain_text(other)
    expect(page.locator("#toasts button")).to_be_visible()
    zhou.press("z")
    expect(page.locator("#talk")).not_to_contain_text(words)
    zhou.keeps_focus()

    zhou.press("r")
    zhou.type("马上看")
    zhou.press("Enter")
    expect(page.locator("#talk .msg.ours", has=page.locator("[data-state]"))).to_be_visible()
    zhou.press("Escape")
    zhou.command("拆分出部分消息")
    zhou.press("ArrowUp", "Space")
    expect(page.locator("#split-count")).to_contain_text("1")
    zhou.press("Enter")
    expect(page.locator(".tags .link-to")).to_contain_text("拆分自")
    zhou.keeps_focus()
    zhou.press("p")
    past = page.locator("#person .past a:not([aria-current])")
    zhou.go_to(past.first)
    zhou.press("Enter")
    expect(page.locator("#talk")).to_contain_text("马上看")
    expect(page.locator("#main")).to_be_focused()
    zhou.press("z")
    expect(page.locator("#talk")).to_contain_text(other)


def test_it_comes_to_an_end_and_begins_again(zhou: Hands, mei: Visitor) -> None:
    page, words = zhou.page, mei.say("谢谢")
    zhou.open_talk(words)
    zhou.press("c")
    zhou.choose(page.locator("[data-menu=status]"), "挂起")
    expect(page.locator("summary.status").first).to_contain_text("挂起")
    expect(page.locator("summary.status").first).to_be_focused()

    zhou.press("w")
    expect(page.locator("#wrap-topic")).to_be_focused()
    zhou.select(page.locator("#wrap-topic"), "键盘上的一天")
    zhou.go_to(page.locator("#wrap-text"))
    zhou.type("问清楚了")
    zhou.press("Control+Enter")
    expect(page.locator("#talk .wrapped")).to_contain_text("问清楚了")
    zhou.keeps_focus()
    for key, act in ("e", "reopen"), ("z", "resolve"), ("e", "reopen"), ("e", "resolve"):
        if key == "z":
            expect(page.locator("#toasts button")).to_be_visible()
        zhou.press(key)
        expect(page.locator(f"[data-act={act}]")).to_be_visible()
        zhou.keeps_focus()


def test_a_view_is_built_a_card_moved_and_many_done_at_once(
    zhou: Hands, mei: Visitor, house: House
) -> None:
    page, name = zhou.page, f"看板 {uuid4().hex[:6]}"
    older, words = write(house, "第一件"), mei.say("第二件")
    expect(page.locator(".item", has_text=words)).to_be_visible()
    zhou.press("v")
    expect(page.locator("#view-editor [name=name]")).to_be_focused()
    zhou.type(name)
    for status in ("new", "open", "waiting"):
        zhou.go_to(page.locator(f"#view-editor [name=statuses][value={status}]"))
        zhou.press("Space")
    zhou.select(page.locator("#view-editor [name=layout]"), "看板")
    zhou.go_to(page.locator("#view-editor button.primary"))
    zhou.press("Enter")
    page.wait_for_url("**/desk/view_*/")
    new, opened, waiting = (
        page.locator(f"#lane-{lane} .item", has_text=words) for lane in ("new", "open", "waiting")
    )
    expect(new).to_be_visible()
    zhou.go_into(page.locator("#rows"))
    zhou.go_to(new, "ArrowDown")
    for place in opened, waiting:
        zhou.press("]")
        expect(place).to_be_focused()
    expect(page.locator("#toasts button")).to_be_visible()
    zhou.press("z")
    expect(opened).to_be_visible()
    zhou.keeps_focus("#board")

    zhou.press("g", "a")
    page.wait_for_url("**/desk/all/")
    expect(page.locator("body.connected")).to_be_visible()
    zhou.go_into(page.locator("#rows"))
    for row in words, older:
        zhou.go_to(page.locator(".rows .item", has_text=row), "ArrowDown")
        zhou.press("x")
    zhou.command("解决所选")
    expect(page.locator("#jobs .job")).to_contain_text("完成 2 个")
    zhou.keeps_focus()
    zhou.go_into(page.locator("#jobs"))
    zhou.press("Enter")
    expect(page.locator("#jobs .job")).to_have_count(0)
    zhou.keeps_focus()


def test_one_looks_for_somebody_and_notes_what_they_like(
    zhou: Hands, mei: Visitor, house: House
) -> None:
    page, words = zhou.page, mei.say("有正山小种吗")
    expect(page.locator(".item", has_text=words)).to_be_visible()
    assert house.ask(
        f"words = {words!r}{FINDABLE}"
    )  # the worker puts it into the index a moment later
    zhou.press("/")
    zhou.type(words.split()[-1])
    found = page.locator(".list .item", has_text=words)
    expect(page.locator(".list h1")).to_contain_text(words.split()[-1])
    expect(found).to_be_visible()
    zhou.press("ArrowDown")
    expect(found).to_be_focused()
    zhou.press("Enter")
    expect(page.locator("#talk")).to_contain_text(words)

    zhou.press("p")
    expect(page.locator("#person")).to_be_focused()
    fill = page.locator("#person details.edit > summary", has_text="填写")
    zhou.go_to(fill.first)
    zhou.press("Enter", "Tab")
    zhou.type("正山小种")
    zhou.press("Enter")
    expect(page.locator("#person .facts").first).to_contain_text("正山小种")
    zhou.keeps_focus("#person")


def test_one_comes_is_called_chooses_what_to_hear_and_goes(
    chromium: Browser, mei: Visitor, house: House
) -> None:
    page, words = chromium.new_page(**keyboard.LOOK), mei.say("能退吗")
    zhou = keyboard.log_in(page, house, ZHOU, PASSWORD)
    house.ask(CALL.format(words=words))
    expect(page.locator("#unread .badge")).to_be_visible()
    zhou.press("g", "n")
    page.wait_for_url("**/desk/notices/")
    wish = page.locator("#reach [name=wish]").first
    before = wish.is_checked()
    zhou.go_to(wish)
    zhou.press("Space")
    zhou.go_to(page.locator("#reach .primary"))
    zhou.press("Enter")
    expect(page.locator("#reach [role=status]")).to_be_visible()
    assert page.locator("#reach [name=wish]").first.is_checked() is not before
    zhou.go_to(page.locator("main .called li a").first)
    zhou.press("Enter")
    expect(page.locator("#talk")).to_contain_text(words)
    expect(page.locator("body.connected")).to_be_visible()

    zhou.command("在线状态：在线")
    expect(page.locator("[data-my-presence]")).to_have_attribute("data-presence", "online")
    zhou.go_to(page.locator(".me > summary"))
    zhou.press("Enter")
    zhou.choose(page.locator(".me"), "用餐")
    expect(page.locator("[data-my-presence]")).to_have_attribute("data-presence", "away")
    zhou.command("登录与安全")
    page.wait_for_url("**/account/mfa/")
    page.go_back()
    zhou.command("退出登录")
    page.wait_for_url("**/account/login/**")
    page.close()


def _choose_undo(hands: Hands) -> None:
    """Switch whether replies can be undone."""
    page = hands.page
    hands.command("定时发送")
    hands.go_to(page.locator("#undo-on"))
    with page.expect_response("**/desk/undo/"):
        hands.press("Space")
    hands.press("Escape")
    expect(page.locator("[data-menu=later] > summary")).to_be_focused()
