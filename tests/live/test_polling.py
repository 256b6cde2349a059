"""The same by plain HTTP: every answer has a status that fits and a code that stays."""

import json
from itertools import product
from uuid import uuid4

import pytest

from tests.live.wire import Answer, Frame, Wire, message
from tests.make.world import NOON
from tongxin.center.kit.ids import public_id
from tongxin.faces.live.app import application
from tongxin.faces.live.pace import Pace
from tongxin.service.conversations.actions import reply
from tongxin.service.conversations.models import Conversation, Message


def hello(wire: Wire) -> str:
    """Let a visitor in; return their token."""
    answer = wire.post([{"type": "hello"}])
    assert answer.status == 200
    return str(answer.body[0]["token"])


def kinds(answer: Answer) -> list[str]:
    return [frame["type"] for frame in answer.body]


def test_a_visitor_is_welcomed_writes_and_is_answered(wire: Wire) -> None:
    token = hello(wire)
    written = wire.post([message("a", "壶盖碎了"), message("b", "能换吗")], token)
    first = written.body[0]["message"]["id"]
    mine = Conversation.objects.get()
    reply(actor=wire.tea.owner, conversation_ids=[mine.pk], text="能", now=NOON)

    news = wire.get(token, f"?after={first}")

    assert kinds(written) == ["ack", "ack"]
    assert [f["message"]["text"] for f in news.body if f["type"] == "message"] == ["能换吗", "能"]
    assert news.body[-2]["conversation"]["id"] == public_id("conv", mine.pk)


def test_sending_it_again_by_another_way_is_the_same_message(wire: Wire) -> None:
    token = hello(wire)
    by_http = wire.post([message("a")], token).body[0]
    with wire.visitor(token=token) as (socket, _welcome):
        socket.send(message("a"))
        by_socket = socket.next("ack")

    assert by_http["message"]["id"] == by_socket["message"]["id"]
    assert Message.objects.count() == 1


def test_one_may_look_back_to_the_beginning_of_what_one_said(wire: Wire) -> None:
    token = hello(wire)
    for batch in range(4):
        wire.post([message(f"{batch}-{n}", f"{batch}-{n}") for n in range(15)], token)
    with wire.visitor() as (stranger, _nothing):
        stranger.send(message("x", "不是你的"))
        stranger.next("ack")

    [welcome] = wire.post([{"type": "hello", "token": token}]).body
    before = welcome["messages"][0]["id"]
    [earlier] = wire.post([{"type": "earlier", "before": before}], token).body

    assert [welcome["more"], earlier["more"]] == [True, False]
    assert [m["text"] for m in earlier["messages"]] == [f"0-{n}" for n in range(10)]
    assert wire.post([{"type": "earlier", "before": 7}], token).body[0]["code"] == "frame.id"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "request.malformed"),
        (b"not JSON", 422, "request.malformed"),
        (b"\xff\xfe", 422, "request.malformed"),
        (b"[" * 100_000, 422, "request.malformed"),
        (b"null", 422, "request.invalid"),
        (b"{}", 422, "request.invalid"),
        (json.dumps([{"type": "ping"}] * 21).encode(), 422, "request.invalid"),
        (b" " * (256 * 1024 + 1), 413, "request.too_large"),
    ],
    ids=lambda given: repr(given)[:30],
)
def test_a_body_that_is_none_is_refused(wire: Wire, body: bytes, status: int, code: str) -> None:
    answer = wire.ask("POST", body)

    assert (answer.status, answer.code) == (status, code)
    assert answer.body["detail"]


def test_a_refusal_speaks_the_visitor_s_language(wire: Wire) -> None:
    token = hello(wire)
    frames = json.dumps([message("a", "")]).encode()

    details = [
        wire.ask("POST", frames, token, f"?language={language}").body[0]["detail"]
        for language in ("en", "zh-CN", "x" * 99, "%00")
    ]

    assert details == ["There is nothing to send.", "没有可发送的内容。", *[details[0]] * 2]


def test_what_is_no_frame_is_passed_over(wire: Wire) -> None:
    answer = wire.post([1, None, "x", [], {}, {"type": {}}, {"type": "ping"}], hello(wire))

    assert (answer.status, kinds(answer)) == (200, ["pong"])


@pytest.mark.parametrize("token", ["forged", "7.webchat.x.1.00", "a.b.c.d.e", "%", "é"])
def test_a_forged_token_opens_nothing(wire: Wire, token: str) -> None:
    answers = [wire.get(token), wire.post([message()], token)]

    assert [(answer.status, answer.code) for answer in answers] == [(401, "visitor.token")] * 2
    assert not Message.objects.exists()


def test_without_a_token_one_hears_nothing_and_says_nothing(wire: Wire) -> None:
    wire.post([message("a", "我的秘密")], hello(wire))

    heard, said = wire.get("", "?wait=25"), wire.post([message("b")])

    assert heard.body == []
    assert [frame["code"] for frame in said.body] == ["visitor.token"]
    assert Message.objects.count() == 1


@pytest.mark.parametrize("key", ["nobody", "%00", "..", "xiaoman%2Fx"])
def test_an_inbox_that_is_not_there_is_not_found(wire: Wire, key: str) -> None:
    for method in ("GET", "POST"):
        answer = wire.ask(method, b"[]", key=key)

        assert answer.status == 404


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_allowed(wire: Wire, method: str) -> None:
    assert wire.ask(method, b"[]").status == 405


@pytest.mark.parametrize(
    "query",
    ["?after=x&wait=x", "?wait=-1", "?wait=nan", "?after=&wait=", "?after=%00", "?wait=1e-400"],
)
def test_a_strange_question_is_answered_all_the_same(wire: Wire, query: str) -> None:
    answer = wire.get(hello(wire), query)

    assert (answer.status, kinds(answer)) == (200, ["conversation"])


CLIENT_IDS: list[object] = ["a", "a\x00", "\ud800", "x" * 10_000, None, {}, True]
TEXTS: list[object] = ["hi", "\ud83d", "\x00", None, [], "长" * 100_000]
FILES: list[object] = [[], [{}], ["file_" + "0" * 13], None]
FRAMES: list[Frame] = [
    {"token": "\ud800", "jwt": "\x00", "message_id": "\ud800", "email": "a@\ud800.de", "on": {}},
    {"token": 7, "jwt": [], "message_id": 2**70, "email": [], "conversation_id": {}, "score": "5"},
    {"message_id": public_id("msg", 2**63 - 1), "conversation_id": public_id("conv", 2**62)},
    {"email": "m@" + "x" * 5000 + ".de", "comment": {"a": ["\ud800"]}, "score": 1e400},
]
KINDS = ["hello", "typing", "seen", "got", "email", "rate", "ping"]
HOSTILE: list[Frame] = [
    *(
        message(client_id, text, files=files)
        for client_id, text, files in product(CLIENT_IDS, TEXTS, FILES)
    ),
    *({"type": kind, **more} for kind, more in product(KINDS, FRAMES)),
]


def test_no_frame_however_strange_breaks_the_door(wire: Wire) -> None:
    application.app.state.pace = application.app.state.arrivals = Pace(1e6, 1e6)
    token = hello(wire)
    wire.post([message(str(uuid4()))], token)
    broken: list[Frame] = []

    for frame in HOSTILE:
        answer = wire.post([frame], token)
        if answer.status not in {200, 413}:
            broken.append(frame)

    assert not broken


def test_nobody_reads_another_visitor_s_messages(wire: Wire) -> None:
    mei, tom = hello(wire), hello(wire)
    wire.post([message("a", "我的秘密")], mei)
    wire.post([message("a", "hello")], tom)

    seen = json.dumps(wire.get(tom).body, ensure_ascii=False)

    assert "hello" in seen
    assert "秘密" not in seen
