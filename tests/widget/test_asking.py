"""What the widget asks for: an address to answer to, and a rating."""

import pytest
from playwright.sync_api import Page, expect

from tests.widget.conftest import Stand
from tests.widget.fake_live import Fake
from tests.widget.test_talk import open_chat, sees, write

pytestmark = pytest.mark.browser


def resolved(page: Page, stand: Stand) -> None:
    open_chat(page)
    write(page, "谢谢")
    sees(page, "谢谢")
    stand.run(stand.fake.converse(status="resolved"))


def rate(page: Page, score: str, solved: str) -> None:
    page.get_by_role("radio", name=score, exact=True).check(force=True)
    page.get_by_role("radio", name=solved).check(force=True)
    page.get_by_role("button", name="提交评价").click()


def test_an_email_left_is_sent_and_confirmed(page: Page, fake: Fake) -> None:
    open_chat(page)
    write(page, "有人吗")

    page.get_by_role("textbox", name="您的邮箱").fill("mei@example.com")
    page.get_by_role("button", name="保存").click()

    expect(page.locator(".said")).to_contain_text("mei@example.com")
    assert fake.email == "mei@example.com"


def test_who_does_not_want_to_leave_an_email_is_not_asked_again(page: Page) -> None:
    open_chat(page)
    write(page, "有人吗")

    page.get_by_role("button", name="暂不").click()
    page.reload()

    sees(page, "有人吗")
    expect(page.get_by_role("textbox", name="您的邮箱")).to_have_count(0)


def test_a_resolved_conversation_is_rated_once_and_can_be_changed(
    page: Page, stand: Stand, fake: Fake
) -> None:
    resolved(page, stand)

    rate(page, "满意", "已解决")

    expect(page.locator(".thanks")).to_contain_text("满意")
    assert fake.conversation is not None
    assert (fake.conversation["rating"]["score"], fake.conversation["rating"]["solved"]) == (
        4,
        True,
    )
    page.get_by_role("button", name="修改").click()
    page.get_by_role("textbox", name="还有什么想说的吗？").fill("其实没解决")
    rate(page, "较差", "还没有")
    expect(page.locator(".thanks")).to_contain_text("较差")
    assert fake.conversation["rating"]["comment"] == "其实没解决"


def test_an_old_rating_cannot_be_changed(page: Page, stand: Stand, fake: Fake) -> None:
    resolved(page, stand)
    old = {"score": 5, "solved": True, "comment": "", "editable_until": "2020-01-01T00:00:00.000Z"}

    stand.run(fake.converse(rating=old))

    expect(page.locator(".thanks")).to_contain_text("很满意")
    expect(page.get_by_role("button", name="修改")).to_have_count(0)


def test_a_rating_given_offline_arrives_later(page: Page, stand: Stand, fake: Fake) -> None:
    resolved(page, stand)
    page.get_by_role("radio", name="满意", exact=True).wait_for(state="attached")
    fake.refuse_all = True
    stand.run(fake.drop())

    rate(page, "满意", "已解决")
    fake.refuse_all = False

    expect(page.locator(".thanks")).to_be_visible()
    assert fake.conversation is not None
    assert fake.conversation["rating"]["score"] == 4


def test_writing_again_opens_the_conversation_and_takes_the_question_away(
    page: Page, stand: Stand
) -> None:
    resolved(page, stand)
    expect(page.locator(".rate")).to_be_visible()

    write(page, "还有一个问题")

    expect(page.locator(".rate")).to_have_count(0)
