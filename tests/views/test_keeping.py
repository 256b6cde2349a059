"""Saved views: whose they are, who sees and changes them, and what is at hand."""

from datetime import timedelta

import pytest
from django.db import connection

from tests.laws.state import Statements
from tests.make.world import NOON, World, world
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Refused
from tongxin.faces.desk.lists import PLANS, list_pane
from tongxin.faces.desk.sections import Asked
from tongxin.service.conversations.actions import assign, resolve, snooze
from tongxin.service.conversations.queries import BUILT_IN, View, ids_of
from tongxin.service.views.actions import arrange, begin, change, create, pin, remove, work
from tongxin.service.views.models import Job
from tongxin.service.views.queries import (
    counts,
    picked_by,
    saved_views,
    shelf,
    view_rows,
)
from tongxin.service.views.values import (
    Deed,
    Density,
    Filter,
    Group,
    Layout,
    Plan,
    Target,
    Verb,
    Whose,
)

MINE = Plan(Filter(whose=Whose.ME))


def made(actor: Actor, name: str = "投诉", *, shared: bool = False, plan: Plan = MINE) -> int:
    return create(actor=actor, name=name, plan=plan, is_shared=shared, now=NOON)


def names(actor: Actor) -> list[str]:
    return [view.name for view in saved_views(actor=actor)]


@pytest.fixture
def tom(tea: World) -> Actor:
    return tea.member()


def test_one_s_own_views_are_one_s_own_and_shared_ones_everybody_s(tea: World, tom: Actor) -> None:
    made(tea.owner, "mine")
    made(tea.owner, "ours", shared=True)
    made(tom, "his")

    assert names(tea.owner) == ["mine", "ours"]
    assert names(tom) == ["his", "ours"]
    assert names(world("Leaf & Kettle").owner) == []


def test_an_agent_shares_nothing_and_leaves_shared_views_as_they_are(
    tea: World, tom: Actor
) -> None:
    ours = made(tea.owner, shared=True)

    with pytest.raises(Refused, match="forbidden"):
        made(tom, shared=True)
    with pytest.raises(Refused, match=r"view\.missing"):
        change(actor=tom, view_id=ours, name="x", plan=MINE, is_shared=True, now=NOON)
    assert remove(actor=tom, view_ids=[ours], now=NOON) == 0


def test_nobody_opens_another_s_own_view(tea: World, tom: Actor) -> None:
    his = made(tom)

    with pytest.raises(Refused, match=r"view\.missing"):
        view_rows(actor=tea.owner, view_id=his, now=NOON)
    with pytest.raises(Refused, match=r"view\.missing"):
        begin(actor=tea.owner, deed=Deed(Verb.RESOLVE), target=Target(view_id=his), now=NOON)
    with pytest.raises(Refused, match=r"view\.missing"):
        arrange(actor=tea.owner, start="view_0000000000000")


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_name_that_is_none_is_refused(tea: World, name: str) -> None:
    with pytest.raises(Refused, match=r"view\.name"):
        made(tea.owner, name)


def test_a_shared_view_shows_each_member_their_own(tea: World, tom: Actor) -> None:
    first, second = tea.conversations(2)
    ours = made(tea.owner, shared=True)
    assign(actor=tea.owner, conversation_ids=[first], member_id=tom.id, now=NOON)
    assign(actor=tea.owner, conversation_ids=[second], member_id=tea.owner.id, now=NOON)

    assert [row.id for row in view_rows(actor=tom, view_id=ours, now=NOON)] == [first]
    assert [row.id for row in view_rows(actor=tea.owner, view_id=ours, now=NOON)] == [second]


def test_pinned_views_stand_first_with_their_numbers(tea: World) -> None:
    tea.conversations(3)
    made(tea.owner, "a")
    everything = made(tea.owner, "z", plan=Plan())
    pin(actor=tea.owner, view_ids=[everything])

    at_hand = shelf(actor=tea.owner, counted=True)
    numbers = counts(actor=tea.owner, shelf=at_hand, now=NOON)

    assert [view.name for view in at_hand.views] == ["z", "a"]
    assert numbers[str(everything)] == 3
    assert len(numbers) == 5
    assert numbers["waiting"] == numbers["unassigned"] == 3


def test_at_most_twenty_are_pinned(tea: World) -> None:
    ids = [made(tea.owner, f"view {n}") for n in range(21)]

    with pytest.raises(Refused, match=r"view\.pinned"):
        pin(actor=tea.owner, view_ids=ids)
    assert pin(actor=tea.owner, view_ids=ids[:20]) == 20


def test_a_desk_is_arranged_for_one_member(tea: World, tom: Actor) -> None:
    arrange(actor=tom, start="mine", density=Density.COMPACT, panes=2)

    his, hers = shelf(actor=tom), shelf(actor=tea.owner)
    assert (his.start, his.density, his.panes) == ("mine", Density.COMPACT, 2)
    assert (hers.start, hers.density, hers.panes) == ("waiting", Density.COMFORTABLE, 3)


def test_a_whole_view_is_resolved(tea: World) -> None:
    ids = tea.conversations(3)
    assign(actor=tea.owner, conversation_ids=ids[:2], member_id=tea.owner.id, now=NOON)
    view_id = made(tea.owner)
    begin(actor=tea.owner, deed=Deed(Verb.RESOLVE), target=Target(view_id=view_id), now=NOON)
    work(now=NOON)

    assert Job.objects.get().changed == 2


@pytest.mark.parametrize("view", list(View))
def test_what_is_saved_from_a_built_in_view_shows_the_same(tea: World, view: View) -> None:
    ids = tea.conversations(6)
    assign(actor=tea.owner, conversation_ids=ids[:3], member_id=tea.owner.id, now=NOON)
    snooze(actor=tea.owner, conversation_ids=ids[1:2], until=None, now=NOON)
    resolve(actor=tea.owner, conversation_ids=ids[2:4], now=NOON)

    saved = ids_of(actor=tea.owner, picked=picked_by(PLANS[view], NOON), most=100)

    assert set(saved) == set(ids_of(actor=tea.owner, picked=BUILT_IN[view], most=100))


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize("group", list(Group))
def test_a_list_takes_the_same_few_statements_however_it_is_grouped(
    tea: World, layout: Layout, group: Group
) -> None:
    tea.conversations(30)
    views = [made(tea.owner, f"view {n}", plan=Plan(group=group, layout=layout)) for n in range(3)]
    pin(actor=tea.owner, view_ids=views)
    name = public_id("view", views[0])
    counted = Statements()
    with connection.execute_wrapper(counted):
        pane = list_pane(tea.owner, Asked(name), NOON)

    is_board = layout is Layout.BOARD
    assert counted.count <= 4 + is_board  # which counts its columns
    assert len(pane.rows) == (30 if group is Group.NONE and not is_board else 25)


def test_a_group_goes_on_after_its_cursor(tea: World) -> None:
    ids = set(tea.conversations(40))
    name = public_id("view", made(tea.owner, plan=Plan(group=Group.STATUS)))

    [first] = list_pane(tea.owner, Asked(name), NOON).sections
    [rest] = list_pane(tea.owner, Asked(name, first.next_cursor, first.key), NOON).sections

    assert {row.id for row in [*first.rows, *rest.rows]} == ids
    assert rest.next_cursor is None


def test_waiting_for_an_hour_is_told_by_the_clock(tea: World) -> None:
    tea.conversations(1)
    view_id = made(tea.owner, plan=Plan(Filter(waiting_minutes=60)))

    def waiting(minutes: int) -> int:
        now = NOON + timedelta(minutes=minutes)
        return len(view_rows(actor=tea.owner, view_id=view_id, now=now))

    assert [waiting(59), waiting(60)] == [0, 1]
