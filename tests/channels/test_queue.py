"""Messages on their way out: in order, within limits, once, whatever the service does."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.leaving import Box
from tests.make.world import NOON
from tests.plugins.faulty import Faulty, Service
from tongxin.center.kit.sql import rows
from tongxin.center.timeline.models import Event
from tongxin.sdk import Failure, Receipt, Refused
from tongxin.service.channels.actions import Opens, note_openings, try_out
from tongxin.service.channels.actions.replaying import again
from tongxin.service.channels.models import Departure, Gate
from tongxin.service.channels.rules import Bucket, back_off, hold_for, refilled
from tongxin.service.channels.values import Rate

LIMITED = pytest.mark.parametrize("box", ["rate = { count = 400, seconds = 1 }"], indirect=True)


@LIMITED
@pytest.mark.django_db(transaction=True)
def test_ten_thousand_through_a_service_that_fails_sleeps_and_counts(box: Box) -> None:
    service = box.service
    service.fails, service.loses, service.count = 0.2, 0.005, 400
    service.down = (service.now + timedelta(seconds=20), service.now + timedelta(seconds=80))
    lanes = 400
    box.put(*((n % lanes, f"{n:05}") for n in range(10_000)))
    rows("ANALYZE channels_departure")

    box.run(7200)

    assert box.states() == {"sent": 10_000}
    assert len(service.taken) == 10_000
    assert Event.objects.filter(kind="departure.sent").count() == 10_000
    assert _in_order(service) == lanes
    assert service.repeated > 0
    assert _most_within(service, 1) <= 400


def _in_order(service: Service) -> int:
    """Return how many conversations were told everything in the order in which it was said."""
    said: dict[str, list[str]] = {}
    for departure in service.taken.values():
        said.setdefault(departure.recipient.value, []).append(departure.text)
    return sum(texts == sorted(texts) for texts in said.values())


def _most_within(service: Service, seconds: float) -> int:
    times = [at for at, _key in service.tried]
    most, begin = 0, 0
    for end, at in enumerate(times):
        while times[begin] <= at - timedelta(seconds=seconds):
            begin += 1
        most = max(most, end - begin + 1)
    return most


@pytest.mark.parametrize(
    ("box", "text", "html"),
    [
        ("", "明天发", ""),
        ("formats = ['text', 'html']", "明天发", "<p><strong>明天</strong>发</p>\n"),
    ],
    indirect=["box"],
)
def test_what_is_bold_goes_as_words_alone_and_as_html_where_it_can_be_bold(
    box: Box, text: str, html: str
) -> None:
    """An answer that was bold at the desk reached people with its stars, and in mail who reads plain text."""
    box.put((1, "**明天**发"))

    box.go()

    [taken] = box.service.taken.values()
    assert (taken.text, taken.html) == (text, html)


WINDOW = "[[can.window]]\nafter = 'message'\nmessages = 5\nhours = 48"


@pytest.mark.parametrize("box", [WINDOW], indirect=True)
def test_a_message_that_leaves_as_several_counts_as_several(box: Box) -> None:
    now = box.service.now
    note_openings(openings=[Opens(box.id, "faulty", "u1", "message", now)])
    box.service.says = {1: Receipt(1, "", parts=("", ""))}
    box.put((1, "图文"), (1, "好"))

    box.run(5)

    [left] = box.windows(1)
    assert left.left == 2


@pytest.mark.parametrize("box", [WINDOW], indirect=True)
@pytest.mark.parametrize("failure", [Failure.TRANSIENT, Failure.RATE, Failure.MEDIA])
def test_of_what_stopped_half_way_only_the_rest_goes(box: Box, failure: Failure) -> None:
    note_openings(openings=[Opens(box.id, "faulty", "u1", "message", box.service.now)])
    box.service.says = {1: Receipt(1, error=failure, parts=("a", "b"))}
    box.put((1, "图文"), (1, "好"))
    box.go()
    assert box.windows(1)[0].left == 3
    box.service.says = {1: Receipt(1, error=failure)}  # nothing more this time
    box.service.pass_by(60)
    box.go()

    box.service.says = {}
    again(box.tea.owner, [pk for (pk,) in rows("SELECT id FROM channels_departure")], NOON)
    box.run(600)

    whole, after = sorted(box.service.taken.values(), key=lambda said: said.message_id)
    assert (whole.taken, after.taken) == (("a", "b"), ())


def test_what_left_whole_and_came_back_goes_whole(box: Box) -> None:
    box.service.says = {1: Receipt(1, "b", parts=("a", "b"))}
    box.put((1, "图文"))
    box.go()
    Departure.objects.update(state="dead")  # as its service told later
    box.service.says = {}

    again(box.tea.owner, [Departure.objects.get().pk], NOON)
    box.go()

    [whole] = box.service.taken.values()
    assert whole.taken == ()


def test_what_is_put_in_twice_waits_once(box: Box) -> None:
    box.put((1, "您好"))
    box.put((1, "您好"))

    assert box.states() == {"waiting": 1}


def test_a_conversation_waits_for_its_oldest_message_and_others_do_not(box: Box) -> None:
    box.service.says[1] = Receipt(1, error=Failure.TRANSIENT)
    box.put((1, "first"), (1, "second"), (2, "other"))

    box.go()

    assert [d.text for d in box.service.taken.values()] == ["other"]
    waiting = Departure.objects.get(message_id=1)
    assert (waiting.state, waiting.attempts, waiting.failure) == ("waiting", 1, "transient")
    assert waiting.due_at > box.service.now
    assert box.go() == 0


def test_what_its_channel_will_never_take_is_dead_and_the_conversation_goes_on(box: Box) -> None:
    box.service.says[1] = Receipt(1, error=Failure.BLOCKED, detail="45015\x00 no")
    box.put((1, "first"), (1, "second"))

    box.run(10)

    dead = Departure.objects.get(message_id=1)
    assert (dead.state, dead.failure, dead.detail) == ("dead", "blocked", "45015 no")
    assert [d.text for d in box.service.taken.values()] == ["second"]
    fact = Event.objects.get(kind="departure.failed")
    assert fact.data == {"inbox_id": box.id, "message_id": 1, "failure": "blocked"}


def test_a_service_that_is_asked_too_often_is_left_alone_for_as_long_as_it_says(box: Box) -> None:
    box.service.says[1] = Receipt(1, error=Failure.RATE, retry_after=30)
    box.put((1, "您好"))

    box.go()
    began = box.service.now
    held = Gate.objects.get()
    waiting = Departure.objects.get()

    assert held.held_until is not None
    assert held.held_until >= began + timedelta(seconds=30)
    assert (held.hold_reason, waiting.attempts, waiting.state) == ("rate", 0, "waiting")
    box.service.pass_by(29)
    assert box.go() == 0
    box.service.says.clear()
    box.service.pass_by(2)
    assert box.go() == 1
    assert (Gate.objects.get().held_until, box.states()) == (None, {"sent": 1})


def test_a_wrong_key_holds_the_inbox_and_is_told_once(box: Box) -> None:
    box.service.says[1] = Receipt(1, error=Failure.AUTH, detail="invalid appsecret")
    box.put((1, "您好"))

    for _ in range(3):
        box.go()
        box.service.pass_by(301)

    assert Event.objects.filter(kind="inbox.held").count() == 1
    assert Gate.objects.get().last_error == "invalid appsecret"
    assert Departure.objects.get().attempts == 0


def test_a_test_that_goes_well_lets_a_held_inbox_go_on_at_once(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that was mended at the vendor alone was tried five minutes later, whatever a test said."""
    box.service.says[1] = Receipt(1, error=Failure.AUTH)
    box.put((1, "您好"))
    box.go()
    box.service.says.clear()

    with pytest.raises(Refused):
        try_out(actor=box.tea.owner, inbox_id=box.id)
    assert box.go() == 0
    monkeypatch.setattr(Faulty, "try_out", lambda _self: "小满茶具")
    try_out(actor=box.tea.owner, inbox_id=box.id)

    assert box.go() == 1


def test_a_message_that_breaks_its_batch_is_the_only_one_that_dies(box: Box) -> None:
    box.service.poison = "毒"
    box.put(*((n, "毒" if n == 3 else "您好") for n in range(20)))

    box.run(200_000)

    assert box.states() == {"sent": 19, "dead": 1}
    assert Departure.objects.get(state="dead").attempts == 15


def test_a_service_that_is_down_burns_nobody_s_attempts(box: Box) -> None:
    box.service.down = (box.service.now, box.service.now + timedelta(hours=6))
    box.put(*((n, "您好") for n in range(100)))

    box.run(30_000)

    assert box.states() == {"sent": 100}


def test_what_was_said_but_not_settled_is_said_again_with_the_same_key(box: Box) -> None:
    box.put((1, "您好"))
    service = box.service
    with pytest.MonkeyPatch.context() as killed:
        killed.setattr("tongxin.service.channels.actions.carrying.settle", lambda **_: _die())
        with pytest.raises(Killed):
            box.go()
    assert box.go() == 0  # the lease holds

    service.pass_by(301)
    box.go()

    assert ([key for _at, key in service.tried], len(service.taken)) == (["message:1"] * 2, 1)
    assert box.states() == {"sent": 1}


class Killed(BaseException):
    """What no program survives."""


def _die() -> Any:
    raise Killed


@pytest.mark.parametrize("box", ["rate_of_one = { count = 1, seconds = 1 }"], indirect=True)
def test_one_person_is_written_to_no_more_often_than_the_channel_allows(box: Box) -> None:
    box.put((1, "a"), (1, "b"), (1, "c"), (2, "d"))

    box.run(60)

    times = [at for at, key in box.service.tried if key != "message:4"]
    assert all(b - a >= timedelta(seconds=1) for a, b in pairwise(times))
    assert box.states() == {"sent": 4}


_RATES = st.builds(Rate, st.integers(1, 500), st.floats(0.1, 3600))


@given(_RATES, st.lists(st.floats(0, 100), min_size=1, max_size=60))
def test_a_rate_is_kept_in_any_time_as_long_as_its_own(rate: Rate, pauses: list[float]) -> None:
    now, bucket, sent = NOON, Bucket(None, None), list[tuple[datetime, int]]()
    for pause in pauses:
        now += timedelta(seconds=pause * rate.seconds / 10)
        tokens = refilled(bucket, rate, now)
        going = int(tokens + 1e-9)
        bucket = Bucket(tokens - going, now)
        sent.append((now, going))

    for at, _ in sent:
        within = sum(n for t, n in sent if at <= t < at + timedelta(seconds=rate.seconds))
        assert within <= rate.count


@given(st.integers(0, 100), st.floats(0, 1))
def test_one_waits_longer_each_time_but_never_for_ever(attempts: int, luck: float) -> None:
    pause = back_off(attempts, luck)

    assert timedelta(seconds=1) <= pause <= timedelta(hours=1)
    assert back_off(attempts + 1, luck) >= pause


@given(st.integers(0, 100), st.floats(0, 10_000), st.floats(0, 1))
def test_an_inbox_waits_at_least_as_long_as_it_was_asked_to(
    falls: int, asked: float, luck: float
) -> None:
    assert hold_for(falls, asked, luck) >= timedelta(seconds=asked)
