"""How fast one may speak: per visitor, agent and origin, by whatever and however many connections."""

import pytest
from django.core.signing import TimestampSigner

from tests.live.wire import Socket, Wire, message
from tongxin.faces.live.app import application
from tongxin.faces.live.desk import TICKET_SALT
from tongxin.faces.live.pace import Pace, TooFast
from tongxin.service.conversations.models import Message

PING = {"type": "ping"}


@pytest.fixture
def slow(wire: Wire) -> Wire:
    """A wire that takes five frames of anybody, and no more for a long time."""
    application.app.state.pace = Pace(5, 0.01)
    return wire


def taken(pace: Pace, now: float, many: int = 1_000) -> int:
    """Return how many frames are taken at this moment, one by one."""
    for count in range(many):
        try:
            pace.take("mei", now)
        except TooFast:
            return count
    return many


def test_a_full_bucket_is_taken_at_once_and_refilled_with_time() -> None:
    pace = Pace(120, 60)

    assert [taken(pace, now) for now in (1.0, 1.0, 1.5, 100.0)] == [120, 0, 30, 120]


@pytest.mark.parametrize("pause", [0.1, 0.5, 1.0, 1.9, 2.0, 3.9])
def test_a_forgotten_bucket_was_full(pause: float) -> None:
    pace = Pace(120, 60)
    taken(pace, 1.0)
    pace.take("tom", 1.0 + pause)

    assert taken(pace, 1.0 + pause) == pytest.approx(min(120, 60 * pause), abs=1)


def test_many_at_once_are_taken_whole_or_not_at_all() -> None:
    pace = Pace(10, 1)
    pace.take("mei", 1.0, 8)

    with pytest.raises(TooFast) as refused:
        pace.take("mei", 1.0, 20)
    pace.take("mei", 1.0, 2)

    assert refused.value.retry_after == 18


def test_buckets_of_long_ago_take_no_room() -> None:
    pace = Pace(120, 60)
    for now in range(1000):
        pace.take(now, float(now))

    assert len(pace._recent) + len(pace._earlier) <= 5


def test_frames_posted_too_fast_are_refused_and_told_when_to_come_back(slow: Wire) -> None:
    token = slow.post([{"type": "hello"}]).body[0]["token"]
    written = slow.post([message(str(n)) for n in range(5)], token)
    answers = [slow.post([message("x")], token), slow.get(token)]

    assert len(written.body) == 5
    assert [(answer.status, answer.code) for answer in answers] == [(429, "rate.limited")] * 2
    assert all(90 <= int(answer.retry_after) <= 100 for answer in answers)
    assert Message.objects.count() == 5


def test_a_visitor_is_as_fast_with_many_sockets_as_with_one(slow: Wire) -> None:
    with slow.visitor() as (socket, welcome), slow.visitor(token=welcome["token"]) as (other, _w):
        for one in (socket, other, socket):
            one.send(PING)
            one.next("pong")
        other.send(PING)
        refused = other.next("refused")
        ends = other.farewell()
        by_http = slow.post([PING], welcome["token"])
    with slow.socket() as again:
        again.send({"type": "hello", "token": welcome["token"]})
        ends_again = again.farewell()

    assert (refused["code"], refused["retry_after"]) == ("rate.limited", pytest.approx(100, abs=5))
    assert ends == ends_again == (4429, "rate.limited")
    assert by_http.status == 429


def test_an_agent_is_as_fast_with_many_sockets_as_with_one(slow: Wire) -> None:
    ticket = TimestampSigner(salt=TICKET_SALT).sign(str(slow.tea.owner.id))
    sockets: list[Socket] = []
    with slow.agent(ticket) as socket, slow.agent(ticket) as other:
        sockets += [socket, other, socket]
        for one in sockets:
            one.send(PING)
            one.next("pong")
        other.send(PING)
        refused = other.next("refused")

        assert refused["code"] == "rate.limited"
        assert other.farewell() == (4429, "rate.limited")


def test_one_visitor_s_haste_is_not_another_s(slow: Wire) -> None:
    hasty, calm = (slow.post([{"type": "hello"}]).body[0]["token"] for _ in range(2))
    slow.post([PING] * 5, hasty)

    assert slow.post([PING], hasty).status == 429
    assert slow.post([PING], calm).status == 200


def test_who_comes_in_under_ever_new_names_is_slowed_down_by_where_they_come_from(
    wire: Wire,
) -> None:
    application.app.state.arrivals = Pace(6, 0.01)
    with wire.visitor() as (socket, _welcome):
        socket.send({"type": "hello"}, {"type": "hello"}, {"type": "hello"})
        for _hello in range(3):
            socket.next("welcome")
        by_http = [wire.post([{"type": "hello"}]).status for _ in range(2)]
        with wire.socket() as other:
            other.send({"type": "hello"})
            ends = other.farewell()
        socket.send({"type": "hello"})

        assert socket.farewell() == ends == (4429, "rate.limited")
    assert by_http == [200, 429]
