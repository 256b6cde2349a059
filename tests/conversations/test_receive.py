"""What channels hear becomes people, conversations and messages: once, in order, in one go."""

from datetime import datetime, timedelta
from functools import partial
from secrets import token_hex

import pytest
from django.db import connection, transaction

from tests.laws.state import Statements, state
from tests.make.heard import heard
from tests.make.together import together
from tests.make.world import NOON, World, world
from tongxin.center.people.actions import block
from tongxin.center.people.models import Identity, Person
from tongxin.center.people.values import Address
from tongxin.center.timeline.models import Event
from tongxin.service.channels.actions import create_inbox
from tongxin.service.channels.ports import Arrival
from tongxin.service.channels.values import Heard
from tongxin.service.conversations.actions import receive, reopen, reply, resolve, snooze
from tongxin.service.conversations.models import Conversation, Message
from tongxin.service.conversations.values import Received

LATER = NOON + timedelta(minutes=5)


def statements_of(tea: World, many: int) -> int:
    """Return how many statements it takes to hear this many strangers, each twice."""
    batch = [heard(tea, by=f"{many}-{n // 2}") for n in range(many)]
    counted = Statements()
    with connection.execute_wrapper(counted):
        receive(heard=batch, now=NOON)
    return counted.count


def heard_again(tea: World, at: datetime) -> Heard:
    """Return another message of 小梅, who wrote by ``tea.write`` before."""
    sender = Address("webchat", f"小梅-{tea.inbox_id}", "小梅")
    arrival = Arrival(token_hex(4), sender, "在吗", at)
    return Heard(tea.inbox_id, tea.workspace_id, "webchat", arrival)


def facts_of(received: Received) -> list[str]:
    events = Event.objects.filter(subject=f"conversation:{received.conversation_id}")
    return list(events.order_by("pk").values_list("kind", flat=True))


def test_a_stranger_becomes_a_person_with_a_conversation(tea: World) -> None:
    [received] = receive(heard=[heard(tea, "壶盖碎了，能换吗？")], now=NOON)

    conversation = Conversation.objects.get(pk=received.conversation_id)
    assert Person.objects.get(pk=received.person_id).name == "小梅"
    assert (conversation.status, conversation.number, conversation.unanswered) == ("new", 1, 1)
    assert (conversation.subject, conversation.last_text) == ("壶盖碎了，能换吗？",) * 2
    assert (conversation.waiting_since, conversation.last_message_id) == (NOON, received.message_id)
    assert facts_of(received) == ["conversation.opened", "message.received"]


def test_a_second_message_joins_the_first(tea: World) -> None:
    [first] = receive(heard=[heard(tea, "在吗")], now=NOON)

    [second] = receive(heard=[heard(tea, "壶盖碎了", at=LATER)], now=LATER)

    conversation = Conversation.objects.get()
    assert first.conversation_id == second.conversation_id == conversation.pk
    assert first.person_id == second.person_id
    assert (conversation.unanswered, conversation.waiting_since) == (2, NOON)
    assert (conversation.subject, conversation.last_text, conversation.last_at) == (
        "在吗", "壶盖碎了", LATER,
    )  # fmt: skip


def test_hearing_it_twice_changes_nothing_and_says_the_same(tea: World) -> None:
    batch = [heard(tea, "你好", name="a"), heard(tea, "在吗", name="b")]
    first = receive(heard=batch, now=NOON)
    before = state()

    again = receive(heard=batch, now=LATER)

    assert state() == before
    assert [(r.message_id, r.conversation_id, r.person_id) for r in again] == [
        (r.message_id, r.conversation_id, r.person_id) for r in first
    ]
    assert [r.is_fresh for r in (*first, *again)] == [True, True, False, False]


def test_hearing_it_again_after_the_end_says_the_same(tea: World) -> None:
    batch = [heard(tea, "你好")]
    [first] = receive(heard=batch, now=NOON)
    resolve(actor=tea.owner, conversation_ids=[first.conversation_id], now=NOON)
    before = state()

    [again] = receive(heard=batch, now=LATER)

    assert (again.message_id, again.is_fresh, state()) == (first.message_id, False, before)


def test_hearing_it_again_from_whom_we_blocked_says_the_same(tea: World) -> None:
    batch = [heard(tea, "你好")]
    [first] = receive(heard=batch, now=NOON)
    block(actor=tea.owner, person_ids=[first.person_id], now=NOON)
    before = state()

    [again] = receive(heard=batch, now=LATER)

    assert (again.message_id, again.is_blocked, state()) == (first.message_id, False, before)


def test_the_same_message_twice_in_one_batch_is_written_once(tea: World) -> None:
    twice = heard(tea, "你好", name="a")

    answers = receive(heard=[twice, heard(tea, "在吗", name="b"), twice], now=NOON)

    assert Message.objects.count() == 2
    assert answers[0].message_id == answers[2].message_id
    assert Conversation.objects.get().unanswered == 2


def test_the_order_of_a_batch_is_the_order_of_the_messages(tea: World) -> None:
    batch = [heard(tea, f"{n}", by=("小梅", "Tom")[n % 2]) for n in range(20)]

    answers = receive(heard=batch, now=NOON)

    assert [a.message_id for a in answers] == sorted(a.message_id for a in answers)
    said = Message.objects.order_by("pk").values_list("text", flat=True)
    assert list(said) == [f"{n}" for n in range(20)]


def test_a_hundred_take_no_more_statements_than_one(tea: World) -> None:
    statements_of(tea, 2)  # what is asked once in a process is asked now

    assert statements_of(tea, 100) == statements_of(tea, 1)


def test_one_batch_may_come_from_several_inboxes_and_workspaces(tea: World) -> None:
    other = world("Leaf & Kettle")
    store = create_inbox(actor=tea.owner, channel="webchat", name="门店", now=NOON)
    batch = [heard(tea), heard(tea, inbox_id=store), heard(other), heard(tea)]

    online, in_store, elsewhere, again = receive(heard=batch, now=NOON)

    assert online.person_id == in_store.person_id != elsewhere.person_id
    assert online.conversation_id == again.conversation_id
    found = Conversation.objects.order_by("workspace_id", "number")
    assert list(found.values_list("workspace_id", "number", "inbox_id")) == [
        (tea.workspace_id, 1, tea.inbox_id),
        (tea.workspace_id, 2, store),
        (other.workspace_id, 1, other.inbox_id),
    ]
    assert Message.objects.get(pk=elsewhere.message_id).workspace_id == other.workspace_id


def test_the_same_name_in_two_inboxes_is_two_messages(tea: World) -> None:
    store = create_inbox(actor=tea.owner, channel="webchat", name="门店", now=NOON)

    answers = receive(heard=[heard(tea, name="1"), heard(tea, name="1", inbox_id=store)], now=NOON)

    assert answers[0].message_id != answers[1].message_id


@pytest.mark.parametrize(
    ("pause", "goes_on"),
    [(timedelta(days=7), True), (timedelta(days=7, microseconds=1), False)],
    ids=["within seven days", "after that"],
)
def test_after_the_end_it_goes_on_within_seven_days(
    tea: World, pause: timedelta, *, goes_on: bool
) -> None:
    first = tea.write("壶盖碎了")
    resolve(actor=tea.owner, conversation_ids=[first.conversation_id], now=NOON)

    [later] = receive(heard=[heard_again(tea, NOON + pause)], now=NOON + pause)

    assert (later.conversation_id == first.conversation_id) is goes_on
    assert ("conversation.reopened" in facts_of(later)) is goes_on
    kept = Conversation.objects.get(pk=first.conversation_id)
    assert (kept.status, kept.resolved_at) == (("open", None) if goes_on else ("resolved", NOON))


def test_a_reply_wakes_what_was_put_aside(tea: World) -> None:
    first = tea.write("壶盖碎了")
    snooze(actor=tea.owner, conversation_ids=[first.conversation_id], until=None, now=NOON)

    receive(heard=[heard_again(tea, LATER)], now=LATER)

    conversation = Conversation.objects.get()
    assert (conversation.is_snoozed, conversation.woke) == (False, "reply")
    assert facts_of(first)[-2:] == ["conversation.woke", "message.received"]


def test_an_answer_ends_the_wait_and_the_next_message_begins_another(tea: World) -> None:
    first = tea.write("壶盖碎了")
    reply(actor=tea.owner, conversation_ids=[first.conversation_id], text="马上换", now=NOON)

    receive(heard=[heard_again(tea, LATER)], now=LATER)

    conversation = Conversation.objects.get()
    assert (conversation.waiting_since, conversation.unanswered) == (LATER, 1)
    assert conversation.status == "open"


def test_what_a_database_cannot_hold_is_left_out(tea: World) -> None:
    sender = Address("webchat", "1", "小\x00梅\udcff")
    arrival = Arrival("1", sender, "壶\x00盖\ud800碎了 👍", NOON)

    [received] = receive(
        heard=[Heard(tea.inbox_id, tea.workspace_id, "webchat", arrival)], now=NOON
    )

    assert Person.objects.get(pk=received.person_id).name == "小梅\ufffd"
    assert Message.objects.get(pk=received.message_id).text == "壶盖\ufffd碎了 👍"
    assert Conversation.objects.get().subject == "壶盖\ufffd碎了 👍"


def test_a_wish_for_a_human_is_noted(tea: World) -> None:
    [received] = receive(heard=[heard(tea, "转人工")], now=NOON)

    assert Conversation.objects.get().wants_human
    assert facts_of(received)[-1] == "conversation.human_requested"


def test_a_message_goes_on_in_the_open_conversation_even_if_a_newer_one_is_over(tea: World) -> None:
    old = tea.write("壶盖碎了")
    resolve(actor=tea.owner, conversation_ids=[old.conversation_id], now=NOON)
    month_later = NOON + timedelta(days=30)
    [new] = receive(heard=[heard_again(tea, month_later)], now=month_later)
    resolve(actor=tea.owner, conversation_ids=[new.conversation_id], now=month_later)
    reopen(actor=tea.owner, conversation_ids=[old.conversation_id], now=month_later)

    [said] = receive(heard=[heard_again(tea, month_later)], now=month_later)

    assert said.conversation_id == old.conversation_id != new.conversation_id


@pytest.mark.django_db(transaction=True)
def test_nobody_removes_a_conversation_that_is_being_written_to() -> None:
    """No key of the database looks after a message's conversation: whoever writes holds it."""
    tea = world()
    said = tea.write("在吗")

    def held() -> bool:
        with transaction.atomic():
            free = Conversation.objects.filter(pk=said.conversation_id)
            return not free.select_for_update(skip_locked=True).exists()

    with transaction.atomic():
        receive(heard=[heard_again(tea, LATER)], now=LATER)
        [is_held] = together([held])

    assert is_held


@pytest.mark.django_db(transaction=True)
def test_forty_threads_hear_the_same_new_visitor_as_one_person() -> None:
    tea = world()
    batches = [
        [heard(tea, "你好", name="hello"), heard(tea, f"{n}", name=f"{n}")] for n in range(40)
    ]

    answers = together([partial(receive, heard=batch, now=NOON) for batch in batches])

    assert (Person.objects.count(), Identity.objects.count()) == (1, 1)
    assert Conversation.objects.get().unanswered == Message.objects.count() == 41
    assert len({first.message_id for first, _own in answers}) == 1
    assert sum(first.is_fresh for first, _own in answers) == 1
    assert Event.objects.filter(kind="person.met").count() == 1
    assert Event.objects.filter(kind="message.received").count() == 41


@pytest.mark.django_db(transaction=True)
def test_batches_that_meet_the_same_strangers_in_another_order_do_not_block_each_other() -> None:
    tea = world()
    strangers = [f"visitor {n}" for n in range(12)]
    orders = [strangers[n:] + strangers[:n] for n in range(12)]
    batches = [[heard(tea, by=who) for who in order] for order in orders]

    together([partial(receive, heard=batch, now=NOON) for batch in batches])

    assert Conversation.objects.count() == Person.objects.count() == 12
    assert sorted(Conversation.objects.values_list("number", flat=True)) == list(range(1, 13))
    assert Message.objects.count() == 144
