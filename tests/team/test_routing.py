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
from tongxin.service.team.actions import (
    arrive,
    keep_alive,
    route,
    see_off,
    set_capacity,
    set_presence,
    sweep,
)
from tongxin.service.team.queries import presences, state_of
from tongxin.service.team.rules import PATIENCE
from tongxin.service.team.values import State

MINUTE = timedelta(minutes=1)


@pytest.fixture
def tea(db: None) -> World:
    return world()


def at_work(tea: World, capacity: int, state: State = State.ONLINE, at: datetime = NOON) -> Actor:
    """Return an agent who came in with this capacity."""
    tom = tea.member()
    set_presence(actor=tom, state=state, now=at)
    set_capacity(actor=tea.owner, member_ids=[tom.id], capacity=capacity, now=at)
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

    assert (shown[tom.id].state, shown[tom.id].load, shown[tom.id].capacity) == ("online", 2, 2)
    assert (shown[tea.owner.id].state, shown[tea.owner.id].load) == ("offline", 0)


def test_routing_takes_few_statements_however_many_wait(tea: World) -> None:
    waiting(tea, range(20))
    at_work(tea, capacity=20)

    counted = Statements()
    with connection.execute_wrapper(counted):
        served = routed(tea)

    assert served == 20
    assert counted.count <= 10
