"""How far each side has read."""

from datetime import timedelta

from tests.make.world import NOON, World
from tongxin.center.kit.actor import Actor
from tongxin.center.timeline.models import Event
from tongxin.service.conversations.actions import got, read, reply, see
from tongxin.service.conversations.models import Conversation, Message

LATER = NOON + timedelta(minutes=5)
FAR_AWAY = 2**62


def answered(tea: World, by: str = "小梅") -> tuple[Actor, int, int]:
    """Return a person, their conversation and our answer in it."""
    received = tea.write("壶盖碎了", by=by)
    ids = [received.conversation_id]
    [message_id] = reply(actor=tea.owner, conversation_ids=ids, text="马上换", now=NOON)
    person = Actor(tea.workspace_id, "person", received.person_id, frozenset({"person.self"}))
    return person, received.conversation_id, message_id


def state_of(message_id: int) -> str:
    return Message.objects.get(pk=message_id).state


def test_a_member_s_look_is_new_only_once(tea: World) -> None:
    mine = tea.write("壶盖碎了")

    looks = [
        see(actor=tea.owner, conversation_ids=[mine.conversation_id], now=NOON) for _ in range(2)
    ]

    assert looks == [1, 0]
    assert Conversation.objects.get().member_seen_id == mine.message_id


def test_who_answers_has_seen_it(tea: World) -> None:
    _mei, mine, _message = answered(tea)

    assert see(actor=tea.owner, conversation_ids=[mine], now=NOON) == 0


def test_our_answer_arrives_and_is_read(tea: World) -> None:
    mei, mine, message_id = answered(tea)

    arrived = got(actor=mei, conversation_ids=[mine], upto=message_id, now=NOON)
    after_arrival = state_of(message_id)
    seen = read(actor=mei, conversation_ids=[mine], upto=message_id, now=LATER)

    assert (arrived, after_arrival, seen, state_of(message_id)) == (1, "delivered", 1, "read")
    [told] = Event.objects.filter(kind="message.read")
    assert (told.data["message_id"], told.person_id) == (message_id, mei.id)


def test_what_was_read_does_not_become_merely_delivered(tea: World) -> None:
    mei, mine, message_id = answered(tea)
    read(actor=mei, conversation_ids=[mine], upto=message_id, now=NOON)

    arrived = got(actor=mei, conversation_ids=[mine], upto=message_id, now=LATER)

    assert (arrived, state_of(message_id)) == (0, "read")


def test_nobody_reads_for_somebody_else(tea: World) -> None:
    _mei, mine, message_id = answered(tea)
    tom, _his, _message = answered(tea, by="Tom")

    passed = [
        verb(actor=tom, conversation_ids=[mine], upto=message_id, now=NOON) for verb in (got, read)
    ]

    assert passed == [0, 0]
    assert state_of(message_id) == "sent"


def test_who_claims_to_have_read_the_future_has_read_only_what_is_there(tea: World) -> None:
    mei, mine, message_id = answered(tea)
    for verb in (got, read):
        verb(actor=mei, conversation_ids=[mine], upto=FAR_AWAY, now=NOON)

    [second] = reply(actor=tea.owner, conversation_ids=[mine], text="已寄出", now=LATER)
    arrived = got(actor=mei, conversation_ids=[mine], upto=second, now=LATER)
    seen = read(actor=mei, conversation_ids=[mine], upto=second, now=LATER)

    assert (arrived, seen, state_of(second)) == (1, 1, "read")
    told = Event.objects.filter(kind="message.read").order_by("pk")
    assert [event.data["message_id"] for event in told] == [message_id, second]
