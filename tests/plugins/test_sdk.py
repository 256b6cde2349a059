"""What the sdk does for every channel that speaks."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tests.plugins.making import enclosed, going
from tongxin.sdk import (
    Departure,
    Enclosure,
    Failure,
    Receipt,
    Refused,
    Tokens,
    Undelivered,
    Unreachable,
    asking,
    check_recent,
    each,
    fetching,
    in_parts,
    looked_up,
    saying,
    short,
    token_in,
    wordless,
)

AGO = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "per_second"), [("1795305600", 1), ("1795305899", 1), ("1795305301000", 1000)]
)
def test_a_time_near_now_is_believed(at: str, per_second: int) -> None:
    check_recent(at, AGO, 300, per_second)


@pytest.mark.parametrize(
    "at", ["", "x", "²", "-1", "1795305901", "1795305299", "9" * 16, "1795305600.0"]
)
def test_a_time_far_from_now_or_none_is_an_impostor_s(at: str) -> None:
    with pytest.raises(Refused, match=r"hook\.forged"):
        check_recent(at, AGO, 300)


def test_a_token_that_ended_early_is_fetched_once_more() -> None:
    tokens, fetched = Tokens(), iter(["a", "b", "c"])
    fetch = lambda: (next(fetched), 7200.0)  # noqa: E731
    said = tokens.use(("me",), fetch, str.upper, lambda told: told == "A")

    assert said == "B"
    assert tokens.use(("me",), fetch, str.upper, lambda told: told == "B") == "C"
    assert tokens.get(("me",), fetch) == "c"


@pytest.mark.parametrize(("lasts", "seconds"), [(7200, 7200.0), ("7200", 7200.0)])
def test_a_token_is_read_with_its_time(lasts: Any, seconds: float) -> None:
    assert token_in({"t": "x", "s": lasts}, "t", "s") == ("x", seconds)
    for without in (
        {"t": "", "s": 1},
        {"t": 1, "s": 1},
        {"t": "x", "s": "²"},
        {"t": "x"},
        {"s": 1},
    ):
        with pytest.raises(Unreachable):
            token_in(without, "t", "s")


def stopping(failure: Failure, detail: str) -> Callable[[], dict[str, Any]]:
    def ask() -> dict[str, Any]:
        raise Undelivered(failure, detail)

    return ask


def test_who_is_unknown_is_nobody_and_everything_else_is_said() -> None:
    assert looked_up(lambda: {"email": "x"}, {"7"}) == {"email": "x"}
    assert looked_up(stopping(Failure.CONTENT, "7 no such user"), {"7"}) == {}
    with pytest.raises(Refused, match=r"inbox\.not_accepted"):
        looked_up(stopping(Failure.CONTENT, "8 other"), {"7"})
    for later in (Failure.RATE, Failure.TRANSIENT):
        with pytest.raises(Refused, match=r"inbox\.unreachable"):
            looked_up(stopping(later, "8 busy"), {"7"})


def many(count: int) -> list[Departure]:
    return [Departure(n, f"message:{n}", going("u").recipient, "hi") for n in range(count)]


def test_forty_departures_go_side_by_side_and_each_gets_its_own_receipt() -> None:
    together, most, lock = 0, 0, threading.Lock()
    meet = threading.Barrier(8, timeout=10)

    def one(departure: Departure) -> Receipt:
        nonlocal together, most
        with lock:
            together += 1
            most = max(most, together)
        meet.wait()
        with lock:
            together -= 1
        if departure.message_id % 4 == 0:
            raise Undelivered(Failure.RATE, "slower", 2.5)
        if departure.message_id % 4 == 1:
            raise Unreachable("nobody")
        return Receipt(departure.message_id, f"x{departure.message_id}")

    receipts = each(many(40), one)

    assert most == 8
    assert [receipt.message_id for receipt in receipts] == list(range(40))
    assert (receipts[0].error, receipts[0].retry_after) == (Failure.RATE, 2.5)
    assert receipts[1].error == Failure.TRANSIENT
    assert receipts[2].external_id == "x2"


def test_one_that_breaks_does_not_hide_the_others(caplog: pytest.LogCaptureFixture) -> None:
    def one(departure: Departure) -> Receipt:
        if departure.message_id == 1:
            raise ZeroDivisionError
        return Receipt(departure.message_id, "x")

    assert [receipt.error for receipt in each(many(3), one)] == ["", Failure.TRANSIENT, ""]
    assert "message 1 could not be carried out" in caplog.text
    assert each([], one) == []


class Carrier:
    """Takes parts as it is told to."""

    def __init__(self, *answers: str | Exception) -> None:
        self.answers = list(answers)
        self.parts: list[str] = []

    def __call__(self, departure: Departure, part: str | Enclosure) -> str:
        self.parts.append(part if isinstance(part, str) else part.name)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.mark.parametrize(
    ("stops", "failure", "why", "after"),
    [
        (Unreachable("nobody"), Failure.TRANSIENT, "nobody", 0),
        (Undelivered(Failure.RATE, "", 3), Failure.RATE, "rate", 3),
        (Undelivered(Failure.WINDOW_CLOSED, "45047"), Failure.WINDOW_CLOSED, "45047", 0),
    ],
)
def test_what_stops_half_way_says_what_is_there_and_goes_on_behind_it(
    stops: Exception, failure: Failure, why: str, after: float
) -> None:
    files = (enclosed("a.png"), enclosed("b.png"))
    stopping = Carrier("1", stops)

    with pytest.raises(Undelivered) as stopped:
        in_parts(going("u", "text", files=files), stopping)

    assert stopping.parts == ["a.png", "b.png"]
    assert (stopped.value.failure, stopped.value.retry_after) == (failure, after)
    assert stopped.value.detail == f"1 of 3 parts were taken, then: {why}"

    rest = Carrier("2", "3")
    receipt = in_parts(going("u", "text", files=files, taken=stopped.value.taken), rest)
    assert rest.parts == ["b.png", "text"]
    assert (receipt.external_id, receipt.parts) == ("3", ("1", "2", "3"))


def test_a_receipt_tells_which_parts_were_taken() -> None:
    def one(departure: Departure) -> Receipt:
        return in_parts(departure, Carrier("1", Undelivered(Failure.MEDIA)))

    [receipt] = each([going("u", "text", files=(enclosed(),))], one)

    assert (receipt.error, receipt.parts) == (Failure.MEDIA, ("1",))


def test_what_has_not_begun_may_be_begun_again() -> None:
    with pytest.raises(Unreachable):
        in_parts(going("u", "text", files=(enclosed(),)), Carrier(Unreachable("no")))
    with pytest.raises(Undelivered) as stopped:
        in_parts(going("u"), Carrier(Undelivered(Failure.RATE, "", 3)))
    assert stopped.value.retry_after == 3


@pytest.mark.parametrize(
    ("raised", "code"),
    [
        (Undelivered(Failure.AUTH, "bad token"), "inbox.not_accepted"),
        (Unreachable("x"), "inbox.unreachable"),
    ],
)
def test_whoever_tries_settings_reads_why_not(raised: Exception, code: str) -> None:
    with pytest.raises(Refused) as refused, asking():
        raise raised

    assert refused.value.code == code
    assert ("bad token" in str(refused.value.detail)) == (code == "inbox.not_accepted")


def test_a_file_is_missing_only_where_it_will_never_be_there() -> None:
    with pytest.raises(Refused, match=r"file\.missing"), fetching():
        raise Undelivered(Failure.MEDIA)
    with pytest.raises(Unreachable), fetching():
        raise Undelivered(Failure.RATE)


def test_long_names_stay_different_and_always_the_same() -> None:
    names: Any = {short("x" * 300), short("x" * 299 + "y"), short("x" * 200)}

    assert len(names) == 3
    assert short("x" * 300) == short("x" * 300)
    assert max(map(len, names)) == 200


@given(st.text(), st.integers(4, 40))
def test_a_long_text_is_cut_and_nothing_of_it_is_lost(text: str, most: int) -> None:
    found = saying.pieces(text, most)

    assert "".join(found) == text
    assert all(len(piece.encode()) <= most for piece in found)


def test_a_long_text_is_cut_where_a_sentence_or_a_word_ends() -> None:
    assert saying.pieces("有现货。今天发", 16) == ["有现货。", "今天发"]
    assert saying.pieces("one two three", 9) == ["one two ", "three"]


def test_what_came_without_words_is_named_in_the_language_of_those_who_read_it() -> None:
    with translation.override("zh-hans"):
        said = [wordless("sticker"), wordless("miniprogram"), wordless("hologram")]

    assert said == ["[表情]", "[小程序]", "[hologram]"]
    assert wordless("sticker") == "[sticker]"
