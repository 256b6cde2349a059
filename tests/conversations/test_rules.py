"""Who asks for a human, when a talk goes on, and how long a rating may be changed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxin.service.conversations.rules import asks_for_human, rating_is_editable, reopens

MOMENTS = st.datetimes(timezones=st.just(UTC), max_value=datetime(9000, 1, 1))  # noqa: DTZ001
PAUSES = st.timedeltas(timedelta(0), timedelta(days=60))

ASKING = [
    "人工",
    "人工!",
    " 人工 ",
    "人工。。",
    "人工客服",
    "真人",
    "客服",
    "转人工",
    "转人工！",
    "转人工客服",
    "请转人工",
    "我要转人工",
    "帮我转人工",
    "帮我转接人工",
    "转接人工客服",
    "麻烦转一下人工",
    "我要人工",
    "我要人工服务",
    "我要找人工",
    "找人工",
    "找真人",
    "叫个真人来",
    "换人工",
    "换个真人客服",
    "有人工吗",
    "有没有人工",
    "有真人吗",
    "人工在吗",
    "人工客服在吗？",
    "能不能转人工",
    "可以转人工吗",
    "可不可以帮我转到人工客服",
    "我想和真人说话",
    "我想跟人工客服聊",
    "给我转人工",
    "接人工",
    "转 人工",
    "人工人工人工",
    "找客服",
    "我要找客服",
    "转客服",
    "联系客服",
    "你是机器人吗，我要人工",
    "不要机器人，转人工",
    "别给我发这个了，转人工",
    "不是这个问题，转人工",
    "没有解决，转人工吧",
    "轉人工",
    "我要真人客服",
    "找个人来跟我说",
    "我不要机器人",
    "ＡＧＥＮＴ",
    "agent please",
    "Agent, please!",
    "agent",
    "AGENT",
    "human",
    "human please",
    "a human please",
    "operator",
    "representative",
    "real person please",
    "Can I talk to a human?",
    "I want to speak to a real person",
    "speak with someone",
    "could I speak to an agent",
    "connect me to an agent",
    "transfer me to a person",
    "get me a human",
    "I need a human",
    "I need a human agent",
    "I'd like to talk to a representative",
    "give me a real human",
    "put me through to an operator",
    "let me speak to a manager",
    "customer service please",
    "live agent",
    "live chat agent please",
    "please connect me with support staff",
    "talk to agent",
    "this bot is useless, I want a human",
    "I don't want a bot, give me a human",
    "not a robot, a human please",
    "That is not what I asked. Talk to a human!",
    "can a human help me",
    "is there a human here?",
    "I would prefer to talk to a person",
    "real human pls",
    "no more bots, agent please",
]
NOT_ASKING = [
    "",
    "你好",
    "壶盖碎了",
    "我的快递到哪了？",
    "退款多久到账",
    "这个壶是人工做的吗",
    "人工费多少",
    "人工智能茶壶",
    "纯手工还是人工",
    "这是人工湖边的照片",
    "不用转人工",
    "不需要人工",
    "先不用人工",
    "暂时不用转人工",
    "别转人工",
    "不要转人工，我自己看",
    "我不想找客服",
    "无需人工客服",
    "人工降雨",
    "有人工色素吗",
    "含有人工香精吗",
    "人工窑烧的吗",
    "请问有人工添加剂吗",
    "要人工打磨多久",
    "客服态度很好",
    "刚才的客服说可以退",
    "谢谢客服",
    "昨天的人工客服很好",
    "人工客服几点上班",
    "真人写的字吗",
    "我要一个真人大小的茶宠",
    "人工成本太高了吧",
    "hello",
    "Where is my order?",
    "my travel agent booked it",
    "real estate agent",
    "I am a human too",
    "is this handmade by a real person?",
    "human hair brush",
    "the agent was very kind",
    "no need for an agent",
    "I don't need to talk to a human",
    "do not transfer me to an agent",
    "don't want a representative",
    "Is it safe for human use?",
    "user-agent",
    "talk to you later",
    "I need a hand with my teapot",
    "get it to the person at the door",
    "switch it to the other address",
    "thanks to your people",
    "the agent told me to ask here",
    "person",
    "I'd like to get this to my mother",
    "put it with the other package",
    "cleaning agent",
    "Do you put people on the label?",
]


@pytest.mark.parametrize("text", ASKING)
def test_this_asks_for_a_human(text: str) -> None:
    assert asks_for_human(text)


@pytest.mark.parametrize("text", NOT_ASKING)
def test_this_does_not_ask_for_a_human(text: str) -> None:
    assert not asks_for_human(text)


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    assert asks_for_human(text) in {True, False}


@given(st.sampled_from(["转人工", "agent please"]), st.text(" 　\n。.!！~", max_size=20))
def test_marks_and_spaces_around_change_nothing(wish: str, around: str) -> None:
    assert asks_for_human(f"{around}{wish}{around}")


def test_a_very_long_text_is_answered_at_once() -> None:
    assert not asks_for_human("talk " * 100_000)
    assert not asks_for_human("转" * 100_000)


@given(MOMENTS, PAUSES)
def test_a_talk_goes_on_for_seven_days(ended: datetime, pause: timedelta) -> None:
    assert reopens(ended, ended + pause, 7) is (pause <= timedelta(days=7))


@given(MOMENTS, PAUSES)
def test_a_rating_is_editable_for_a_day(rated: datetime, pause: timedelta) -> None:
    assert rating_is_editable(rated, rated + pause) is (pause <= timedelta(hours=24))
