"""飞书 has threads as Slack has; 钉钉 has none: there an answer quotes what was told, or begins with its number."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.make.world import NOON, World, world
from tests.plugins import dingtalkapi, feishuapi
from tests.plugins.standin import vendor
from tongxin.center.accounts.models import Member, User
from tongxin.center.kit.actor import Actor
from tongxin.sdk import Call, Said, Tokens
from tongxin.service.conversations.models import Conversation, Message
from tongxin.service.outposts.actions import create, tell_waiting, work_heard
from tongxin.service.outposts.models import Heard, Outpost, Posted
from tongxin.service.outposts.rules import meant


@dataclass
class Room:
    """A shop whose colleagues read in another chat; ``call`` makes a call of what was said."""

    tea: World
    chat: Any
    call: Callable[..., Call]
    id: int
    member_id: int = 0

    def hears(self, client: Client, said: Any) -> str:
        """Let a colleague say something three times, and the worker do it; return what became of it."""
        call = self.call(said, timezone.now())
        for _repetition in range(3):
            response = client.post(
                f"/outposts/{Outpost.objects.get(pk=self.id).key}/", call.body, "application/json", headers=call.headers
            )  # fmt: skip
            assert (response.status_code, response.content) == (200, b"")
        work_heard(clock=timezone.now)
        heard = Heard.objects.order_by("pk").last()
        return heard.outcome if heard else ""

    def tells(self, words: str = "壶盖碎了", by: str = "小梅") -> Conversation:
        """Let somebody wait until colleagues hear of it."""
        self.tea.write(words, by=by, at=NOON)
        assert tell_waiting(now=NOON + timedelta(minutes=11)) == 1
        return Posted.objects.select_related("conversation").latest("pk").conversation

    def colleague(self) -> tuple[Actor, str]:
        """Return somebody who works here, and their address."""
        member = self.tea.member()
        return member, User.objects.get(pk=Member.objects.get(pk=member.id).user_id).email


def connected(
    plugin: str, chat: Any, call: Callable[..., Call], given_settings: dict[str, Any]
) -> Room:
    tea = world()
    made = create(
        actor=tea.owner, plugin=plugin, name="售后群", settings=given_settings, wants=["waiting"], now=NOON
    )  # fmt: skip
    return Room(tea, chat, call, made)


@pytest.fixture
def _open(transactional_db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.TRUSTS_OWN_NETWORK = True
    settings.ADDRESS = "https://desk.example"
    for plugin in ("feishu", "dingtalk"):
        monkeypatch.setattr(f"tongxin.plugins.outpost_{plugin}.api._tokens", Tokens())


@pytest.fixture
def feishu(_open: None) -> Iterator[Room]:
    with vendor(chat := feishuapi.Feishu()) as runs:
        yield connected(
            "feishu", chat, feishuapi.called, {**feishuapi.SETTINGS, "api_base": runs.address}
        )


@pytest.fixture
def dingtalk(_open: None) -> Iterator[Room]:
    with vendor(chat := dingtalkapi.DingTalk()) as runs:
        given_settings = {**dingtalkapi.SETTINGS, "api_base": runs.address}
        room = connected("dingtalk", chat, dingtalkapi.called, given_settings)
        member, email = room.colleague()
        chat.users = {"user123": {"email": email}, "stranger": {"email": "who@else.example"}}
        room.member_id = member.id
        yield room


def test_feishu_is_told_and_answers_in_the_thread(feishu: Room, client: Client) -> None:
    member, email = feishu.colleague()
    feishu.chat.users = {"ou_1": {"enterprise_email": email.upper()}}
    conversation = feishu.tells()
    told = feishu.chat.words()
    assert f"#{conversation.number}" in told
    assert "https://desk.example/desk/all/conv_" in told
    assert "壶盖" not in told

    assert feishu.hears(client, feishuapi.event("reply: 马上给您换一个", "om_1")) == "answered"

    message = Message.objects.get(kind="out")
    assert (message.text, message.author) == ("马上给您换一个", f"member:{member.id}")
    assert feishu.chat.said[-1][0] == "om_1"
    assert not feishu.chat.words().startswith("#")


def test_feishu_s_pictures_and_outsiders_are_refused_in_a_sentence(
    feishu: Room, client: Client
) -> None:
    _member, email = feishu.colleague()
    feishu.chat.users = {"ou_1": {"email": email}}
    feishu.tells()

    picture = feishuapi.event({"image_key": "i"}, "om_1", kind="image", message_id="om_p")
    assert feishu.hears(client, picture) == "no_words"
    assert feishu.chat.said[-1][0] == "om_1"
    guest = feishuapi.event("reply: 偷偷说一句", "om_1", tenant="another", message_id="om_g")
    assert feishu.hears(client, guest) == "stranger"
    assert not Message.objects.filter(kind__in=["note", "out"]).exists()
    assert (
        feishu.hears(client, feishuapi.event("午饭吃什么", "om_of_others", message_id="om_o"))
        == "stranger"
    )
    assert Heard.objects.count() == 2


@pytest.mark.parametrize("by_number", [True, False])
def test_dingtalk_is_answered_by_number_or_quote(
    dingtalk: Room, client: Client, by_number: bool
) -> None:
    first = dingtalk.tells()
    other = dingtalk.tells("茶叶受潮了", by="Tom")
    assert first.number != other.number
    said = f"#{first.number} reply: 马上给您换一个" if by_number else "回复：马上给您换一个"

    outcome = dingtalk.hears(client, dingtalkapi.push(said, quotes="" if by_number else "PQK1"))

    assert outcome == "answered"
    message = Message.objects.get(kind="out")
    assert (message.text, message.conversation_id) == ("马上给您换一个", first.pk)
    assert message.author == f"member:{dingtalk.member_id}"
    assert dingtalk.chat.words().startswith(f"#{first.number}: ")


@pytest.mark.parametrize(
    ("text", "quotes"),
    [("好的", ""), ("#9999 好的", ""), ("#9999 好的", "PQK1"), ("好的", "PQK-of-something-else")],
)
def test_what_means_none_is_told_how_to_answer(
    dingtalk: Room, client: Client, text: str, quotes: str
) -> None:
    dingtalk.tells()

    assert dingtalk.hears(client, dingtalkapi.push(text, quotes)) == "unclear"

    assert not Message.objects.filter(kind__in=["note", "out"]).exists()
    assert "#编号" in dingtalk.chat.words()
    assert len(dingtalk.chat.said) == 2


def test_what_means_two_is_taken_for_neither(dingtalk: Room, client: Client) -> None:
    dingtalk.tells()
    other = dingtalk.tells("茶叶受潮了", by="Tom")

    assert dingtalk.hears(client, dingtalkapi.push(f"#{other.number} 好的", "PQK1")) == "unclear"
    assert not Message.objects.filter(kind__in=["note", "out"]).exists()


def test_a_number_that_was_never_told_here_opens_nothing(dingtalk: Room, client: Client) -> None:
    dingtalk.tells()
    dingtalk.tea.write("不在群里说", by="Tom", at=NOON)
    hidden = Conversation.objects.latest("pk")

    assert dingtalk.hears(client, dingtalkapi.push(f"#{hidden.number} reply: 好")) == "unclear"
    assert not Message.objects.filter(kind="out").exists()


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ({"user": "stranger"}, "stranger"),
        ({"user": None}, "stranger"),
        ({"senderCorpId": "dingother"}, "stranger"),
        ({"msgtype": "picture", "content": {"downloadCode": "d"}}, "no_words"),
    ],
)
def test_who_and_what_is_not_taken_is_told_so(
    dingtalk: Room, client: Client, said: dict[str, Any], outcome: str
) -> None:
    dingtalk.tells()

    assert dingtalk.hears(client, dingtalkapi.push("reply: 好", "PQK1", **said)) == outcome
    assert not Message.objects.filter(kind__in=["note", "out"]).exists()
    assert len(dingtalk.chat.said) == 2


def test_the_group_in_which_it_is_called_is_shown_until_one_is_set(
    dingtalk: Room, client: Client
) -> None:
    outpost = Outpost.objects.get(pk=dingtalk.id)
    outpost.settings["room"] = ""
    outpost.save()

    assert dingtalk.hears(client, dingtalkapi.push("hi", conversationType="1")) == ""
    assert Outpost.objects.get().trouble == ""
    assert dingtalk.hears(client, dingtalkapi.push("hi")) == ""
    assert dingtalkapi.ROOM in Outpost.objects.get().trouble
    assert not dingtalk.chat.said


def test_a_webhook_tells_and_the_robot_hears_by_number(dingtalk: Room, client: Client) -> None:
    outpost = Outpost.objects.get(pk=dingtalk.id)
    address = f"{outpost.settings['api_base']}/robot/send?access_token=hook"
    outpost.settings |= {"webhook": address, "webhook_secret": dingtalkapi.HOOK_SECRET}
    outpost.save()
    conversation = dingtalk.tells()
    assert dingtalk.chat.said[0]["kind"] == "actionCard"

    assert (
        dingtalk.hears(client, dingtalkapi.push(f"#{conversation.number} 仓库说周三到")) == "noted"
    )
    assert Message.objects.get(kind="note").text == "仓库说周三到"


NAMES, NUMBERS = st.sampled_from(["", "a", "b", "c"]), st.sampled_from([1, 2, 3])


@given(NAMES, st.lists(NUMBERS, max_size=3))
def test_an_answer_means_one_conversation_or_none(thread: str, numbers: list[int]) -> None:
    by_thread, by_number = {"a": 10, "b": 20}, {1: 10, 2: 20}
    found = meant(Said("x", thread, "u", "t", tuple(numbers)), by_thread, by_number)

    named = {by_number.get(number) for number in numbers} | (
        {by_thread[thread]} if thread in by_thread else set()
    )
    assert found in {10, 20, None}
    assert (found is not None) == (len(named) == 1 and None not in named)
    assert found is None or named == {found}
