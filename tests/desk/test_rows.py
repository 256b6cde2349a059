"""The rows of the lists: drawn once, and right for whoever looks."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from tests.make.world import NOON, World, world
from tongxin.center.accounts.models import Member, User
from tongxin.center.kit.ids import public_id
from tongxin.service.conversations.actions import assign, index, reply
from tongxin.service.conversations.models import Message

pytestmark = pytest.mark.django_db
LATE = datetime(2025, 1, 5, 17, 30, tzinfo=UTC)  # 1:30 of the next day in Shanghai


@pytest.fixture
def tea() -> World:
    return world()


@pytest.fixture
def user(tea: World) -> User:
    return User.objects.get(pk=Member.objects.get(pk=tea.owner.id).user_id)


@pytest.fixture
def desk(user: User, client: Client) -> Client:
    client.force_login(user)
    return client


def shown(desk: Client, path: str) -> str:
    response = desk.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_days_are_those_of_the_workspace(tea: World, user: User, desk: Client) -> None:
    begun = tea.write("壶盖碎了", at=LATE)
    reply(actor=tea.owner, conversation_ids=[begun.conversation_id], text="能换", now=LATE)

    for language, day in [
        ("zh-hans", "2025年1月6日"),
        ("en", "Jan 6, 2025"),
        ("zh-hans", "1月6日"),
    ]:
        User.objects.filter(pk=user.pk).update(language=language)
        assert day in shown(desk, "/desk/all/rows/")


def test_the_open_row_is_marked_for_the_one_who_opened_it(tea: World, desk: Client) -> None:
    first, second = tea.conversations(2)

    def marked(chosen: int) -> list[bool]:
        html = shown(desk, f"/desk/all/rows/?chosen={public_id('conv', chosen)}")
        tags = [tag.partition(">")[0] for tag in html.split('id="row-')[1:]]
        marks = {tag.partition('"')[0]: "aria-current" in tag for tag in tags}
        return [marks[public_id("conv", pk)] for pk in (first, second)]

    assert [marked(first), marked(second), marked(first)] == [
        [True, False],
        [False, True],
        [True, False],
    ]


def test_a_row_follows_what_is_said(tea: World, desk: Client) -> None:
    tea.write("壶盖碎了")
    assert "壶盖碎了" in shown(desk, "/desk/all/rows/")

    tea.write("还是漏水")

    assert "还是漏水" in shown(desk, "/desk/all/rows/")
    assert "壶盖碎了" not in shown(desk, "/desk/all/rows/")


def test_it_is_said_why_nobody_has_a_conversation(tea: World, desk: Client) -> None:
    mine = tea.write("壶盖碎了").conversation_id
    page = f"/desk/c/{public_id('conv', mine)}/head/"

    assert "没有人在线" in shown(desk, page)

    assign(actor=tea.owner, conversation_ids=[mine], member_id=tea.owner.id, now=NOON)
    assert "没有人在线" not in shown(desk, page)


def test_what_a_person_wrote_is_text_and_not_html(tea: World, desk: Client) -> None:
    tea.write("<img src=x onerror=alert(1)>", by="<b>小梅</b>")
    index(message_ids=list(Message.objects.values_list("pk", flat=True)))

    for path in ("/desk/all/rows/", "/desk/search/?q=onerror"):
        html = shown(desk, path)
        assert "&lt;img src=x" in html
        assert "<img src=x" not in html
        assert "<b>小梅" not in html
