"""Whose it is, whose turn it is, and when it comes back."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from tests.make.world import NOON, World, world
from tongxin.center.kit.refusals import Refused
from tongxin.center.people.values import Address
from tongxin.center.timeline.models import Event
from tongxin.service.channels.actions import create_inbox
from tongxin.service.conversations.actions import (
    assign,
    reopen,
    reply,
    resolve,
    snooze,
    start,
    tag,
    wake,
    wake_due,
)
from tongxin.service.conversations.models import Conversation, Message
from tongxin.service.conversations.queries import visit

HOUR = timedelta(hours=1)
MONTH = timedelta(days=30)


def only(**wanted: object) -> Conversation:
    return Conversation.objects.get(**wanted)


def kinds(conversation_id: int) -> list[str]:
    events = Event.objects.filter(subject=f"conversation:{conversation_id}").order_by("pk")
    return list(events.values_list("kind", flat=True))


def two_talks(tea: World) -> tuple[int, int]:
    """Return a settled conversation of 小梅 and her next one, begun a month later."""
    old = tea.write("壶盖碎了").conversation_id
    resolve(actor=tea.owner, conversation_ids=[old], now=NOON)
    new = tea.write("又碎了", at=NOON + MONTH).conversation_id
    return old, new


def test_whoever_takes_it_is_responsible_until_somebody_else_is(tea: World) -> None:
    mine, tom = tea.write("你好").conversation_id, tea.member()

    taken = assign(actor=tom, conversation_ids=[mine], member_id=tom.id, now=NOON)
    handed = assign(actor=tom, conversation_ids=[mine], member_id=tea.owner.id, now=NOON)
    back = assign(actor=tom, conversation_ids=[mine], member_id=None, now=NOON)

    said = Event.objects.filter(kind="conversation.assigned").order_by("pk")
    assert (taken, handed, back) == (1, 1, 1)
    assert [(e.data["before"], e.data["member_id"], e.data["automatic"]) for e in said] == [
        (None, tom.id, False), (tom.id, tea.owner.id, False), (tea.owner.id, None, False),
    ]  # fmt: skip
    assert only().assignee_id is None


def test_nobody_who_works_elsewhere_is_made_responsible(tea: World) -> None:
    mine, stranger = tea.write("你好").conversation_id, world("Leaf & Kettle").owner

    with pytest.raises(Refused) as refused:
        assign(actor=tea.owner, conversation_ids=[mine], member_id=stranger.id, now=NOON)

    assert refused.value.code == "member.missing"
    assert only().assignee_id is None


def test_what_is_put_aside_until_a_time_wakes_at_it_and_not_before(tea: World) -> None:
    mine = tea.write("你好").conversation_id
    snooze(actor=tea.owner, conversation_ids=[mine], until=NOON + HOUR, now=NOON)

    early, due, again = (wake_due(now=at) for at in (NOON, NOON + HOUR, NOON + HOUR))

    assert (early, due, again) == (0, 1, 0)
    assert (only().is_snoozed, only().snoozed_until, only().woke) == (False, None, "time")
    assert kinds(mine)[-1] == "conversation.woke"


def test_what_is_put_aside_until_a_reply_does_not_wake_by_itself(tea: World) -> None:
    mine = tea.write("你好").conversation_id
    snooze(actor=tea.owner, conversation_ids=[mine], until=None, now=NOON)

    woken = wake_due(now=NOON + MONTH)

    assert (woken, only().is_snoozed) == (0, True)


def test_the_time_may_be_chosen_anew(tea: World) -> None:
    mine = tea.write("你好").conversation_id
    snooze(actor=tea.owner, conversation_ids=[mine], until=NOON + HOUR, now=NOON)

    changed = snooze(actor=tea.owner, conversation_ids=[mine], until=NOON + 2 * HOUR, now=NOON)

    assert (changed, only().snoozed_until) == (1, NOON + 2 * HOUR)


def test_nothing_is_put_aside_until_now_or_earlier(tea: World) -> None:
    mine = tea.write("你好").conversation_id

    with pytest.raises(Refused) as refused:
        snooze(actor=tea.owner, conversation_ids=[mine], until=NOON, now=NOON)

    assert refused.value.code == "snooze.past"
    assert not only().is_snoozed


def test_what_is_settled_is_not_put_aside(tea: World) -> None:
    mine = tea.write("你好").conversation_id
    resolve(actor=tea.owner, conversation_ids=[mine], now=NOON)

    assert snooze(actor=tea.owner, conversation_ids=[mine], until=None, now=NOON) == 0


def test_waking_by_hand_takes_back_only_what_sleeps(tea: World) -> None:
    asleep, awake = tea.conversations(2)
    snooze(actor=tea.owner, conversation_ids=[asleep], until=None, now=NOON)

    woken = wake(actor=tea.owner, conversation_ids=[asleep, awake], now=NOON)

    assert woken == 1
    assert not Conversation.objects.filter(is_snoozed=True).exists()


def test_all_workspaces_wake_in_one_round(tea: World) -> None:
    for place in (tea, world("Leaf & Kettle")):
        ids = place.conversations(2)
        snooze(actor=place.owner, conversation_ids=ids, until=NOON + HOUR, now=NOON)

    assert wake_due(now=NOON + HOUR) == 4
    woke = Event.objects.filter(kind="conversation.woke").values_list("workspace_id", flat=True)
    assert len(set(woke)) == 2


def test_the_end_clears_the_wait(tea: World) -> None:
    mine = tea.write("转人工").conversation_id
    snooze(actor=tea.owner, conversation_ids=[mine], until=NOON + HOUR, now=NOON)

    resolve(actor=tea.owner, conversation_ids=[mine], now=NOON)

    ended = only()
    assert (ended.status, ended.resolved_at, ended.waiting_since) == ("resolved", NOON, None)
    assert (ended.unanswered, ended.wants_human, ended.is_snoozed) == (0, False, False)


def test_a_settled_matter_is_taken_up_again(tea: World) -> None:
    mine = tea.write("你好").conversation_id
    resolve(actor=tea.owner, conversation_ids=[mine], now=NOON)

    taken_up = reopen(actor=tea.owner, conversation_ids=[mine], now=NOON)

    assert (taken_up, only().status, only().resolved_at) == (1, "open", None)


def test_a_matter_with_a_newer_one_open_stays_settled(tea: World) -> None:
    old, _new = two_talks(tea)

    with pytest.raises(Refused) as refused:
        reopen(actor=tea.owner, conversation_ids=[old], now=NOON + MONTH)

    assert refused.value.code == "conversation.has_newer"
    assert only(pk=old).status == "resolved"


def test_of_many_only_those_without_a_newer_one_are_taken_up(tea: World) -> None:
    old, _new = two_talks(tea)
    other = tea.write("hello", by="Tom").conversation_id
    resolve(actor=tea.owner, conversation_ids=[other], now=NOON + MONTH)

    taken_up = reopen(actor=tea.owner, conversation_ids=[old, other], now=NOON + MONTH)

    assert (taken_up, only(pk=old).status, only(pk=other).status) == (1, "resolved", "open")


def test_of_two_settled_matters_of_one_person_the_newer_is_taken_up(tea: World) -> None:
    old, new = two_talks(tea)
    resolve(actor=tea.owner, conversation_ids=[new], now=NOON + MONTH)

    taken_up = reopen(actor=tea.owner, conversation_ids=[old, new], now=NOON + MONTH)

    assert (taken_up, only(pk=old).status, only(pk=new).status) == (1, "resolved", "open")


def test_the_visitor_stands_in_what_is_open_even_if_something_newer_is_over(tea: World) -> None:
    old, new = two_talks(tea)
    resolve(actor=tea.owner, conversation_ids=[new], now=NOON + MONTH)
    reopen(actor=tea.owner, conversation_ids=[old], now=NOON + MONTH)

    found = visit(inbox_id=tea.inbox_id, address=Address("webchat", f"小梅-{tea.inbox_id}"))

    assert found is not None
    assert found.conversation_id == old


def test_an_answer_to_what_is_settled_takes_it_up_again(tea: World) -> None:
    mine = tea.write("你好").conversation_id
    resolve(actor=tea.owner, conversation_ids=[mine], now=NOON)

    reply(actor=tea.owner, conversation_ids=[mine], text="补发了", now=NOON)

    assert (only().status, only().resolved_at) == ("waiting", None)
    assert "conversation.reopened" in kinds(mine)


def test_an_answer_does_not_open_a_second_conversation_with_a_person(tea: World) -> None:
    old, new = two_talks(tea)
    before = Message.objects.count()

    with pytest.raises(Refused) as refused:
        reply(actor=tea.owner, conversation_ids=[old], text="补发了", now=NOON + MONTH)

    assert refused.value.code == "conversation.has_newer"
    assert Message.objects.count() == before
    assert (only(pk=old).status, only(pk=new).status) == ("resolved", "new")


def test_writing_first_begins_a_conversation_and_goes_on_with_it(tea: World) -> None:
    address = Address("webchat", "amelie", "Amélie")

    first = start(actor=tea.owner, inbox_id=tea.inbox_id, address=address, text="Hello!", now=NOON)
    second = start(
        actor=tea.owner, inbox_id=tea.inbox_id, address=address, text="Are you there?", now=NOON
    )

    assert first.conversation_id == second.conversation_id
    assert (only().status, only().last_text) == ("waiting", "Are you there?")
    assert kinds(first.conversation_id).count("conversation.opened") == 1


def test_writing_first_asks_few_things_and_tells_them_in_order(
    tea: World, django_assert_max_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    address = Address("webchat", "amelie", "Amélie")

    with django_assert_max_num_queries(8):  # two of them begin and end what is done whole
        first = start(
            actor=tea.owner, inbox_id=tea.inbox_id, address=address, text="Hello!", now=NOON
        )

    told = Event.objects.order_by("pk").values_list("kind", flat=True)
    assert list(told)[-4:] == [
        "person.met", "conversation.opened", "conversation.assigned", "message.sent"
    ]  # fmt: skip
    assert only().assignee_id == tea.owner.id
    assert first.conversation_id == only().pk


def test_nobody_writes_first_through_another_workspace_s_inbox(tea: World) -> None:
    theirs = create_inbox(actor=world("Leaf").owner, channel="webchat", name="web", now=NOON)

    with pytest.raises(Refused) as refused:
        start(
            actor=tea.owner, inbox_id=theirs, address=Address("webchat", "x"), text="hi", now=NOON
        )

    assert refused.value.code == "inbox.missing"


def test_a_tag_is_put_on_once_and_taken_off_once(tea: World) -> None:
    mine, other = tea.conversations(2)
    tag(actor=tea.owner, conversation_ids=[mine], add=["破损"], now=NOON)

    on = tag(actor=tea.owner, conversation_ids=[mine, other], add=["  破损 "], now=NOON)
    off = tag(actor=tea.owner, conversation_ids=[mine, other], remove=["破损", "新"], now=NOON)

    told = Event.objects.filter(kind="conversation.tagged").order_by("pk")
    assert (on, off) == (1, 2)
    assert [(e.data["added"], e.data["removed"]) for e in told] == [
        (["破损"], []), (["破损"], []), ([], ["破损"]), ([], ["破损"]),
    ]  # fmt: skip


def test_a_tag_both_put_on_and_taken_off_ends_off(tea: World) -> None:
    [mine] = tea.conversations(1)
    tag(actor=tea.owner, conversation_ids=[mine], add=["破损"], now=NOON)

    changed = tag(actor=tea.owner, conversation_ids=[mine], add=["破损"], remove=["破损"], now=NOON)

    assert changed == 1
    assert Event.objects.filter(kind="conversation.tagged").latest("pk").data["removed"] == ["破损"]


@pytest.mark.parametrize("names", [[""], ["  "], ["长" * 41], [f"t{n}" for n in range(21)]])
def test_a_tag_has_a_name_that_fits(tea: World, names: list[str]) -> None:
    [mine] = tea.conversations(1)

    with pytest.raises(Refused) as refused:
        tag(actor=tea.owner, conversation_ids=[mine], add=names, now=NOON)

    assert refused.value.code == "tag.name"
