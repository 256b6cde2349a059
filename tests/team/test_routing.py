"""Those who wait find an agent: longest wait first, never more than an agent can hold."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection

from tests.laws.state import Statements
from tests.make.together import together
from tests.make.world import NOON, World, world
from tongxin.center.accounts.actions import remove_members
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.refusals import Refused
from tongxin.center.timeline.models import Event
from tongxin.service.conversations.actions import reply, resolve, snooze
from tongxin.service.conversations.models import Conversation
from tongxin.service.queues.values import Strategy
from tongxin.service.team.actions import (
    arrive,
    keep_alive,
    route,
    see_off,
    set_capacity,
    set_presence,
    set_routing,
    set_skills,
    sweep,
)
from tongxin.service.team.queries import (
    at_a_glance,
    presences,
    routing,
    sheets,
    state_of,
    why_unassigned,
)
from tongxin.service.team.rules import PATIENCE
from tongxin.service.team.values import AwayFor, State, Why

MINUTE = timedelta(minutes=1)
CHAT = 20


@pytest.fixture
def tea(db: None) -> World:
    return world()


def at_work(tea: World, capacity: int, state: State = State.ONLINE, at: datetime = NOON) -> Actor:
    """Return an agent who came in and holds so many chats at once."""
    tom = tea.member()
    set_presence(actor=tom, state=state, now=at)
    set_capacity(actor=tea.owner, member_ids=[tom.id], capacity=capacity * CHAT, now=at)
    return tom


def waiting(tea: World, minutes: Sequence[int]) -> list[int]:
    """Let people write so many minutes after noon; return their conversations."""
    return [
        tea.write("在吗", by=f"visitor {n}", at=NOON + n * MINUTE).conversation_id for n in minutes
    ]


def given_to(who: Actor) -> list[int]:
    theirs = Conversation.objects.filter(assignee_id=who.id).order_by("waiting_since", "pk")
    return list(theirs.values_list("pk", flat=True))


def routed(tea: World, now: datetime = NOON) -> int:
    return route(workspace_ids=[tea.workspace_id], now=now)


def test_the_longest_wait_comes_first(tea: World) -> None:
    late, early, middle = waiting(tea, [3, 1, 2])
    tom = at_work(tea, capacity=2)

    assert routed(tea) == 2
    assert given_to(tom) == [early, middle]
    assert Conversation.objects.get(pk=late).assignee_id is None
    told = Event.objects.filter(kind="conversation.assigned")
    assert all(event.data["automatic"] for event in told)


def test_the_backlog_drains_as_capacity_returns(tea: World) -> None:
    ids = waiting(tea, range(5))
    tom = at_work(tea, capacity=2)
    served: list[int] = []

    while routed(tea):
        held = [pk for pk in given_to(tom) if pk not in served]
        assert len(held) <= 2
        resolve(actor=tom, conversation_ids=held[:1], now=NOON)
        served += held[:1]

    assert served[:4] == ids[:4]
    assert not Conversation.objects.filter(assignee=None, waiting_since__isnull=False).exists()


def test_work_is_shared_by_size(tea: World) -> None:
    waiting(tea, range(9))
    tom, amelie = at_work(tea, capacity=3), at_work(tea, capacity=6)

    routed(tea)

    assert (len(given_to(tom)), len(given_to(amelie))) == (3, 6)


@pytest.mark.parametrize("state", [State.AWAY, State.OFFLINE])
def test_who_is_not_online_gets_nothing(tea: World, state: State) -> None:
    waiting(tea, [0])
    tom = at_work(tea, capacity=5, state=state)

    assert routed(tea) == 0
    assert not given_to(tom)


def test_who_has_no_capacity_gets_nothing(tea: World) -> None:
    waiting(tea, [0])
    at_work(tea, capacity=0)

    assert routed(tea) == 0


def test_whose_desk_is_silent_gets_nothing_even_before_the_sweep(tea: World) -> None:
    waiting(tea, [0])
    at_work(tea, capacity=5)

    assert routed(tea, NOON + PATIENCE + MINUTE) == 0


def test_what_waits_for_the_person_or_sleeps_takes_no_room(tea: World) -> None:
    answered, asleep, _third = waiting(tea, range(3))
    tom = at_work(tea, capacity=1)
    reply(actor=tom, conversation_ids=[answered], text="您好", now=NOON)
    snooze(actor=tom, conversation_ids=[asleep], until=None, now=NOON)

    assert routed(tea) == 1


def test_nobody_in_another_workspace_is_asked(tea: World) -> None:
    waiting(tea, [0])
    at_work(world("Leaf & Kettle"), capacity=5)

    assert routed(tea) == 0


@pytest.mark.django_db(transaction=True)
def test_forty_threads_routing_at_once_give_nobody_too_much() -> None:
    tea = world()
    waiting(tea, range(30))
    agents = [at_work(tea, capacity=capacity) for capacity in (3, 5, 7)]

    counts = together([partial(routed, tea) for _ in range(40)])

    assert sum(counts) == 15
    assert [len(given_to(agent)) for agent in agents] == [3, 5, 7]
    assert Event.objects.filter(kind="conversation.assigned").count() == 15


@pytest.mark.django_db(transaction=True)
def test_who_writes_while_it_is_routed_is_served_by_the_next_round() -> None:
    tea = world()
    waiting(tea, range(10))
    tom = at_work(tea, capacity=30)

    def write(n: int) -> int:
        return tea.write("还有我", by=f"newcomer {n}").conversation_id

    together([*(partial(routed, tea) for _ in range(8)), *(partial(write, n) for n in range(8))])
    routed(tea)

    assert len(given_to(tom)) == 18


def test_a_silent_desk_is_swept_and_a_living_one_is_not(tea: World) -> None:
    silent, living = at_work(tea, capacity=5), at_work(tea, capacity=5)
    keep_alive(member_ids=[living.id], now=NOON + MINUTE)

    swept = [sweep(now=NOON + PATIENCE + timedelta(seconds=1)) for _ in range(2)]

    assert swept == [1, 0]
    assert state_of(member_id=silent.id) is State.OFFLINE
    assert state_of(member_id=living.id) is State.ONLINE
    told = Event.objects.filter(kind="presence.changed").latest("pk")
    assert (told.actor, told.data["before"], told.data["state"]) == ("house:0", "online", "offline")


@pytest.mark.parametrize("chosen", list(State))
def test_who_comes_back_is_what_they_chose_to_be(tea: World, chosen: State) -> None:
    tom = at_work(tea, capacity=5, state=chosen)
    sweep(now=NOON + PATIENCE + MINUTE)

    arrive(actor=tom, now=NOON + 9 * MINUTE)

    assert state_of(member_id=tom.id) is chosen


def test_who_comes_for_the_first_time_is_online(tea: World) -> None:
    tom = tea.member()

    changed = [arrive(actor=tom, now=NOON) for _ in range(2)]

    assert changed == [1, 0]
    assert state_of(member_id=tom.id) is State.ONLINE


def test_a_machine_is_never_online(tea: World) -> None:
    machine = Actor(tea.workspace_id, "token", 1, tea.owner.permissions)

    for come in (partial(set_presence, state=State.ONLINE), arrive):
        with pytest.raises(Refused) as refused:
            come(actor=machine, now=NOON)

        assert refused.value.code == "actor.member"


@pytest.mark.parametrize("capacity", [-1, 1001])
def test_a_capacity_is_sane(tea: World, capacity: int) -> None:
    with pytest.raises(Refused) as refused:
        set_capacity(actor=tea.owner, member_ids=[tea.owner.id], capacity=capacity, now=NOON)

    assert refused.value.code == "capacity.range"


def test_what_a_member_held_goes_back_to_the_queue_when_they_leave(tea: World) -> None:
    open_, over = waiting(tea, [0, 1])
    tom = at_work(tea, capacity=5)
    routed(tea)
    resolve(actor=tom, conversation_ids=[over], now=NOON)
    remove_members(actor=tea.owner, member_ids=[tom.id], now=NOON)

    freed = [see_off(workspace_id=tea.workspace_id, member_id=tom.id, now=NOON) for _ in range(2)]

    assert freed == [1, 0]
    assert Conversation.objects.get(pk=open_).assignee_id is None
    assert Conversation.objects.get(pk=over).assignee_id == tom.id
    assert routed(tea) == 0


def test_the_list_of_members_shows_how_much_each_holds(tea: World) -> None:
    waiting(tea, range(3))
    tom = at_work(tea, capacity=2)
    routed(tea)

    shown = {row.member_id: row for row in presences(actor=tea.owner)}

    assert (shown[tom.id].state, shown[tom.id].load, shown[tom.id].capacity) == ("online", 40, 40)
    assert (shown[tea.owner.id].state, shown[tea.owner.id].load) == ("offline", 0)


def test_routing_takes_few_statements_however_many_wait(tea: World) -> None:
    waiting(tea, range(20))
    at_work(tea, capacity=20)

    counted = Statements()
    with connection.execute_wrapper(counted):
        served = routed(tea)

    assert served == 20
    assert counted.count <= 13


def able(tea: World, who: Actor, *skills: str, languages: Sequence[str] = ()) -> None:
    set_skills(actor=tea.owner, member_ids=[who.id], skills=skills, languages=languages, now=NOON)


def test_who_lacks_the_skill_is_passed_over(tea: World) -> None:
    ids = waiting(tea, range(2))
    set_routing(actor=tea.owner, inbox_ids=[tea.inbox_id], skills=["刻字"], now=NOON)
    tom, amelie = at_work(tea, capacity=9), at_work(tea, capacity=1)
    able(tea, amelie, "刻字", "wholesale")

    assert routed(tea) == 1
    assert (given_to(tom), given_to(amelie)) == ([], ids[:1])


def test_who_speaks_the_person_s_language_is_preferred(tea: World) -> None:
    tom, amelie = at_work(tea, capacity=5), at_work(tea, capacity=5)
    able(tea, tom, languages=["EN"])
    able(tea, amelie, languages=["zh"])
    chinese = tea.write("壶盖碎了", by="小梅").conversation_id
    english = tea.write("My lid is broken", by="Kim").conversation_id

    assert routed(tea) == 2
    assert (given_to(amelie), given_to(tom)) == ([chinese], [english])


def test_an_inbox_may_be_shared_out_by_hand(tea: World) -> None:
    [mine] = waiting(tea, [0])
    at_work(tea, capacity=5)
    set_routing(actor=tea.owner, inbox_ids=[tea.inbox_id], is_automatic=False, now=NOON)

    assert routed(tea) == 0
    [row] = why_unassigned(actor=tea.owner, conversation_ids=[mine], now=NOON)
    assert (row.why, row.online, row.free) == (Why.BY_HAND, 1, 1)


def test_in_turn_gives_each_the_same_however_busy_they_are(tea: World) -> None:
    tom, amelie = at_work(tea, capacity=40), at_work(tea, capacity=2)
    set_routing(actor=tea.owner, inbox_ids=[tea.inbox_id], strategy=Strategy.IN_TURN, now=NOON)

    for minute in range(4):
        waiting(tea, [minute])
        assert routed(tea, NOON + minute * MINUTE / 4) == 1

    assert (len(given_to(tom)), len(given_to(amelie))) == (2, 2)


def test_what_waits_is_told_why_and_what_does_not_is_not(tea: World) -> None:
    first, second, answered = waiting(tea, range(3))
    resolve(actor=tea.owner, conversation_ids=[answered], now=NOON)
    ask = partial(why_unassigned, actor=tea.owner, conversation_ids=[first, second, answered])

    offline = ask(now=NOON)
    at_work(tea, capacity=1)
    routed(tea)
    full = ask(now=NOON)

    assert [(row.conversation_id, row.why) for row in offline] == [
        (first, Why.NOBODY_ONLINE),
        (second, Why.NOBODY_ONLINE),
    ]
    assert [(row.conversation_id, row.why, row.skilled, row.free) for row in full] == [
        (second, Why.NO_ROOM, 1, 0)
    ]


def test_a_stranger_s_conversation_is_told_nothing_of(tea: World) -> None:
    [theirs] = waiting(world("Leaf & Kettle"), [0])

    assert why_unassigned(actor=tea.owner, conversation_ids=[theirs], now=NOON) == []


def test_routing_is_as_it_was_set_and_a_repetition_is_no_change(tea: World) -> None:
    usual = routing(actor=tea.owner)
    changed = [
        set_routing(
            actor=tea.owner, inbox_ids=[tea.inbox_id], weight=50, skills=["b", " a ", "b", ""], now=NOON
        )
        for _ in range(2)
    ]  # fmt: skip
    [now] = routing(actor=tea.owner)

    assert [(r.weight, r.strategy, list(r.skills)) for r in usual] == [(20, "least_busy", [])]
    assert (changed, now.weight, now.skills) == ([1, 0], 50, ["a", "b"])


@pytest.mark.parametrize("weight", [0, -1, 1001])
def test_a_weight_is_sane(tea: World, weight: int) -> None:
    with pytest.raises(Refused) as refused:
        set_routing(actor=tea.owner, inbox_ids=[tea.inbox_id], weight=weight, now=NOON)

    assert refused.value.code == "routing.weight"


@pytest.mark.parametrize("words", [["x" * 41], [str(n) for n in range(51)]])
def test_skills_are_few_and_short(tea: World, words: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        able(tea, tea.owner, *words)

    assert refused.value.code == "skills.words"


@pytest.mark.django_db(transaction=True)
def test_fifty_agents_on_one_queue_of_five_thousand_under_forty_threads() -> None:
    tea = world()
    for start in range(0, 5000, 500):
        tea.written([(f"visitor {n}", "在吗") for n in range(start, start + 500)])
    agents = [at_work(tea, capacity=n % 5 + 1) for n in range(50)]
    room = sum(n % 5 + 1 for n in range(50))

    counts = together([partial(routed, tea) for _ in range(40)])
    served = [given_to(agent) for agent in agents]

    assert sum(counts) == room
    assert [len(theirs) for theirs in served] == [n % 5 + 1 for n in range(50)]
    assert len({pk for theirs in served for pk in theirs}) == room
    resolve(actor=tea.owner, conversation_ids=served[4], now=NOON)
    assert routed(tea) == 5


def test_a_member_says_what_they_are_away_for_and_it_stands_on_their_sheet(tea: World) -> None:
    tom = at_work(tea, capacity=5)
    away = partial(set_presence, actor=tom, state=State.AWAY)
    changed = [
        away(away_for=AwayFor.MEAL, now=NOON + MINUTE),
        away(away_for=AwayFor.MEAL, now=NOON + 2 * MINUTE),
        away(away_for=AwayFor.MEETING, now=NOON + 3 * MINUTE),
        set_presence(actor=tom, state=State.ONLINE, now=NOON + 5 * MINUTE),
    ]
    times = {"since": NOON, "until": NOON + 60 * MINUTE, "now": NOON + 10 * MINUTE}
    sheet = {row.member_id: row for row in sheets(actor=tea.owner, **times)}

    assert changed == [1, 0, 1, 1]
    assert (sheet[tom.id].online, sheet[tom.id].away) == (6 * 60, {"meal": 120, "meeting": 120})
    assert sheet[tea.owner.id].offline == 600


def test_who_lost_their_wire_at_lunch_is_at_lunch_again(tea: World) -> None:
    tom = at_work(tea, capacity=5)
    set_presence(actor=tom, state=State.AWAY, away_for=AwayFor.MEAL, now=NOON)
    sweep(now=NOON + 9 * MINUTE)

    arrive(actor=tom, now=NOON + 10 * MINUTE)

    assert at_a_glance(member_id=tom.id) == (State.AWAY, AwayFor.MEAL, 0)


@pytest.mark.parametrize("days", [0, -1, 32])
def test_a_sheet_covers_at_most_a_month(tea: World, days: int) -> None:
    with pytest.raises(Refused) as refused:
        sheets(actor=tea.owner, since=NOON, until=NOON + timedelta(days=days), now=NOON)

    assert refused.value.code == "sheet.range"
