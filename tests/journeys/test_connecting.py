"""A mailbox is connected by a form that asks only for what was chosen: through the browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.house import House
from tests.journeys.test_first_talk import log_in

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]


@pytest.fixture
def li(chromium: Browser, house: House) -> Iterator[Page]:
    page = log_in(chromium, house, house.founded["email"], house.founded["password"])
    yield page
    page.context.close()


def test_the_form_asks_for_what_was_chosen(li: Page, house: House) -> None:
    li.goto(f"{house.web}/studio/inboxes/new/email/")
    read_by_us, sent_by_us = (
        li.get_by_label(name, exact=True) for name in ("IMAP 服务器", "SMTP 服务器")
    )
    proof, grant = (
        li.get_by_label("服务商用来证明身份的内容"),
        li.get_by_label("OAuth 2：客户端 ID"),
    )
    expect(read_by_us).to_be_visible()
    expect(sent_by_us).to_be_visible()
    expect(proof).to_be_hidden()
    expect(grant).to_be_hidden()

    li.get_by_label("邮件如何进来").select_option("provider")
    li.get_by_label("提供接口的邮件服务商").select_option("mailgun")
    li.get_by_label("登录两个服务器的方式").select_option("google")
    expect(read_by_us).to_be_hidden()
    expect(sent_by_us).to_be_visible()
    expect(proof).to_be_visible()
    expect(grant).to_be_visible()
