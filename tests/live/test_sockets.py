"""Whatever a visitor's socket says: an answer, a refusal or the end; never a break, never a leak."""

import json
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from tests.live.wire import Frame, Wire, message
from tests.make.loops import run
from tests.make.world import NOON, world
from tongxin.center.kit.ids import public_id
from tongxin.center.people.actions import block, unblock
from tongxin.center.people.models import Identity
from tongxin.faces.live import guests, hearing, waiting
from tongxin.faces.live.hub import Hub
from tongxin.faces.live.waiting import Queue
from tongxin.service.channels.actions import change_inbox
from tongxin.service.channels.models import Inbox
from tongxin.service.conversations.actions import (
    assign,
    create_status,
    reply,
    resolve,
    set_status,
)
from tongxin.service.conversations.models import Conversation, Message, Rating
from tongxin.service.conversations.queries import Place
from tongxin.service.conversations.values import Status

FAR_AWAY = 2**63 - 1


def codes(frames: list[Frame]) -> list[str]:
    return [frame["code"] for frame in frames if frame["type"] == "refused"]


def said() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("text", flat=True))


def test_a_visitor_is_welcomed_and_their_message_acknowledged_once_it_is_written(
    wire: Wire,
) -> None:
    with wire.visitor() as (socket, welcome):
        socket.send(message("a", "壶盖碎了"))
        ack = socket.next("ack")
        written = said()

    assert (welcome["verified"], welcome["conversation"], welcome["messages"]) == (False, None, [])
    assert ack["client_id"] == ack["message"]["client_id"] == "a"
    assert written == ["壶盖碎了"]


def test_the_welcome_comes_first_whatever_is_told_while_it_is_made(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = guests.stand

    def stand_while_the_queue_moves(guest: guests.Guest) -> Any:
        guest.hub.publish(guest.topic, {"type": "queue", "place": 1, "minutes": None})
        return stand(guest)

    monkeypatch.setattr(guests, "stand", stand_while_the_queue_moves)
    with wire.visitor() as (socket, first):
        assert (first["type"], socket.next()["type"]) == ("welcome", "queue")


def test_sending_it_again_is_acknowledged_as_the_same_message(wire: Wire) -> None:
    with wire.visitor() as (socket, welcome):
        socket.send(message("a"))
        first = socket.next("ack")
    with wire.visitor(token=welcome["token"]) as (socket, again):
        socket.send(message("a"))
        second = socket.next("ack")

    assert first["message"]["id"] == second["message"]["id"] == again["messages"][0]["id"]
    assert len(said()) == 1


def test_somebody_who_is_blocked_is_refused_and_may_write_again_once_let_in(wire: Wire) -> None:
    with wire.visitor() as (socket, _welcome):
        socket.send(message("a", "垃圾广告"))
        socket.next("ack")
        person_id = Identity.objects.get(kind="webchat").person_id
        block(actor=wire.tea.owner, person_ids=[person_id], reason="广告", now=NOON)
        socket.send(message("b", "再来一条"))
        refused = socket.next("refused")
        unblock(actor=wire.tea.owner, person_ids=[person_id], now=NOON)
        socket.send(message("b", "再来一条"))
        socket.next("ack")

    assert (refused["code"], refused["client_id"]) == ("person.blocked", "b")
    assert said() == ["垃圾广告", "再来一条"]


@pytest.mark.parametrize(
    "first",
    [
        "not JSON", "", "[]", "1", "null", '"hello"', '{"type": "message"}', "{}", "[" * 100_000, b"\x00\xff",
        b'{"type": "hello"}', '{"type": "hello", "token": "forged"}', '{"type": "hello", "jwt": "forged"}',
        '{"type": "hello", "token": "\\ud800"}', '{"type": "hello", "jwt": "\\u0000.\\ud800."}',
    ],
    ids=lambda first: repr(first)[:40],
)  # fmt: skip
def test_who_does_not_say_hello_properly_is_sent_away(wire: Wire, first: str | bytes) -> None:
    with wire.socket() as socket:
        socket.say(first)
        code = socket.end()

    assert code == 4401


def test_an_inbox_that_is_not_there_or_off_is_not_found(wire: Wire) -> None:
    change_inbox(
        actor=wire.tea.owner,
        inbox_id=wire.tea.inbox_id,
        name="官网",
        settings={},
        enabled=False,
        now=NOON,
    )

    for key in (wire.key, "nobody", "%00", "\ud7ff"):
        with wire.socket(f"/chat/{key}/socket") as socket:
            assert socket.end() == 4404


@pytest.mark.parametrize(
    "noise",
    [
        "not JSON", "", "[]", "1", "null", "[" * 100_000, '{"a":' * 20_000, "{}", '{"type": null}', '{"type": "x"}',
        '{"type": ["message"]}', '{"type": {"a": 1}}', '{"type": "typing", "on": {"a": []}}',
        '{"type": "constructor"}', '{"type": "got"}', '{"type": "seen", "message_id": 7}', "NaN", "-Infinity",
    ],
    ids=lambda noise: repr(noise)[:40],
)  # fmt: skip
def test_noise_does_not_end_the_talk(wire: Wire, noise: str) -> None:
    with wire.visitor() as (socket, _welcome):
        socket.say(noise)
        socket.send(message())
        ack = socket.next("ack")

    assert ack["client_id"] == "1"


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (message(None), "message.client_id"),
        (message(""), "message.client_id"),
        (message(7), "message.client_id"),
        (message("x" * 65), "message.client_id"),
        (message("a:b"), "message.client_id"),
        (message("a b"), "message.client_id"),
        (message("中"), "message.client_id"),
        (message(["a"]), "message.client_id"),
        (message("a", 7), "message.too_long"),
        (message("a", None), "message.too_long"),
        (message("a", "长" * 4001), "message.too_long"),
        (message("a", " \n"), "message.empty"),
        (message("a", "\x00"), "message.empty"),
        (message("a", files="file"), "message.files"),
        (message("a", files={"0": 1}), "message.files"),
        (message("a", files=["file"] * 11), "message.files"),
        (message("a", files=["file"]), "frame.id"),
        (message("a", files=[7]), "frame.id"),
        (message("a", files=[public_id("file", FAR_AWAY)]), "file.unknown"),
        (message("a", files=[public_id("msg", 1)]), "frame.id"),
        ({"type": "seen", "message_id": "7"}, "frame.id"),
        ({"type": "got", "message_id": None}, "frame.id"),
        ({"type": "rate", "conversation_id": "x", "score": 5}, "frame.id"),
        ({"type": "rate", "conversation_id": public_id("conv", FAR_AWAY)}, "conversation.missing"),
        ({"type": "email", "email": "mei@example.com"}, "visitor.unknown"),
        ({"type": "hello", "token": "forged"}, "visitor.token"),
        ({"type": "hello", "token": "\ud800"}, "visitor.token"),
        ({"type": "hello", "jwt": "forged"}, "visitor.claim"),
    ],
    ids=lambda given: str(given)[:60].encode("ascii", "replace").decode(),
)
def test_what_cannot_be_done_is_refused_with_a_code(wire: Wire, frame: Frame, code: str) -> None:
    with wire.visitor() as (socket, _welcome):
        socket.send(frame)
        frames = socket.until_pong()

    assert codes(frames) == [code]
    assert not Message.objects.exists()


@pytest.mark.parametrize("noise", ["not JSON", "", "[" * 100_000, '{"a":' * 20_000])
def test_what_cannot_be_read_is_told(wire: Wire, noise: str) -> None:
    with wire.visitor() as (socket, _welcome):
        socket.say(noise)
        frames = socket.until_pong()

    assert codes(frames) == ["request.malformed"]


def test_a_binary_frame_ends_the_socket_and_says_so(wire: Wire) -> None:
    with wire.visitor() as (socket, _welcome):
        socket.say(b'{"type": "ping"}')

        assert socket.farewell() == (1003, "frame.binary")


def test_a_break_on_our_side_ends_the_socket_and_says_so(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_given: object) -> None:
        raise LookupError

    monkeypatch.setitem(hearing._FRAMES, "typing", breaks)
    with wire.visitor() as (socket, welcome):
        socket.send({"type": "typing"})
        ends = socket.farewell()
        by_http = wire.post([{"type": "typing"}], welcome["token"])

    assert ends == (1011, "broken")
    assert (by_http.status, by_http.code) == (500, "broken")


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        ("{}", "hello.invalid"),
        ('{"type": "hello", "token": "x"}', "visitor.token"),
        ('{"type": "hello", "jwt": "x"}', "visitor.claim"),
    ],
)
def test_who_is_sent_away_hears_why(wire: Wire, first: str, reason: str) -> None:
    with wire.socket() as socket:
        socket.say(first)

        assert socket.farewell() == (4401, reason)


def test_characters_that_nothing_can_hold_are_left_out(wire: Wire) -> None:
    with wire.visitor() as (socket, _welcome):
        socket.send(message("a", "壶\x00盖\ud800碎了 👍"))
        ack = socket.next("ack")
        socket.send({"type": "email", "email": "mei@example.com\x00"})
        frames = socket.until_pong()

    assert ack["message"]["text"] == "壶盖\ufffd碎了 👍"
    assert said() == ["壶盖\ufffd碎了 👍"]
    assert [frame["type"] for frame in frames] == ["email"]


def test_a_frame_too_large_ends_the_socket(wire: Wire) -> None:
    with wire.visitor() as (socket, _welcome):
        socket.say(json.dumps(message("a", "x" * 300_000)))
        code = socket.end()

    assert code == 1009
    assert not Message.objects.exists()


def test_ten_thousand_frames_at_once_end_the_socket(wire: Wire) -> None:
    with wire.visitor() as (socket, _welcome):
        try:
            for n in range(10_000):
                socket.send({"type": "ping", "n": n})
        except ConnectionClosed:
            pass
        code = socket.end()

    assert code == 4429


def test_wrong_types_in_a_rating_are_refused(wire: Wire) -> None:
    with wire.visitor() as (socket, _welcome):
        socket.send(message())
        socket.next("ack")
        mine = Conversation.objects.get()
        resolve(actor=wire.tea.owner, conversation_ids=[mine.pk], now=NOON)
        for score in (True, "5", 4.5, None, [5], 10**30, 6):
            socket.send(
                {"type": "rate", "conversation_id": public_id("conv", mine.pk), "score": score}
            )
        frames = socket.until_pong()

    assert codes(frames) == ["rating.score"] * 7
    assert not Rating.objects.exists()


def test_nobody_touches_another_visitor_s_conversation(wire: Wire) -> None:
    with wire.visitor() as (mei, _hers), wire.visitor() as (tom, _his):
        mei.send(message("a", "我的订单"))
        mei.next("ack")
        hers = Conversation.objects.get()
        [answer] = reply(actor=wire.tea.owner, conversation_ids=[hers.pk], text="好的", now=NOON)
        resolve(actor=wire.tea.owner, conversation_ids=[hers.pk], now=NOON)
        tom.send(message("b", "hello"))
        tom.next("ack")
        tom.send(
            {"type": "rate", "conversation_id": public_id("conv", hers.pk), "score": 1},
            {"type": "seen", "message_id": public_id("msg", answer)},
            {"type": "got", "message_id": public_id("msg", answer)},
        )
        frames = tom.until_pong()

    assert codes(frames) == ["conversation.missing"]
    assert Message.objects.get(pk=answer).state == "sent"
    assert not Rating.objects.exists()


def test_an_answer_reaches_its_visitor_and_no_other(wire: Wire) -> None:
    with wire.visitor() as (mei, _hers), wire.visitor() as (tom, _his):
        for socket, text in ((mei, "壶盖碎了"), (tom, "hello")):
            socket.send(message("a", text))
            socket.next("ack")
        hers = Conversation.objects.get(subject="壶盖碎了")
        reply(actor=wire.tea.owner, conversation_ids=[hers.pk], text="马上**换**", now=NOON)
        heard = mei.next("message")["message"]
        others = tom.until_pong()

    assert (heard["text"], heard["from"]) == ("马上**换**", "agent")
    assert "<strong>" in heard["html"]
    assert not any(frame["type"] == "message" for frame in others)


def test_a_token_of_another_inbox_is_sent_away(wire: Wire) -> None:
    elsewhere = Inbox.objects.get(pk=world("Leaf & Kettle").inbox_id).key
    with wire.visitor() as (_socket, welcome):
        pass

    with wire.socket(f"/chat/{elsewhere}/socket") as socket:
        socket.send({"type": "hello", "token": welcome["token"]})
        assert socket.end() == 4401


def test_who_says_hello_anew_as_somebody_else_leaves_the_first_one_alone(wire: Wire) -> None:
    with wire.visitor() as (socket, _welcome):
        socket.send(message())
        socket.next("ack")
        socket.send({"type": "hello"})
        socket.next("welcome")
        socket.send({"type": "email", "email": "tom@example.com"})
        frames = socket.until_pong()

    assert codes(frames) == ["visitor.unknown"]
    assert not Identity.objects.filter(kind="email").exists()


def test_who_waits_is_told_their_place_and_that_it_is_over(wire: Wire) -> None:
    with wire.visitor() as (first, _one), wire.visitor() as (second, _two):
        for socket, name in ((first, "a"), (second, "b")):
            socket.send(message(name))
            socket.next("ack")
        places = [first.next("queue")["place"], second.next("queue")["place"]]
        mine = Conversation.objects.order_by("waiting_since", "pk").first()
        assert mine is not None
        assign(
            actor=wire.tea.owner, conversation_ids=[mine.pk], member_id=wire.tea.owner.id, now=NOON
        )

        assert places == [1, 2]
        assert first.next("queue")["place"] == 0
        assert second.next("queue") == {"type": "queue", "place": 1, "minutes": None}


def test_a_status_says_to_the_visitor_what_is_meant_for_them(wire: Wire) -> None:
    names = {Status.ON_HOLD: "正在为您核实", Status.WAITING: "等您回复"}
    made = {
        category: create_status(
            actor=wire.tea.owner, category=category, name=category.value, shown=shown,
            is_default=True, now=NOON,
        )
        for category, shown in names.items()
    }  # fmt: skip
    with wire.visitor() as (socket, _welcome):
        socket.send(message())
        socket.next("ack")
        mine = [Conversation.objects.get().pk]
        set_status(
            actor=wire.tea.owner, conversation_ids=mine, status_id=made[Status.ON_HOLD], now=NOON
        )
        held = socket.next("conversation")["conversation"]
        set_status(actor=wire.tea.owner, conversation_ids=mine, status=Status.OPEN, now=NOON)
        opened = socket.next("conversation")["conversation"]
        reply(actor=wire.tea.owner, conversation_ids=mine, text="在问", now=NOON)
        answered = socket.next("conversation")["conversation"]

    assert (held["status"], held["status_shown"]) == ("open", "正在为您核实")
    assert opened["status_shown"] == ""
    assert answered["status_shown"] == "等您回复"


@pytest.mark.parametrize(
    ("served", "place", "minutes"),
    [(0, 1, None), (2, 1, None), (3, 1, 10), (30, 3, 3), (300, 1, 1)],
)
def test_the_wait_is_told_by_how_fast_the_queue_moved(
    served: int, place: int, minutes: int | None
) -> None:
    queue, now = Queue(Hub()), 100_000.0
    fact = {"k": "conversation.assigned", "w": 1, "d": {"member_id": 2}}
    queue.note([fact], now - 3600)
    for n in range(served):
        queue.note([fact], now - 1800 + n)
    queue.note([{**fact, "d": {"member_id": None}}, {**fact, "w": 2}], now)

    assert queue._minutes(Place(1, 0, place), now) == minutes


@pytest.mark.parametrize(
    ("between", "asks"),
    [
        (None, False),
        ("message.sent", True),
        ("conversation.woke", True),
        ("conversation.reopened", True),
    ],
)
def test_whoever_had_no_place_is_asked_for_again_when_anything_happened(
    monkeypatch: pytest.MonkeyPatch, between: str | None, asks: bool
) -> None:
    hub = Hub()
    hub._talks[7].add((1, "webchat", "mei"))
    queue = Queue(hub)
    wrote = {"k": "message.received", "w": 1, "d": {"conversation_id": 7}}

    async def nobody_waits(*_given: object, **_asked: object) -> dict[int, Place]:
        return {}

    monkeypatch.setattr(waiting, "ask", nobody_waits)
    queue.note([wrote], 0.0)
    assert queue._moved.is_set()
    run(queue.tell(0.0))
    queue._moved.clear()

    if between:
        queue.note([{**wrote, "k": between}], 1.0)
        queue._moved.clear()
    queue.note([wrote], 1.0)
    assert queue._moved.is_set() is asks
