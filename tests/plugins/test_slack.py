"""Slack, as its own library signs and sends."""

import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk import WebClient
from slack_sdk.models import blocks

from tests.plugins.bending import ANYTHING, bent
from tests.plugins.slackapi import ROOM, SECRET, Slack, answered, call, signed
from tests.plugins.standin import Vendor
from tongxin.center.kit.plugins import load, manifests
from tongxin.sdk import Call, Outpost, Refused, Said, Telling, Unreachable

NOW = datetime(2026, 11, 22, tzinfo=UTC)
AT = int(NOW.timestamp())


def app(service: Vendor | None = None, **more: Any) -> Outpost:
    base = {"bot_token": "xoxb-1", "signing_secret": SECRET, "room": ROOM}
    made = load(manifests()["slack"])(
        {**base, "api_base": service.address if service else "", **more}
    )
    assert isinstance(made, Outpost)
    return made


@pytest.fixture
def slack(service: Vendor) -> Slack:
    service.answer = made = Slack()
    return made


@given(st.text(max_size=50))
def test_what_the_library_signs_is_believed(text: str) -> None:
    body = text.encode("utf-8", "replace")

    app().verify(call(body, AT, NOW))

    for other in (
        call(body + b" ", AT, NOW, **signed(body, AT)),
        call(body, AT, NOW, **signed(body, AT, "another")),
        call(body, AT, NOW, **{**signed(body, AT), "x-slack-request-timestamp": str(AT + 1)}),
    ):
        with pytest.raises(Refused, match=r"hook\.forged"):
            app().verify(other)


@pytest.mark.parametrize("late", [timedelta(minutes=6), -timedelta(minutes=6)])
def test_what_is_old_was_overheard(late: timedelta) -> None:
    with pytest.raises(Refused, match=r"hook\.forged"):
        app().verify(call(b"{}", AT, NOW + late))


@pytest.mark.parametrize("at", ["", "x", "²", "9" * 40, "-1"])
def test_no_time_and_no_secret_are_nobody_s(at: str) -> None:
    shown = {**signed(b"{}", AT), "x-slack-request-timestamp": at}
    with pytest.raises(Refused, match=r"hook\.forged"):
        app().verify(call(b"{}", AT, NOW, **shown))
    with pytest.raises(Refused, match=r"hook\.forged"):
        app(signing_secret="").verify(call(b"{}", AT, NOW, **signed(b"{}", AT, "x")))


def test_the_address_is_tried_by_a_challenge() -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB"}).encode()

    shaken = app().handshake(call(body, AT, NOW))

    assert shaken is not None
    assert shaken.body == b"3eZbrw1aB"
    assert app().handshake(call(answered("hi", "1.1"), AT, NOW)) is None


def test_only_colleagues_in_our_threads_are_heard() -> None:
    heard = app().hear(
        call(answered("见 &lt;<https://x.example|官网>&gt; &amp; 回电", "1.1"), AT, NOW)
    )

    words = "见 <官网 (https://x.example)> & 回电"
    assert heard == [Said(f"{ROOM}:1700000001.000100", "1.1", "U1", words)]
    for nobody in (
        answered("hi", ""), answered("hi", "1.1", at="1.1"), answered("hi", "1.1", bot_id="B1"), answered(" ", "1.1"),
        answered("hi", "1.1", subtype="message_changed"), answered("hi", "1.1", channel="C9"), b'{"type": "x"}',
    ):  # fmt: skip
        assert app().hear(call(nobody, AT, NOW)) == []


def test_what_people_typed_is_read_by_its_form_and_not_by_slack_s_marks() -> None:
    def of(*elements: dict[str, Any], kind: str = "section", **more: Any) -> dict[str, Any]:
        return {"type": f"rich_text_{kind}", "elements": list(elements), **more}

    def text(said: str, **style: bool) -> dict[str, Any]:
        return {"type": "text", "text": said, "style": style}

    parts = [
        of(
            text("回复：3*4*5，"), text("今天", bold=True), text("发 "),
            {"type": "link", "url": "https://a.cn/x", "text": "单号"},
            {"type": "emoji", "name": "smile", "unicode": "1f604"}, {"type": "emoji", "name": "ours"},
            {"type": "user", "user_id": "U2"}, text("\n"),
        ),
        of(of(text("拍照")), of(text("寄回")), kind="list", style="ordered"),
        of(text("原话\n二"), kind="quote"),
    ]  # fmt: skip
    typed = [{"type": "rich_text", "elements": parts}]
    body = answered("回复：3*4*5，*今天*发 …", "1.1", blocks=typed)

    [said] = app().hear(call(body, AT, NOW))

    words = "回复：3*4*5，今天发 单号 (https://a.cn/x)😄:ours:@U2\n1. 拍照\n2. 寄回\n> 原话\n> 二"
    assert said.text == words


BY_FORM = answered(
    "hi",
    "1.1",
    blocks=[
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "emoji"}]}],
        }
    ],
)


@given(
    bent(answered("hi", "1.1")) | bent(BY_FORM),
    ANYTHING.map(lambda said: json.dumps(said).encode()),
)
def test_whatever_comes_in_is_heard_or_refused(body: bytes, other: bytes) -> None:
    for said in (body, other):
        came = Call("POST", "https://desk.example/outposts/k/", {}, said, NOW)
        heard: Sequence[Said] = []
        with suppress(Refused):
            app().handshake(came)
            heard = app().hear(came)
        assert all(one.thread and one.author and one.text.strip() for one in heard)


def test_the_library_and_we_say_the_same(service: Vendor, slack: Slack) -> None:
    library = WebClient("xoxb-1", base_url=f"{service.address}/api/")
    text = "*A* &lt;b&gt; &amp; c\n<https://desk.example/x>"
    plain = blocks.RichTextElementParts.Text(text="*A* <b> & c\n").to_dict()
    link = blocks.RichTextElementParts.Link(url="https://desk.example/x", text="打开").to_dict()
    section = blocks.RichTextSectionElement(elements=[plain, link])
    formed = [blocks.RichTextBlock(elements=[section]).to_dict()]
    library.chat_postMessage(
        channel=ROOM, text=text, unfurl_links=False, thread_ts="1.1", blocks=formed
    )

    thread = app(service).tell(Telling("*A* <b> & c", "https://desk.example/x", "1.1", "打开"))

    theirs, ours = slack.said
    assert ours == theirs
    assert thread == "1700000000.000002"


def test_only_our_own_team_is_vouched_for(service: Vendor, slack: Slack) -> None:
    slack.emails = {"U1": "tom@xiaoman.example", "U2": "li@xiaoman.example"}
    slack.teams = {"U2": "T-of-a-partner"}

    assert app(service).email_of("U1") == "tom@xiaoman.example"
    assert app(service).email_of("U2") == ""
    assert app(service).email_of("U3") == ""


def test_a_no_is_told_in_slack_s_words(service: Vendor, slack: Slack) -> None:
    assert app(service).try_out() == "tongxin (小满茶具)"

    slack.refusing = "channel_not_found"
    with pytest.raises(Refused, match="channel_not_found"):
        app(service).tell(Telling("hi"))
    with pytest.raises(Refused, match="bot token"):
        app(service, bot_token="").try_out()
    service.answer = lambda _asked: (429, {}, {"retry-after": "1"})
    with pytest.raises((Refused, Unreachable)):
        app(service).tell(Telling("hi"))
