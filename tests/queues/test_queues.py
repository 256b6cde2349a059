"""Queues: who is in them, what waits in them, and what goes back to them."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from tests.make.relaying import relayed
from tests.make.world import NOON, World, world
from tongxin.center.accounts.queries import seat
from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.kit.refusals import Refused
from tongxin.center.timeline.models import Event
from tongxin.service.conversations.actions import assign, reply, resolve, snooze
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.queries import View, by_ids, conversations, places
from tongxin.service.hours.actions import create as create_calendar
from tongxin.service.hours.actions import remove as remove_calendar
from tongxin.service.hours.values import Hours, Span
from tongxin.service.notices.queries import notices
from tongxin.service.queues.actions import (
    change,
    close,
    create,
    feed,
    move,
    return_idle,
    set_members,
)
from tongxin.service.queues.queries import queue, queues, sharings
from tongxin.service.queues.values import EVERYONES, Fallback, QueuePlan, Strategy
from tongxin.service.team.actions import requeue, route, route_late, set_presence
from tongxin.service.team.queries import why_unassigned
from tongxin.service.team.values import State, Why

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
DAYTIME = Hours("Asia/Shanghai", ((Span("09:00", "18:00"),),) * 5 + ((), ()))
FRIDAY = datetime.fromisoformat("2026-11-20T17:50+08:00")


@pytest.fixture
def tea() -> World:
    return world()


def queue_of(tea: World, name: str, *members: Actor, plan: QueuePlan | None = None) -> int:
    made: int = create(
        actor=tea.owner, name=name, plan=plan, member_ids=[m.id for m in members], now=NOON
    )
    return made


def online(tea: World, name: str = "Tom") -> Actor:
    member = tea.member(name=name)
    set_presence(actor=member, state=State.ONLINE, now=NOON)
    return member


def waiting_in(tea: World, queue_id: int, many: int = 1, at: datetime = NOON) -> list[int]:
    feed(actor=tea.owner, inbox_ids=[tea.inbox_id], queue_id=queue_id, now=NOON)
    said = [(f"{queue_id} {n} {at}", "在吗") for n in range(many)]
    ids = [received.conversation_id for received in tea.written(said, at=at)]
    feed(actor=tea.owner, inbox_ids=[tea.inbox_id], queue_id=EVERYONES, now=NOON)
    return ids


def owner_of(conversation_id: int) -> int | None:
    return Conversation.objects.values_list("assignee_id", flat=True).get(pk=conversation_id)


def routed(tea: World, at: datetime = NOON) -> int:
    return route(workspace_ids=[tea.workspace_id], now=at)


def test_a_small_shop_has_the_queue_that_is_everyones(tea: World) -> None:
    [only] = queues(actor=tea.owner)

    assert (only.id, only.is_everyones, only.member_ids) == (EVERYONES, True, [tea.owner.id])
    assert only.inbox_ids == [tea.inbox_id]


def test_a_conversation_is_offered_to_the_members_of_its_queue_only(tea: World) -> None:
    tom, amelie = online(tea), online(tea, "Amélie")
    [one] = waiting_in(tea, queue_of(tea, "售后", amelie))

    assert routed(tea) == 1
    assert owner_of(one) == amelie.id
    assert tom.id != amelie.id


def test_who_waits_in_one_queue_holds_up_nobody_in_another(tea: World) -> None:
    amelie = online(tea, "Amélie")
    waiting_in(tea, queue_of(tea, "售前"), many=30)
    [late] = waiting_in(tea, queue_of(tea, "售后", amelie), at=NOON + MINUTE)

    assert routed(tea) == 1
    assert owner_of(late) == amelie.id


def test_it_stays_in_the_queue_where_nothing_else_is_said(tea: World) -> None:
    online(tea)
    waiting_in(tea, queue_of(tea, "售后"))

    assert routed(tea, NOON + timedelta(days=9)) == 0


def test_after_some_minutes_another_queue_is_offered_it(tea: World) -> None:
    tom, amelie = online(tea), online(tea, "Amélie")
    presale = queue_of(tea, "售前", tom)
    plan = QueuePlan(fallback=Fallback.QUEUE, fallback_id=presale, fallback_minutes=5)
    [one] = waiting_in(tea, queue_of(tea, "售后", plan=plan))

    assert routed(tea, NOON + 5 * MINUTE - timedelta(seconds=1)) == 0
    # Nothing happens meanwhile: a round of the worker sees to it. Amélie is in neither.
    assert route_late(now=NOON + timedelta(seconds=60)) == 0
    set_presence(actor=tom, state=State.AWAY, now=NOON)
    set_presence(actor=tom, state=State.ONLINE, now=NOON + 4 * MINUTE)
    keep_here(tom, amelie, at=NOON + 5 * MINUTE)
    assert route_late(now=NOON + 5 * MINUTE) == 1
    assert owner_of(one) == tom.id
    assert Conversation.objects.get(pk=one).queue_id != presale


def keep_here(*who: Actor, at: datetime) -> None:
    for member in who:
        set_presence(actor=member, state=State.ONLINE, now=at)


def test_anyone_online_may_help_at_once_but_members_come_first(tea: World) -> None:
    tom = online(tea)
    plan = QueuePlan(fallback=Fallback.ANYONE)
    mine = queue_of(tea, "售后", plan=plan)
    ids = waiting_in(tea, mine, many=7)

    assert routed(tea) == 5
    assert {owner_of(pk) for pk in ids} == {tom.id, None}
    amelie = online(tea, "Amélie")
    set_members(actor=tea.owner, queue_id=mine, member_ids=[amelie.id], now=NOON)
    resolve(actor=tom, conversation_ids=ids[:5], now=NOON)
    assert routed(tea) == 2
    assert {owner_of(pk) for pk in ids[5:]} == {amelie.id}


def test_minutes_of_a_fallback_count_while_the_queue_is_open(tea: World) -> None:
    tom = online(tea)
    calendar_id = create_calendar(actor=tea.owner, name="白班", hours=DAYTIME, now=NOON)
    plan = QueuePlan(fallback=Fallback.ANYONE, fallback_minutes=30, calendar_id=calendar_id)
    [one] = waiting_in(tea, queue_of(tea, "售后", plan=plan), at=FRIDAY)
    monday = datetime.fromisoformat("2026-11-23T09:20+08:00")

    keep_here(tom, at=monday - MINUTE)
    assert routed(tea, monday - MINUTE) == 0
    keep_here(tom, at=monday)
    assert routed(tea, monday) == 1
    assert owner_of(one) == tom.id


def test_a_queue_shares_out_in_its_own_way(tea: World) -> None:
    tom, amelie = online(tea), online(tea, "Amélie")
    mine = queue_of(tea, "轮流", tom, amelie, plan=QueuePlan(strategy=Strategy.IN_TURN))
    busy = waiting_in(tea, EVERYONES, many=2)
    assign(actor=tea.owner, conversation_ids=busy, member_id=amelie.id, now=NOON)
    ids = waiting_in(tea, mine, many=3)

    routed(tea)

    assert sorted(owner_of(pk) or 0 for pk in ids).count(amelie.id) in {1, 2}
    assert {owner_of(pk) for pk in ids} == {tom.id, amelie.id}


def test_it_is_told_why_nobody_of_the_queue_has_it(tea: World) -> None:
    tom = online(tea)
    empty, busy = queue_of(tea, "空"), queue_of(tea, "售后", tea.member())
    calendar_id = create_calendar(actor=tea.owner, name="白班", hours=DAYTIME, now=NOON)
    late = QueuePlan(fallback=Fallback.ANYONE, fallback_minutes=10, calendar_id=calendar_id)
    falling = queue_of(tea, "售前", plan=late)
    ids = [waiting_in(tea, q)[0] for q in (empty, busy, falling, EVERYONES)]

    rows = {r.conversation_id: r for r in why_unassigned(actor=tom, conversation_ids=ids, now=NOON)}

    assert [rows[pk].why for pk in ids] == [
        Why.NO_MEMBERS, Why.NOBODY_ONLINE, Why.NO_MEMBERS, Why.SOON,
    ]  # fmt: skip
    assert [rows[pk].queue_name for pk in ids] == ["空", "售后", "售前", ""]
    third = rows[ids[2]]
    assert third.opens_at == datetime.fromisoformat("2026-11-23T09:00+08:00")  # NOON is a Saturday
    assert third.offered_at == datetime.fromisoformat("2026-11-23T09:10+08:00")


def test_it_moves_out_of_its_owners_hands_into_another_queue(tea: World) -> None:
    tom, amelie = online(tea), online(tea, "Amélie")
    [one] = waiting_in(tea, EVERYONES)
    [over] = tea.conversations(1)
    assign(actor=tea.owner, conversation_ids=[one, over], member_id=tom.id, now=NOON)
    resolve(actor=tom, conversation_ids=[over], now=NOON)
    after_sales = queue_of(tea, "售后", amelie)

    assert move(actor=tom, conversation_ids=[one, over], queue_id=after_sales, now=NOON) == 2
    assert move(actor=tom, conversation_ids=[one, over], queue_id=after_sales, now=NOON) == 0

    assert (owner_of(one), owner_of(over)) == (None, tom.id)
    told = Event.objects.filter(kind="conversation.assigned", data__reason="moved")
    assert [event.data["before"] for event in told] == [tom.id]
    assert routed(tea) == 1
    assert owner_of(one) == amelie.id


def test_a_place_counts_in_ones_own_queue(tea: World) -> None:
    [first] = waiting_in(tea, EVERYONES)
    mine = waiting_in(tea, queue_of(tea, "售后"), many=2, at=NOON + MINUTE)

    found = places(conversation_ids=[first, *mine])

    assert [found[pk].place for pk in [first, *mine]] == [1, 1, 2]


def test_a_closed_queue_leaves_its_people_to_everyone(tea: World) -> None:
    tom, amelie = online(tea), tea.member(name="Amélie")
    closing = queue_of(tea, "售后", amelie)
    other = queue_of(
        tea, "售前", amelie, plan=QueuePlan(fallback=Fallback.QUEUE, fallback_id=closing)
    )
    [one, over] = waiting_in(tea, closing, many=2)
    resolve(actor=tom, conversation_ids=[over], now=NOON)
    feed(actor=tea.owner, inbox_ids=[tea.inbox_id], queue_id=closing, now=NOON)

    assert close(actor=tea.owner, queue_ids=[closing], now=NOON) == 1

    assert queue(actor=tea.owner, queue_id=EVERYONES).inbox_ids == [tea.inbox_id]
    assert queue(actor=tea.owner, queue_id=other).plan.fallback is Fallback.STAY
    assert Conversation.objects.get(pk=one).queue_id == EVERYONES
    with pytest.raises(Refused, match="queue"):
        queue(actor=tea.owner, queue_id=closing)
    # What was over there and is taken up again is offered to everyone, too.
    Conversation.objects.filter(pk=over).update(waiting_since=NOON, assignee=None)
    routed(tea)
    assert owner_of(one) == owner_of(over) == tom.id


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (QueuePlan(fallback=Fallback.QUEUE), "queue.fallback"),
        (QueuePlan(fallback=Fallback.QUEUE, fallback_id=EVERYONES), "queue.fallback"),
        (QueuePlan(fallback=Fallback.QUEUE, fallback_id=999_999), "queue.missing"),
        (QueuePlan(fallback=Fallback.ANYONE, fallback_id=999_999), "queue.fallback"),
        (QueuePlan(calendar_id=999_999), "calendar.missing"),
    ],
)
def test_what_a_queue_cannot_do_is_refused(tea: World, plan: QueuePlan, code: str) -> None:
    with pytest.raises(Refused) as refused:
        create(actor=tea.owner, name="售后", plan=plan, now=NOON)

    assert refused.value.code == code


def test_names_are_once_in_a_workspace(tea: World) -> None:
    queue_of(tea, "售后")

    for name, code in [(" 售后 ", "queue.exists"), ("", "queue.name"), ("长" * 61, "queue.name")]:
        with pytest.raises(Refused) as refused:
            create(actor=tea.owner, name=name, now=NOON)
        assert refused.value.code == code


def test_everyones_queue_can_be_set_up_but_neither_staffed_nor_fall_back(tea: World) -> None:
    assert (
        change(actor=tea.owner, queue_id=EVERYONES, plan=QueuePlan(idle_minutes=9), now=NOON) == 1
    )
    assert (
        change(actor=tea.owner, queue_id=EVERYONES, plan=QueuePlan(idle_minutes=9), now=NOON) == 0
    )
    assert queue(actor=tea.owner, queue_id=EVERYONES).plan.idle_minutes == 9

    with pytest.raises(Refused):
        set_members(actor=tea.owner, queue_id=EVERYONES, member_ids=[], now=NOON)
    with pytest.raises(Refused):
        change(
            actor=tea.owner, queue_id=EVERYONES, plan=QueuePlan(fallback=Fallback.ANYONE), now=NOON
        )


def test_a_calendar_in_use_is_not_thrown_away(tea: World) -> None:
    calendar_id = create_calendar(actor=tea.owner, name="白班", hours=DAYTIME, now=NOON)
    mine = queue_of(tea, "售后", plan=QueuePlan(calendar_id=calendar_id))

    with pytest.raises(Refused, match="calendar"):
        remove_calendar(actor=tea.owner, calendar_id=calendar_id, now=NOON)
    close(actor=tea.owner, queue_ids=[mine], now=NOON)
    assert remove_calendar(actor=tea.owner, calendar_id=calendar_id, now=NOON) == 1


def test_only_who_sees_everything_says_who_is_in_a_queue(tea: World) -> None:
    mine = queue_of(tea, "售后")
    narrow = replace(tea.owner, reach=Reach.TEAM)

    with pytest.raises(Refused) as refused:
        set_members(actor=narrow, queue_id=mine, member_ids=[narrow.id], now=NOON)

    assert refused.value.code == "queue.reach"


# Idle owners


def idle(tea: World, minutes: int, calendar_id: int | None = None) -> int:
    plan = QueuePlan(idle_minutes=minutes, calendar_id=calendar_id)
    return queue_of(tea, "售后", plan=plan)


@pytest.mark.django_db(transaction=True)
def test_who_lets_somebody_wait_loses_them_to_the_queue_and_hears_of_it(tea: World) -> None:
    tom = online(tea)
    [one] = waiting_in(tea, idle(tea, 10))
    assign(actor=tea.owner, conversation_ids=[one], member_id=tom.id, now=NOON)

    assert return_idle(now=NOON + 10 * MINUTE - timedelta(seconds=1)) == 0
    assert return_idle(now=NOON + 10 * MINUTE) == 1
    assert return_idle(now=NOON + 10 * MINUTE) == 0

    assert owner_of(one) is None
    relayed()
    [told] = notices(actor=tom).items
    assert (told.conversation_id, told.about.value) == (one, "idle")


def test_who_was_given_it_just_now_has_time(tea: World) -> None:
    tom = online(tea)
    [one] = waiting_in(tea, idle(tea, 10))
    assign(actor=tea.owner, conversation_ids=[one], member_id=tom.id, now=NOON + 60 * MINUTE)

    assert return_idle(now=NOON + 69 * MINUTE) == 0
    assert return_idle(now=NOON + 70 * MINUTE) == 1


@pytest.mark.parametrize("what", ["answered", "put aside", "unowned"])
def test_what_does_not_lie_is_left_alone(tea: World, what: str) -> None:
    tom = online(tea)
    [one] = waiting_in(tea, idle(tea, 10))
    if what != "unowned":
        assign(actor=tea.owner, conversation_ids=[one], member_id=tom.id, now=NOON)
    if what == "answered":
        reply(actor=tom, conversation_ids=[one], text="在的", now=NOON)
    if what == "put aside":
        snooze(actor=tom, conversation_ids=[one], until=None, now=NOON)

    assert return_idle(now=NOON + timedelta(days=9)) == 0


def test_a_night_and_a_weekend_are_not_idleness(tea: World) -> None:
    tom = online(tea)
    calendar_id = create_calendar(actor=tea.owner, name="白班", hours=DAYTIME, now=NOON)
    [one] = waiting_in(tea, idle(tea, 30, calendar_id), at=FRIDAY)
    assign(actor=tea.owner, conversation_ids=[one], member_id=tom.id, now=FRIDAY)

    monday = datetime.fromisoformat("2026-11-23T09:20+08:00")
    assert return_idle(now=monday - timedelta(seconds=1)) == 0
    assert return_idle(now=monday) == 1


def test_everyones_queue_returns_too_and_others_come_before_who_let_it_lie(tea: World) -> None:
    tom, amelie = online(tea), online(tea, "Amélie")
    change(actor=tea.owner, queue_id=EVERYONES, plan=QueuePlan(idle_minutes=10), now=NOON)
    ids = waiting_in(tea, EVERYONES, many=2)
    assign(actor=tea.owner, conversation_ids=ids[:1], member_id=tom.id, now=NOON)
    assign(actor=tea.owner, conversation_ids=ids[1:], member_id=amelie.id, now=NOON + 9 * MINUTE)
    later = NOON + 10 * MINUTE

    assert return_idle(now=later) == 1
    keep_here(tom, amelie, at=later)
    routed(tea, later)

    assert owner_of(ids[0]) == amelie.id


def test_where_the_queue_says_so_an_absent_owner_loses_who_writes_again(tea: World) -> None:
    tom = online(tea)
    mine = queue_of(tea, "售后", plan=QueuePlan(returns_absent=True))
    [one] = waiting_in(tea, mine)
    [other] = waiting_in(tea, EVERYONES)
    ids = [one, other]
    assign(actor=tea.owner, conversation_ids=ids, member_id=tom.id, now=NOON)
    set_presence(actor=tom, state=State.AWAY, now=NOON)

    assert (
        requeue(
            workspace_id=tea.workspace_id, conversation_ids=ids, now=NOON, wherever=False
        )
        == 1
    )  # fmt: skip
    assert (owner_of(one), owner_of(other)) == (None, tom.id)
    told = Event.objects.filter(kind="conversation.assigned").latest("pk")
    assert told.data["reason"] == "absent"


# Reach


def test_a_member_with_the_reach_of_a_team_sees_their_own_and_their_queues(tea: World) -> None:
    tom, amelie = online(tea), online(tea, "Amélie")
    mine, theirs = queue_of(tea, "售后", tom), queue_of(tea, "售前", amelie)
    [own] = waiting_in(tea, theirs)
    [colleagues, nobodys] = waiting_in(tea, mine, many=2)
    [hidden] = waiting_in(tea, theirs, at=NOON + MINUTE)
    assign(actor=tea.owner, conversation_ids=[own], member_id=tom.id, now=NOON)
    assign(actor=tea.owner, conversation_ids=[colleagues], member_id=amelie.id, now=NOON)
    seated = seat(tom.id)
    assert seated is not None
    narrow = replace(seated.actor, reach=Reach.TEAM)

    seen = {row.id for row in conversations(actor=narrow, view=View.ALL).items}

    assert seen == {own, colleagues, nobodys}
    assert not by_ids(actor=narrow, conversation_ids=[hidden])
    assert move(actor=narrow, conversation_ids=[hidden], queue_id=mine, now=NOON) == 0


def test_late_ones_are_told_by_one_moment_for_each_queue(tea: World) -> None:
    plan = QueuePlan(fallback=Fallback.ANYONE, fallback_minutes=5)
    mine = queue_of(tea, "售后", plan=plan)

    sharing = sharings(workspace_id=tea.workspace_id, now=NOON)[mine]

    assert sharing.is_late(NOON - 5 * MINUTE)
    assert not sharing.is_late(NOON - 5 * MINUTE + timedelta(seconds=1))
