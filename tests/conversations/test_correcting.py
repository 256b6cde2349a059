"""What people change, or take back, of what they said: their own words, once, and never an older version."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from tests.make.world import NOON, World, world
from tests.plugins.faulty import Faulty, installed
from tongxin.center.people.models import Person
from tongxin.center.timeline.models import Event
from tongxin.sdk import EDITED, RECALLED, Address, Arrival, Kind
from tongxin.service.channels.actions import create_inbox, keep_calls
from tongxin.service.channels.models import Call
from tongxin.service.channels.ports import Call as Came
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.conversations.actions import hear_calls
from tongxin.service.conversations.models import Conversation, Message
from tongxin.service.conversations.queries import history


class Line:
    """An inbox of the stand-in, at which 小梅 and others write and change their minds."""

    def __init__(self) -> None:
        self.tea: World = world()
        self.id = create_inbox(actor=self.tea.owner, channel="faulty", name="信箱", now=NOON)

    def hear(self, *arrivals: Arrival, now: datetime = NOON) -> None:
        """Let calls come in, each with one arrival."""
        inbox = inboxes_by_id(inbox_ids=[self.id])[self.id]
        for arrival in arrivals:
            body = f"{arrival.external_id} {arrival.text}".encode()
            Faulty.heard[body] = arrival
            keep_calls(inbox=inbox, calls=[Came("POST", "https://x/", {}, body)], now=NOON)
        hear_calls(now=now)

    def says(self) -> list[tuple[str, str]]:
        return list(Message.objects.order_by("pk").values_list("text", "changed"))

    def before(self) -> list[str]:
        found = history(actor=self.tea.owner, message_id=Message.objects.get().pk)
        return [row.text for row in found]


@pytest.fixture
def line(transactional_db: None, tmp_path: Path) -> Iterator[Line]:
    with installed(tmp_path, "listens = true\n"):
        yield Line()


def said(name: str = "m1", text: str = "明天能到吗？", by: str = "u1") -> Arrival:
    return Arrival(name, Address("faulty", by, "小梅"), text, NOON)


def mended(name: str, text: str, after: float = 1, by: str = "u1", of: str = "m1") -> Arrival:
    at = NOON + timedelta(seconds=after)
    sender = Address("faulty", by)
    return Arrival(
        name, sender, text, at, kind=Kind.EVENT, event=EDITED if text else RECALLED, mends=of
    )


def test_their_new_words_stand_there_and_what_they_said_first_is_kept(line: Line) -> None:
    line.hear(said())
    waits = Conversation.objects.get().waiting_since

    line.hear(mended("e1", "后天能到吗？"))

    assert line.says() == [("后天能到吗？", "edited")]
    assert line.before() == ["明天能到吗？"]
    conversation = Conversation.objects.get()
    assert (conversation.last_text, conversation.unanswered) == ("后天能到吗？", 1)
    assert conversation.waiting_since == waits
    [fact] = Event.objects.filter(kind="message.edited")
    assert fact.actor == f"person:{Person.objects.get().pk}"
    assert not Event.objects.filter(kind__in=["channel.event", "conversation.event"]).exists()


def test_what_they_take_back_is_gone_and_kept_for_colleagues(line: Line) -> None:
    line.hear(said(), mended("e1", "后天"), mended("r1", "", after=2))

    assert line.says() == [("", "recalled")]
    assert line.before() == ["后天", "明天能到吗？"]
    assert Event.objects.filter(kind="message.recalled").count() == 1


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_whatever_comes_late_or_twice_the_last_words_stay(
    line: Line, order: tuple[int, ...]
) -> None:
    edits = [mended(f"e{n}", f"version {n}", after=n) for n in range(3)]
    line.hear(said())

    line.hear(*(edits[n] for n in order))
    line.hear(*edits)

    assert line.says() == [("version 2", "edited")]


def test_what_was_taken_back_says_nothing_any_more(line: Line) -> None:
    line.hear(said(), mended("r1", "", after=1))

    line.hear(mended("e1", "late", after=5), mended("r2", "", after=6))

    assert line.says() == [("", "recalled")]
    assert line.before() == ["明天能到吗？"]


def test_nobody_changes_what_another_said(line: Line) -> None:
    line.hear(said(), said("m2", "我也问", by="u2"))

    line.hear(mended("e1", "x", by="u2"), mended("r1", "", by="u3"))

    assert line.says() == [("明天能到吗？", ""), ("我也问", "")]
    assert Event.objects.filter(kind="channel.event").count() == 2


def test_what_is_the_same_is_no_change(line: Line) -> None:
    line.hear(said(), mended("e1", "明天能到吗？"))

    assert line.says() == [("明天能到吗？", "")]


def test_a_change_that_comes_before_its_message_waits_for_it(line: Line) -> None:
    line.hear(mended("e1", "后天能到吗？"))
    assert list(Call.objects.values_list("state", flat=True)) == ["new"]

    line.hear(said())
    line.hear(now=NOON + timedelta(minutes=1))

    assert line.says() == [("后天能到吗？", "edited")]
    assert set(Call.objects.values_list("state", flat=True)) == {"done"}


def test_a_change_of_what_was_never_heard_is_told_as_an_event_in_the_end(line: Line) -> None:
    line.hear(mended("e1", "x", of="before our time"))
    for minute in range(10):
        line.hear(now=NOON + timedelta(minutes=minute + 1))

    assert list(Call.objects.values_list("state", flat=True)) == ["done"]
    assert Event.objects.filter(kind="channel.event").count() == 1
    assert not Message.objects.exists()


def test_whoever_is_blocked_changes_nothing(line: Line) -> None:
    line.hear(said())
    Person.objects.update(blocked_at=NOON)

    line.hear(mended("e1", "x"))

    assert line.says() == [("明天能到吗？", "")]
