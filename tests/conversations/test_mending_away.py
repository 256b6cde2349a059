"""Editing and recalling what somebody else carries: in the queue, behind it, and what becomes of that."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.make.relaying import settle
from tests.make.world import NOON, World, world
from tests.plugins.faulty import Faulty, Service, installed
from tongxin.center.kit.refusals import Refused
from tongxin.center.timeline.models import Event
from tongxin.center.timeline.relay import SUBSCRIPTIONS, deliver
from tongxin.sdk import Address, Arrival, Failure, Receipt
from tongxin.service.channels.actions import create_inbox, discard_departures, send_from
from tongxin.service.channels.models import Departure
from tongxin.service.channels.queries import dead_departures
from tongxin.service.channels.values import Heard
from tongxin.service.conversations.actions import (
    edit,
    recall,
    receive,
    reply,
    retry,
    show_typing,
)
from tongxin.service.conversations.models import Message
from tongxin.service.conversations.queries import history, mendable, messages_by_id

SOON, LATE = NOON + timedelta(minutes=30), NOON + timedelta(minutes=31)


class Shop:
    """小满茶具 with an inbox of the stand-in, where 小梅 wrote."""

    def __init__(self) -> None:
        self.tea: World = world()
        self.service.now = SOON
        self.inbox_id = create_inbox(
            actor=self.tea.owner, channel="faulty", name="不可靠", now=NOON
        )
        arrival = Arrival("q1", Address("faulty", "u1", "小梅"), "什么时候到货", NOON)
        heard = [Heard(self.inbox_id, self.tea.workspace_id, "faulty", arrival)]
        self.conversation_id = receive(heard=heard, now=NOON)[0].conversation_id

    @property
    def service(self) -> Service:
        return Faulty.service

    def say(self, text: str = "明天到货") -> int:
        """Let an answer come as far as its queue."""
        [pk] = reply(
            actor=self.tea.owner, conversation_ids=[self.conversation_id], text=text, now=NOON
        )
        self.told()
        return pk

    def sent(self, text: str = "明天到货") -> int:
        pk = self.say(text)
        self.go()
        return pk

    def edit(self, pk: int, text: str = "后天到货") -> int:
        return edit(actor=self.tea.owner, message_id=pk, text=text, now=SOON)

    def recall(self, pk: int) -> int:
        return recall(actor=self.tea.owner, message_ids=[pk], now=SOON)

    def go(self, times: int = 1) -> None:
        """Let the queue move, and the house hear of it."""
        for _time in range(times):
            send_from(inbox_id=self.inbox_id, clock=self.service.clock)
        self.told()

    def told(self) -> None:
        ours = [s for name, s in SUBSCRIPTIONS.items() if "conversations" in name]
        for subscription in ours:
            settle()
            deliver(subscription, now=NOON)

    def taken(self) -> list[tuple[str, tuple[str, ...], bool]]:
        """What the vendor was told, in its order: the words, what they change, and whether they are recalled."""
        return [(d.text, d.mends, d.recalls) for d in self.service.taken.values()]

    def stands(self, pk: int) -> tuple[str, str, str, str]:
        [row] = messages_by_id(message_ids=[pk])
        return row.text, row.changed.value, row.mend_state.value, row.mend_error


@pytest.fixture
def shop(transactional_db: None, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Shop]:
    minutes = "edit_minutes = 30\nrecall_minutes = 30\n"
    with installed(tmp_path, getattr(request, "param", minutes)):
        yield Shop()


NOTHING = pytest.mark.parametrize("shop", ["edit_minutes = 0\n"], indirect=True)


def test_what_left_is_changed_and_taken_back_behind_what_was_said(shop: Shop) -> None:
    pk = shop.sent()
    shop.say("还有别的问题吗？")

    shop.edit(pk)
    assert shop.stands(pk) == ("后天到货", "edited", "queued", "")
    shop.go(2)
    assert shop.stands(pk) == ("后天到货", "edited", "", "")
    shop.recall(pk)
    shop.go()

    name = f"ext-{pk}"
    assert shop.taken() == [
        ("明天到货", (), False), ("还有别的问题吗？", (), False), ("后天到货", (name,), False),
        ("后天到货", (name,), True),
    ]  # fmt: skip
    assert shop.stands(pk) == ("", "recalled", "", "")
    assert [row.text for row in history(actor=shop.tea.owner, message_id=pk)] == [
        "后天到货",
        "明天到货",
    ]
    assert Event.objects.filter(kind="departure.mended").count() == 2
    assert Message.objects.get(pk=pk).external_id == name


@NOTHING
def test_what_still_waits_is_changed_there_whatever_its_channel_can(shop: Shop) -> None:
    edited, recalled = shop.say(), shop.say("算了")

    shop.edit(edited)
    shop.recall(recalled)
    shop.go(2)

    assert shop.taken() == [("后天到货", (), False)]
    assert shop.stands(edited) == ("后天到货", "edited", "", "")
    assert shop.stands(recalled) == ("", "recalled", "", "")


@NOTHING
def test_before_it_comes_to_its_queue_it_is_changed_too(shop: Shop) -> None:
    ids = [
        reply(actor=shop.tea.owner, conversation_ids=[shop.conversation_id], text=text, now=NOON)[0]
        for text in ("明天到货", "算了")
    ]

    shop.edit(ids[0])
    shop.recall(ids[1])
    shop.told()
    shop.go(2)

    assert shop.taken() == [("后天到货", (), False)]


@NOTHING
def test_what_left_stays_where_its_channel_cannot(shop: Shop) -> None:
    pk = shop.sent()

    for mend in (shop.edit, shop.recall):
        with pytest.raises(Refused, match=r"message\.fixed"):
            mend(pk)

    [row] = messages_by_id(message_ids=[pk])
    assert mendable(message=row, channel="faulty", now=NOON) == (False, False)
    assert shop.stands(pk) == ("明天到货", "", "", "")


def test_what_left_long_ago_stays(shop: Shop) -> None:
    pk = shop.sent()

    with pytest.raises(Refused, match=r"message\.fixed"):
        edit(actor=shop.tea.owner, message_id=pk, text="后天", now=LATE)

    [row] = messages_by_id(message_ids=[pk])
    assert mendable(message=row, channel="faulty", now=SOON) == (True, True)
    assert mendable(message=row, channel="faulty", now=LATE) == (False, False)


def test_a_no_of_the_vendor_is_seen_and_can_be_tried_again(shop: Shop) -> None:
    pk = shop.sent()
    shop.service.says[pk] = Receipt(pk, error=Failure.FIXED, detail="can't be edited")

    shop.edit(pk)
    shop.go()

    assert shop.stands(pk) == ("后天到货", "edited", "failed", "fixed")
    assert Event.objects.filter(kind="message.mend_failed").count() == 1
    assert not Event.objects.filter(kind="message.failed").exists()
    [dead] = dead_departures(actor=shop.tea.owner)
    assert (dead.mends, dead.failure, dead.text) == ("edit", "fixed", "后天到货")
    del shop.service.says[pk]
    assert retry(actor=shop.tea.owner, message_ids=[pk], now=SOON) == 1
    shop.told()
    assert shop.stands(pk)[2:] == ("queued", "")
    shop.go()
    assert shop.stands(pk)[2:] == ("", "")


def test_a_change_that_was_given_up_stays_to_be_seen(shop: Shop) -> None:
    pk = shop.sent()
    shop.service.says[pk] = Receipt(pk, error=Failure.FIXED)
    shop.recall(pk)
    shop.go()
    [dead] = dead_departures(actor=shop.tea.owner)

    discard_departures(actor=shop.tea.owner, departure_ids=[dead.id], now=SOON)
    shop.told()

    assert dead.mends == "recall"
    assert shop.stands(pk) == ("", "recalled", "failed", "fixed")


def test_only_the_last_of_several_changes_goes_out(shop: Shop) -> None:
    pk = shop.sent()
    shop.service.says[pk] = Receipt(pk, error=Failure.FIXED)
    shop.edit(pk, "first")
    shop.go()
    del shop.service.says[pk]

    shop.edit(pk, "second")
    shop.edit(pk, "third")
    shop.go(3)

    assert [text for text, *_more in shop.taken()] == ["明天到货", "third"]
    assert shop.stands(pk)[2:] == ("", "")
    assert not dead_departures(actor=shop.tea.owner)


def test_what_is_being_said_at_this_moment_is_changed_behind_it(shop: Shop) -> None:
    pk = shop.say()
    shop.service.loses = 1.0  # it arrives, and nobody learns of it

    shop.go()
    shop.service.loses = 0.0
    Departure.objects.update(claimed_until=shop.service.now + timedelta(minutes=5))
    shop.edit(pk)
    assert shop.stands(pk)[2] == "queued"
    Departure.objects.update(claimed_until=None)
    shop.service.pass_by(600)
    shop.go(2)

    assert shop.service.repeated == 1
    assert shop.taken()[-1] == ("后天到货", (f"ext-{pk}",), False)


def test_what_never_arrived_is_not_changed_there_and_goes_out_as_it_is_now(shop: Shop) -> None:
    edited, recalled = shop.say("first"), shop.say("second")
    for pk in (edited, recalled):
        shop.service.says[pk] = Receipt(pk, error=Failure.BLOCKED)
    Departure.objects.update(claimed_until=shop.service.now)  # somebody is at it
    shop.edit(edited, "new")
    shop.recall(recalled)
    shop.service.pass_by(1)
    shop.go(4)
    shop.service.says.clear()

    retry(actor=shop.tea.owner, message_ids=[edited, recalled], now=SOON)
    shop.go(2)

    assert shop.taken() == [("new", (), False)]
    assert shop.stands(edited)[2:] == ("", "")


def test_all_parts_that_it_left_as_are_named(shop: Shop) -> None:
    pk = shop.say()
    shop.service.says[pk] = Receipt(pk, "b", parts=("a", "b"))
    shop.go()
    del shop.service.says[pk]

    shop.recall(pk)
    shop.go()

    assert shop.taken() == [("明天到货", ("a", "b"), True)]


def half_sent(shop: Shop) -> int:
    """Return a message of which its channel took one part, and stopped."""
    pk = shop.say()
    shop.service.says[pk] = Receipt(pk, error=Failure.TRANSIENT, parts=("a",))
    shop.go()
    del shop.service.says[pk]
    return pk


def test_what_is_taken_back_half_way_goes_no_further(shop: Shop) -> None:
    pk = half_sent(shop)

    shop.recall(pk)
    shop.service.pass_by(600)
    shop.go(4)

    assert shop.taken() == [("明天到货", ("a",), True)]


def test_what_is_changed_half_way_is_said_first_and_changed_then(shop: Shop) -> None:
    pk = half_sent(shop)

    shop.edit(pk)
    shop.service.pass_by(600)
    shop.go(4)

    assert [names for _text, names, _recalls in shop.taken()] == [(), (f"ext-{pk}",)]


def test_what_the_channel_gave_no_name_cannot_be_changed_there(shop: Shop) -> None:
    pk = shop.say()
    shop.service.says[pk] = Receipt(pk)
    shop.go()

    shop.edit(pk)
    shop.go()

    assert shop.stands(pk)[2:] == ("failed", "fixed")


@pytest.mark.parametrize("shop", ["typing = true\n"], indirect=True)
def test_typing_is_shown_where_the_answer_would_go(shop: Shop) -> None:
    inside = shop.tea.write("在吗").conversation_id

    assert show_typing(conversation_id=shop.conversation_id)
    assert not show_typing(conversation_id=inside)  # our own wire has shown it already
    assert not show_typing(conversation_id=2**40)

    assert shop.service.typed == ["u1"]


def test_where_the_channel_cannot_nobody_is_asked(shop: Shop) -> None:
    assert not show_typing(conversation_id=shop.conversation_id)
    assert shop.service.typed == []
