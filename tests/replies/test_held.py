"""Words that rest until their time: never lost, never sent twice, taken back while they rest."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.make.world import NOON, World, world
from tongxin.center.kit.actor import Reach
from tongxin.center.kit.refusals import Refused
from tongxin.center.timeline.models import Event
from tongxin.service.conversations.actions import merge, reply, resolve, save_draft
from tongxin.service.conversations.models import Conversation, Draft, Message
from tongxin.service.replies.actions import (
    cancel,
    hold,
    interrupt,
    release,
    release_due,
    reschedule,
    schedule,
    set_undo,
)
from tongxin.service.replies.models import Held
from tongxin.service.replies.queries import held, undo_seconds
from tongxin.service.replies.values import OnReply

SOON, TOMORROW = NOON + timedelta(seconds=10), NOON + timedelta(days=1)


def rested(tea: World, conversation_id: int, **more: Any) -> int:
    wanted = {"text": "马上换", "seconds": 10, "client_id": "c", **more}
    return hold(actor=tea.owner, conversation_ids=[conversation_id], **wanted, now=NOON)[0]


def scheduled(tea: World, conversation_id: int, **more: Any) -> int:
    wanted = {"text": "到货了", "at": TOMORROW, **more}
    return schedule(actor=tea.owner, conversation_ids=[conversation_id], **wanted, now=NOON)[0]


def sent() -> list[str]:
    return list(Message.objects.filter(kind="out").order_by("pk").values_list("text", flat=True))


def kinds() -> list[str]:
    found = Event.objects.filter(kind__startswith="reply.").order_by("pk")
    return list(found.values_list("kind", flat=True))


def test_what_rests_is_sent_when_its_time_has_come_and_only_once(tea: World) -> None:
    mine = tea.write("壶盖碎了").conversation_id
    rested(tea, mine)

    assert release_due(now=NOON) == 0
    assert not sent()
    assert release_due(now=SOON) == 1
    assert release_due(now=SOON) == 0

    assert sent() == ["马上换"]
    assert Message.objects.get(kind="out").author == tea.owner.label
    assert Conversation.objects.get().assignee_id == tea.owner.id
    assert not Held.objects.exists()


def test_what_is_taken_back_in_time_never_leaves(tea: World) -> None:
    mine = tea.write("壶盖碎了").conversation_id
    pk = rested(tea, mine)

    assert cancel(actor=tea.owner, held_ids=[pk], now=NOON) == [pk]
    assert cancel(actor=tea.owner, held_ids=[pk], now=NOON) == []

    assert release_due(now=TOMORROW) == 0
    assert not sent()


def test_what_has_left_cannot_be_taken_back(tea: World) -> None:
    pk = rested(tea, tea.write("壶盖碎了").conversation_id)
    release_due(now=SOON)

    assert cancel(actor=tea.owner, held_ids=[pk], now=SOON) == []
    assert sent() == ["马上换"]


def test_the_same_words_twice_rest_once_and_are_sent_once(tea: World) -> None:
    mine = tea.write("壶盖碎了").conversation_id
    first = rested(tea, mine)
    assert rested(tea, mine) == first

    release_due(now=SOON)

    assert hold(
        actor=tea.owner, conversation_ids=[mine], text="马上换", client_id="c", now=SOON
    ) == []  # fmt: skip
    release_due(now=TOMORROW)
    assert sent() == ["马上换"]


def test_a_draft_that_was_begun_since_stays(tea: World) -> None:
    mine = tea.write("壶盖碎了").conversation_id
    save_draft(actor=tea.owner, conversation_id=mine, text="马上换", now=NOON)
    rested(tea, mine)
    assert not Draft.objects.exists()
    save_draft(actor=tea.owner, conversation_id=mine, text="还有", now=NOON)

    release_due(now=SOON)

    assert Draft.objects.get().text == "还有"


def test_scheduled_words_ask_when_the_person_writes_before_their_time(tea: World) -> None:
    mine = tea.write("什么时候到货").conversation_id
    pk = scheduled(tea, mine)
    tea.write("不用了")

    assert interrupt(conversation_ids=[mine], now=NOON) == 1
    assert interrupt(conversation_ids=[mine], now=NOON) == 0
    assert release_due(now=TOMORROW) == 0
    assert [row.state for row in held(actor=tea.owner, conversation_id=mine)] == ["asking"]

    release(actor=tea.owner, held_ids=[pk], now=TOMORROW)
    assert release_due(now=TOMORROW) == 1
    assert sent() == ["到货了"]
    assert kinds() == ["reply.held", "reply.interrupted", "reply.rescheduled"]


def test_the_release_itself_sees_what_came_at_the_last_moment(tea: World) -> None:
    mine = tea.write("什么时候到货").conversation_id
    scheduled(tea, mine)
    tea.write("不用了")

    assert release_due(now=TOMORROW) == 0
    assert not sent()
    assert kinds()[-1] == "reply.interrupted"


@pytest.mark.parametrize(("on_reply", "left"), [(OnReply.CANCEL, []), (OnReply.SEND, ["到货了"])])
def test_its_author_chooses_what_a_reply_does_to_it(
    tea: World, on_reply: OnReply, left: list[str]
) -> None:
    mine = tea.write("什么时候到货").conversation_id
    scheduled(tea, mine, on_reply=on_reply)
    tea.write("不用了")
    interrupt(conversation_ids=[mine], now=NOON)

    release_due(now=TOMORROW)

    assert sent() == left
    assert not held(actor=tea.owner)


def test_what_was_said_before_does_not_interrupt(tea: World) -> None:
    mine = tea.write("什么时候到货").conversation_id
    scheduled(tea, mine)

    assert interrupt(conversation_ids=[mine], now=NOON) == 0
    reply(actor=tea.owner, conversation_ids=[mine], text="明天", now=NOON)
    assert release_due(now=TOMORROW) == 1


def test_another_time_and_send_now(tea: World) -> None:
    mine = tea.write("什么时候到货").conversation_id
    pk = scheduled(tea, mine)

    later = TOMORROW + timedelta(days=1)
    assert reschedule(actor=tea.owner, held_ids=[pk], at=later, now=NOON) == 1
    assert release_due(now=TOMORROW) == 0
    assert release(actor=tea.owner, held_ids=[pk], now=TOMORROW) == 1
    assert release_due(now=TOMORROW) == 1


def test_what_cannot_leave_says_why_and_stops_nothing_else(tea: World) -> None:
    old = tea.write("壶盖碎了", by="小梅").conversation_id
    stuck = scheduled(tea, old, on_reply=OnReply.SEND)
    resolve(actor=tea.owner, conversation_ids=[old], now=NOON)
    tea.write("又碎了", by="小梅", at=NOON + timedelta(days=30))
    other = tea.write("你好", by="陈立").conversation_id
    scheduled(tea, other, on_reply=OnReply.SEND)

    assert release_due(now=TOMORROW) == 1

    [row] = held(actor=tea.owner)
    assert (row.id, row.state, row.error) == (stuck, "failed", "conversation.has_newer")
    assert kinds()[-1] == "reply.stuck"


def test_a_stale_look_stops_what_would_rest(tea: World) -> None:
    first = tea.write("壶盖碎了")
    tea.write("还有壶身")

    with pytest.raises(Refused) as refused:
        rested(tea, first.conversation_id, last_seen_message_id=first.message_id)

    assert refused.value.code == "conversation.stale"
    assert not Held.objects.exists()


@pytest.mark.parametrize(
    ("days", "code"), [(0, "schedule.past"), (-1, "schedule.past"), (400, "schedule.far")]
)
def test_a_time_that_makes_no_sense_is_refused(tea: World, days: int, code: str) -> None:
    mine = tea.write("你好").conversation_id

    with pytest.raises(Refused) as refused:
        scheduled(tea, mine, at=NOON + timedelta(days=days))

    assert refused.value.code == code


def test_what_is_half_empty_may_not_rest(tea: World) -> None:
    with pytest.raises(Refused) as refused:
        rested(tea, tea.write("你好").conversation_id, text="您好 {{person.phone}}")

    assert refused.value.code == "message.unfilled"


def test_a_member_chooses_how_long_they_can_take_back(tea: World) -> None:
    assert undo_seconds(member_id=tea.owner.id) == 10
    assert undo_seconds(member_id=tea.owner.id, recalled=True) == 0

    set_undo(actor=tea.owner, seconds=0, now=NOON)

    assert undo_seconds(member_id=tea.owner.id) == 0
    set_undo(actor=tea.owner, seconds=10, now=NOON)
    assert undo_seconds(member_id=tea.owner.id, recalled=True) == 10


def test_nobody_takes_back_what_another_workspace_says(tea: World) -> None:
    pk = rested(tea, tea.write("你好").conversation_id)
    stranger = world("Another Shop").owner

    assert cancel(actor=stranger, held_ids=[pk], now=NOON) == []
    assert held(actor=stranger) == []


def test_who_sees_what_rests_in_a_merged_conversation_may_take_it_back(tea: World) -> None:
    """Both ask in which queue the conversation goes on, not where it was begun."""
    gone, stays = tea.conversations(2)
    pk = scheduled(tea, gone)
    merge(actor=tea.owner, conversation_ids=[gone], into_id=stays, now=NOON)
    Conversation.objects.filter(pk=gone).update(queue_id=7)
    Conversation.objects.filter(pk=stays).update(queue_id=8)
    narrow = replace(tea.member(), reach=Reach.TEAM)

    for queues, sees in (((7,), False), ((8,), True)):
        actor = replace(narrow, queues=queues)
        assert bool(held(actor=actor)) is sees
        assert bool(cancel(actor=actor, held_ids=[pk], now=NOON)) is sees
