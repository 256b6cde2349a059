"""Colleagues hear in another chat what waits, and answer there in their own name."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.make.world import NOON
from tests.outposts.conftest import Post
from tests.plugins.slackapi import answered, signed
from tongxin.center.accounts.models import Member, User
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Refused
from tongxin.service.conversations.actions import note
from tongxin.service.conversations.models import Conversation, Message
from tongxin.service.notices.actions import Note, notify_mentioned
from tongxin.service.notices.models import Notice
from tongxin.service.outposts.actions import (
    change,
    create,
    forget_heard,
    remove,
    tell_called,
    tell_waiting,
    try_out,
    work_heard,
)
from tongxin.service.outposts.models import Heard, Outpost, Posted
from tongxin.service.outposts.queries import outposts
from tongxin.service.outposts.rules import read

MINUTES = timedelta(minutes=1)


def told(post: Post) -> str:
    """Let 小梅 wait until colleagues hear of it; return the thread."""
    post.tea.write("壶盖碎了", at=NOON)
    assert tell_waiting(now=NOON + 11 * MINUTES) == 1
    return Posted.objects.get().thread


def call(client: Client, post: Post, body: bytes, **more: Any) -> Any:
    headers = signed(body, int(timezone.now().timestamp()), **more)
    return client.post(
        f"/outposts/{post.row.key}/", body, content_type="application/json", headers=headers
    )


def colleague(post: Post, user: str = "U1") -> int:
    """Let somebody work here whom Slack knows."""
    member = post.tea.member()
    post.slack.emails[user] = User.objects.get(
        pk=Member.objects.get(pk=member.id).user_id
    ).email.upper()
    return member.id


def test_who_waits_is_told_once_and_without_their_words(post: Post) -> None:
    post.tea.write("壶盖碎了", at=NOON)

    assert tell_waiting(now=NOON + 9 * MINUTES) == 0
    assert tell_waiting(now=NOON + 12 * MINUTES) == 1
    assert tell_waiting(now=NOON + 13 * MINUTES) == 0

    [said] = post.slack.said
    conversation = Conversation.objects.get()
    assert "小梅" in said["text"]
    assert f"#{conversation.number}" in said["text"]
    assert f"<https://desk.example/desk/all/{public_id('conv', conversation.pk)}/>" in said["text"]
    assert "壶盖" not in said["text"]


def test_what_waited_before_the_room_was_connected_is_not_told(post: Post) -> None:
    post.tea.write("很久以前", at=NOON - MINUTES)

    assert tell_waiting(now=NOON + 30 * MINUTES) == 0


def test_a_chat_that_takes_nothing_is_told_later_and_shows_its_trouble(post: Post) -> None:
    post.tea.write("在吗", at=NOON)
    post.slack.refusing = "not_in_channel"

    assert tell_waiting(now=NOON + 11 * MINUTES) == 0
    [row] = outposts(actor=post.tea.owner)
    assert "not_in_channel" in row.trouble

    post.slack.refusing = ""
    assert tell_waiting(now=NOON + 12 * MINUTES) == 1
    assert post.row.trouble == ""


def test_who_is_called_in_a_note_is_told_of(post: Post) -> None:
    where = post.tea.write("在吗")
    tom = post.tea.member(name="Tom")
    [noted] = note(
        actor=post.tea.owner, conversation_ids=[where.conversation_id], text="@Tom 看一下", now=NOON
    )
    about = Note(
        post.tea.workspace_id,
        where.conversation_id,
        noted,
        post.tea.owner.label,
        "@Tom 看一下",
        1,
        NOON,
    )
    notify_mentioned(notes=[about])
    ids = list(Notice.objects.filter(member_id=tom.id).values_list("pk", flat=True))

    assert tell_called(notice_ids=ids, now=NOON) == 1
    assert tell_called(notice_ids=ids, now=NOON) == 0

    [said] = post.slack.said
    assert said["text"].startswith("Tom: ")
    assert "看一下" not in said["text"]


def test_an_answer_in_the_thread_is_a_note_of_the_colleague_s(post: Post, client: Client) -> None:
    member_id, thread = colleague(post), told(post)
    body = answered("仓库说周三到 &amp; 免运费", thread)

    for _repetition in range(3):
        response = call(client, post, body)
        assert (response.status_code, response.content) == (200, b"")
    assert work_heard(clock=timezone.now) == 1
    assert work_heard(clock=timezone.now) == 0

    message = Message.objects.get(kind="note")
    assert (message.text, message.author) == ("仓库说周三到 & 免运费", f"member:{member_id}")
    assert Heard.objects.get().text == ""
    assert len(post.slack.said) == 1


def test_what_begins_with_reply_goes_to_the_person(post: Post, client: Client) -> None:
    member_id, thread = colleague(post), told(post)

    call(client, post, answered("reply: 马上给您换一个", thread))
    assert work_heard(clock=timezone.now) == 1

    message = Message.objects.get(kind="out")
    assert (message.text, message.author) == ("马上给您换一个", f"member:{member_id}")
    assert Conversation.objects.get().assignee_id == member_id
    assert post.slack.said[-1]["thread_ts"] == thread


def test_whom_nobody_knows_is_told_so_and_does_nothing(post: Post, client: Client) -> None:
    thread = told(post)
    post.slack.emails = {"U1": "stranger@elsewhere.example"}

    call(client, post, answered("reply: 偷偷说一句", thread))
    work_heard(clock=timezone.now)

    assert not Message.objects.filter(kind__in=["note", "out"]).exists()
    assert Heard.objects.get().outcome == "stranger"
    assert post.slack.said[-1]["thread_ts"] == thread


def test_a_colleague_does_only_what_they_may(post: Post, client: Client) -> None:
    thread = told(post)
    member_id = colleague(post)
    Member.objects.filter(pk=member_id).update(removed_at=NOON)

    call(client, post, answered("reply: 我已经离职了", thread))
    work_heard(clock=timezone.now)

    assert not Message.objects.filter(kind="out").exists()


def test_a_refusal_is_told_in_the_thread(post: Post, client: Client) -> None:
    colleague(post)
    thread = told(post)

    call(client, post, answered("reply:", thread))
    work_heard(clock=timezone.now)

    assert Heard.objects.get().outcome == "message.empty"
    assert post.slack.said[-1]["thread_ts"] == thread


def test_threads_of_others_are_none_of_ours(post: Post, client: Client) -> None:
    told(post)

    assert call(client, post, answered("午饭吃什么", "1699999999.000001")).status_code == 200
    assert not Heard.objects.exists()


def test_impostors_are_turned_away(post: Post, client: Client) -> None:
    body = answered("hi", told(post))

    assert call(client, post, body, secret="another").status_code == 401
    assert (
        client.post(f"/outposts/{post.row.key}/", body, content_type="application/json").status_code
        == 401
    )
    assert (
        client.post("/outposts/nobody/", body, content_type="application/json").status_code == 404
    )
    assert not Heard.objects.exists()


def test_where_slack_is_away_an_answer_waits_and_is_given_up_at_last(
    post: Post, client: Client
) -> None:
    colleague(post)
    call(client, post, answered("稍后再说", told(post)))
    post.slack.refusing = "internal_error"
    now = timezone.now()

    assert work_heard(clock=lambda: now) == 0
    assert work_heard(clock=lambda: now + MINUTES) == 0
    for turn in range(1, 4):
        assert work_heard(clock=lambda turn=turn: now + turn * 3 * MINUTES) == 0  # type: ignore[misc]
    assert work_heard(clock=lambda: now + 30 * MINUTES) == 1
    assert Heard.objects.get().outcome == "given_up"
    assert forget_heard(now=now + timedelta(days=40)) == 1


def test_secrets_lie_sealed_and_stay_where_nothing_is_entered(post: Post) -> None:
    row = post.row
    assert "xoxb-1" not in str(row.settings)
    given_ = {"room": "C9", "api_base": post.address}

    change(
        actor=post.tea.owner, outpost_id=post.id, name="售后群", settings=given_, wants=["mention"], minutes=5,
        now=NOON,
    )  # fmt: skip

    assert (post.row.settings["room"], post.row.secrets) == ("C9", row.secrets)
    assert try_out(actor=post.tea.owner, outpost_id=post.id) == "tongxin (小满茶具)"
    assert post.slack.said[-1]["channel"] == "C9"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"plugin": "webchat"}, "outpost.plugin"),
        ({"name": " "}, "outpost.name"),
        ({"wants": ["everything"]}, "outpost.want"),
        ({"minutes": 0}, "outpost.minutes"),
        ({"settings": {}}, "inbox.setting_required"),
    ],
)
def test_what_is_wrong_is_refused(post: Post, wrong: dict[str, Any], code: str) -> None:
    right: dict[str, Any] = {
        "plugin": "slack", "name": "群", "wants": [], "minutes": 10,
        "settings": {"bot_token": "t", "signing_secret": "s", "room": "C1"},
    }  # fmt: skip

    with pytest.raises(Refused) as refused:
        create(actor=post.tea.owner, **{**right, **wrong}, now=NOON)

    assert refused.value.code == code


def test_what_is_removed_is_told_nothing(post: Post) -> None:
    told(post)

    assert remove(actor=post.tea.owner, outpost_ids=[post.id], now=NOON) == 1

    post.tea.write("又坏了", by="Tom", at=NOON)
    assert tell_waiting(now=NOON + 20 * MINUTES) == 0
    assert not Outpost.objects.exists()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("/reply 好的", (True, "好的")),
        ("!REPLY  好的\n第二行", (True, "好的\n第二行")),
        ("reply: 好的", (True, "好的")),
        ("回复：好的", (True, "好的")),
        ("reply to her today", (False, "reply to her today")),
        ("/replying", (False, "/replying")),
        ("回复她一下", (False, "回复她一下")),
        (" 记一下 ", (False, "记一下")),
    ],
)
def test_only_what_says_so_is_for_the_person(text: str, meant: tuple[bool, str]) -> None:
    assert read(text) == meant


@given(st.text())
def test_nothing_is_for_the_person_by_accident(text: str) -> None:
    is_reply, words = read(text)
    assert words in text
    assert not is_reply or any(mark in text.lower() for mark in ("reply", "回复"))
