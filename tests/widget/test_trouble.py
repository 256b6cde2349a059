"""What the network does to a visitor: nothing is lost, nothing doubled, the order kept."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.widget.conftest import Stand
from tests.widget.fake_live import Fake
from tests.widget.test_talk import open_chat, sees, write

pytestmark = pytest.mark.browser


def test_messages_written_while_the_connection_is_gone_arrive_in_order(
    page: Page, context: BrowserContext, fake: Fake, stand: Stand
) -> None:
    open_chat(page)
    write(page, "之前")
    sees(page, "之前")
    fake.refuse_all = True
    stand.run(fake.drop())

    write(page, "断线一", "断线二", "断线三")
    expect(page.locator(".banner").first).to_contain_text("连接已断开")
    expect(page.locator(".foot.sending")).to_have_count(3)
    fake.refuse_all = False

    expect(page.locator(".banner").first).to_be_empty()
    sees(page, "之前", "断线一", "断线二", "断线三")
    assert fake.texts() == ["之前", "断线一", "断线二", "断线三"]


def test_what_was_not_yet_sent_survives_a_reload(page: Page, fake: Fake, stand: Stand) -> None:
    open_chat(page)
    write(page, "之前")
    sees(page, "之前")
    fake.refuse_all = True
    stand.run(fake.drop())
    write(page, "断线时写的")

    page.reload()
    expect(page.locator(".log .bubble")).to_have_text(["断线时写的"])
    fake.refuse_all = False

    sees(page, "之前", "断线时写的")
    assert fake.texts() == ["之前", "断线时写的"]


def test_a_lost_acknowledgement_doubles_nothing(page: Page, fake: Fake) -> None:
    fake.lose_acks = 1
    open_chat(page)

    write(page, "只一次", "再一句")

    sees(page, "只一次", "再一句")
    assert fake.texts() == ["只一次", "再一句"]


def test_a_restart_of_the_server_loses_nothing(page: Page, fake: Fake, stand: Stand) -> None:
    open_chat(page)
    write(page, "之前")
    sees(page, "之前")

    stand.stop_live()
    write(page, "重启中")
    missed = stand.run(_missed(fake))
    stand.start_live()

    sees(page, "之前", missed, "重启中")
    assert fake.texts() == ["之前", missed, "重启中"]


def test_where_sockets_are_blocked_the_chat_polls(
    context: BrowserContext, fake: Fake, stand: Stand, visit: Callable[..., Page]
) -> None:
    fake.refuse_sockets = True
    page = visit()
    open_chat(page)

    write(page, "没有套接字", "也能聊")
    sees(page, "没有套接字", "也能聊")
    stand.say("看到了")

    sees(page, "没有套接字", "也能聊", "看到了")
    assert fake.texts() == ["没有套接字", "也能聊", "看到了"]


def test_a_browser_without_sockets_polls(
    context: BrowserContext, fake: Fake, stand: Stand, visit: Callable[..., Page]
) -> None:
    context.add_init_script("delete window.WebSocket")
    page = visit()
    open_chat(page)

    write(page, "老浏览器")
    stand.say("你好")

    expect(page.locator(".log .bubble")).to_have_count(2)


def test_polling_turns_back_to_a_socket_when_one_gets_through(
    fake: Fake, stand: Stand, visit: Callable[..., Page]
) -> None:
    fake.refuse_sockets = True
    page = visit()
    open_chat(page)
    write(page, "先轮询")
    sees(page, "先轮询")
    fake.refuse_sockets = False

    with page.expect_websocket(timeout=15_000):
        pass
    stand.say("套接字回来了")

    sees(page, "先轮询", "套接字回来了")
    write(page, "好的")
    sees(page, "先轮询", "套接字回来了", "好的")


def test_an_unknown_inbox_shows_nothing(context: BrowserContext, stand: Stand) -> None:
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))

    page.goto(stand.shop + "?inbox=nobody")

    page.wait_for_timeout(500)
    expect(page.locator("tongxin-widget")).to_have_count(0)
    assert any("no inbox" in line for line in said)


async def _missed(fake: Fake) -> str:
    text = "停机时坐席的回复"
    await fake.say(text)
    return text
