"""The lists that agents work from."""

from datetime import timedelta
from secrets import token_hex

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.make.plans import explained, settled
from tests.make.world import NOON, World, world
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.sql import rows
from tongxin.service.conversations.actions import assign, reply, resolve, snooze
from tongxin.service.conversations.actions.locking import held
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.queries import (
    Picked,
    View,
    by_ids,
    conversations,
    counts,
    of_person,
    page_of,
    places,
)
from tongxin.service.conversations.queries.within import within
from tongxin.service.conversations.values import Order

MINUTE = timedelta(minutes=1)
CASTS = ["小梅", "Tom", "周女士", "Amélie", "陈先生", "Kenji"]


@pytest.fixture
def desk(tea: World) -> dict[str, int]:
    """Six conversations, each begun a minute after the one before; where they stand, by whose."""
    ids = {
        by: tea.write("你好", by=by, at=NOON + n * MINUTE).conversation_id
        for n, by in enumerate(CASTS)
    }
    assign(actor=tea.owner, conversation_ids=[ids["小梅"]], member_id=tea.owner.id, now=NOON)
    reply(actor=tea.owner, conversation_ids=[ids["Tom"]], text="您好", now=NOON + 10 * MINUTE)
    snooze(actor=tea.owner, conversation_ids=[ids["周女士"]], until=NOON + MINUTE * 99, now=NOON)
    snooze(actor=tea.owner, conversation_ids=[ids["Amélie"]], until=None, now=NOON)
    resolve(actor=tea.owner, conversation_ids=[ids["陈先生"]], now=NOON)
    return ids


def listed(tea: World, view: View) -> list[str]:
    return [row.person_name for row in conversations(actor=tea.owner, view=view)]


@pytest.mark.parametrize(
    ("view", "whose"),
    [
        (View.MINE, ["Tom", "小梅"]),
        (View.UNASSIGNED, ["Kenji"]),
        (View.WAITING, ["小梅", "Kenji"]),
        (View.SNOOZED, ["周女士", "Amélie"]),
        (View.ALL, ["Tom", "Kenji", "陈先生", "Amélie", "周女士", "小梅"]),
    ],
)
def test_each_view_shows_what_belongs_there_in_its_order(
    tea: World, desk: dict[str, int], view: View, whose: list[str]
) -> None:
    assert listed(tea, view) == whose


def test_the_numbers_beside_the_views_are_how_many_there_are(
    tea: World, desk: dict[str, int]
) -> None:
    numbers = counts(actor=tea.owner)

    assert numbers == {view: len(listed(tea, View(view))) for view in numbers}
    assert set(numbers) == {"mine", "unassigned", "waiting", "snoozed"}


def test_the_numbers_stop_at_a_hundred(tea: World) -> None:
    tea.conversations(103)

    assert counts(actor=tea.owner)["waiting"] == 100


def test_another_workspace_sees_and_counts_none_of_it(desk: dict[str, int]) -> None:
    other = world("Leaf & Kettle")

    assert not any(listed(other, view) for view in View)
    assert not any(counts(actor=other.owner).values())


def paged(tea: World, view: View, tea_writes_between: bool) -> list[int]:
    """Return a view's ids, two at a time, while new people write between the pages."""
    ids: list[int] = []
    cursor = None
    for n in range(20):
        page = conversations(actor=tea.owner, view=view, cursor=cursor, limit=2)
        ids += [row.id for row in page]
        if (cursor := page.next_cursor) is None:
            return ids
        if tea_writes_between:
            tea.write("还有我", by=f"newcomer {n}", at=NOON + timedelta(days=1, minutes=n))
    raise AssertionError("it never ended")


@pytest.mark.parametrize("view", [View.ALL, View.UNASSIGNED, View.WAITING, View.SNOOZED])
def test_pages_show_everybody_once_whoever_comes_meanwhile(tea: World, view: View) -> None:
    same_moment = tea.written([(f"visitor {n}", "你好") for n in range(7)])
    ids = [received.conversation_id for received in same_moment]
    if view is View.SNOOZED:
        for n, mine in enumerate(ids):
            until = None if n % 2 else NOON + timedelta(days=1)
            snooze(actor=tea.owner, conversation_ids=[mine], until=until, now=NOON)

    shown = paged(tea, view, tea_writes_between=view is not View.SNOOZED)

    assert len(shown) == len(set(shown))
    assert set(ids) <= set(shown)
    if view is not View.WAITING:  # there newcomers stand at the end, and are shown, too
        assert set(shown) == set(ids)


@given(
    st.lists(st.integers(0, 35), min_size=1, max_size=9),
    st.sampled_from([Order.NEWEST, Order.OLDEST]),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_lists_are_in_order_to_the_second_and_their_pages_too(
    tea: World, seconds: list[int], order: Order
) -> None:
    """Their index goes in steps of ten seconds: what was said within one must not come in any order."""
    begun = [tea.write("在吗", by=token_hex(4), at=NOON).conversation_id for _ in seconds]
    for pk, second in zip(begun, seconds, strict=True):
        Conversation.objects.filter(pk=pk).update(last_at=NOON + timedelta(seconds=second))
    wanted = sorted(zip(seconds, begun, strict=True), reverse=order is Order.NEWEST)
    picked = Picked("c.id = ANY(%(begun)s::bigint[])", order, {"begun": begun})

    shown: list[int] = []
    cursor, is_first = None, True
    while is_first or cursor is not None:
        page = page_of(actor=tea.owner, picked=picked, cursor=cursor, limit=2)
        shown += [row.id for row in page]
        cursor, is_first = page.next_cursor, False

    assert shown == [pk for _second, pk in wanted]


def test_what_is_said_soon_after_leaves_the_indexes_as_they_are(tea: World) -> None:
    """Eight indexes with a new entry for each message were a quarter of what the database spent on one."""
    there = Conversation.objects.get(pk=tea.write("在吗", at=NOON).conversation_id)

    Conversation.objects.filter(pk=there.pk).update(last_at=NOON + timedelta(seconds=9))
    soon = Conversation.objects.get(pk=there.pk)
    Conversation.objects.filter(pk=there.pk).update(last_at=NOON + timedelta(seconds=10))
    later = Conversation.objects.get(pk=there.pk)

    assert (there.listed_at, soon.listed_at, later.listed_at) == (
        NOON, NOON, NOON + timedelta(seconds=10),
    )  # fmt: skip


def test_one_conversation_of_a_new_workspace_beside_a_large_one_is_found_by_its_id(
    tea: World,
) -> None:
    """PostgreSQL knew nothing of it, took all it had for one row, and read it for each answer."""
    settled(like=tea.conversations(1)[0], many=20_000)
    rows("ANALYZE conversations_conversation")
    other = world("Leaf & Kettle")
    there = other.conversations(60)[0]

    for ask in (
        lambda: held(other.owner, [there]),
        lambda: within(other.owner, [there]),
        lambda: by_ids(actor=other.owner, conversation_ids=[there]),
    ):
        with explained() as plans:
            assert len(ask()) == 1
        assert "conversations_conversation_pkey on conversations_conversation c" in plans[0]


@pytest.mark.parametrize("cursor", ["", "x", "cur_0", "cur_0000000000000", "'; drop table", "."])
@pytest.mark.parametrize("view", list(View))
def test_a_cursor_that_is_none_is_refused(tea: World, view: View, cursor: str) -> None:
    with pytest.raises(Refused) as refused:
        conversations(actor=tea.owner, view=view, cursor=cursor)

    assert refused.value.code == "cursor.invalid"


def test_a_person_s_conversations_come_newest_first(tea: World) -> None:
    old = tea.write("壶盖碎了")
    resolve(actor=tea.owner, conversation_ids=[old.conversation_id], now=NOON)
    new = tea.write("又碎了", at=NOON + timedelta(days=30))
    tea.write("hello", by="Tom")

    pages = [of_person(actor=tea.owner, person_id=old.person_id, limit=1)]
    pages.append(
        of_person(actor=tea.owner, person_id=old.person_id, limit=1, cursor=pages[0].next_cursor)
    )

    assert [[row.id for row in page] for page in pages] == [
        [new.conversation_id], [old.conversation_id],
    ]  # fmt: skip
    assert pages[1].next_cursor is None


def test_a_row_shows_a_member_by_name_or_by_the_first_part_of_their_address(tea: World) -> None:
    mine = tea.write("你好").conversation_id
    nameless = tea.member(name="")
    assign(actor=tea.owner, conversation_ids=[mine], member_id=nameless.id, now=NOON)

    [row] = conversations(actor=tea.owner)

    assert row.assignee_name is not None
    assert row.assignee_name.startswith("m")
    assert "@" not in row.assignee_name
    assert Conversation.objects.get().assignee_id == row.assignee_id


def test_places_are_those_of_whoever_waits_for_somebody(tea: World, desk: dict[str, int]) -> None:
    later = tea.write("在吗", by="Mia", at=NOON + 20 * MINUTE).conversation_id
    elsewhere = world("Leaf & Kettle").write("Hello?", at=NOON - MINUTE).conversation_id

    found = places(conversation_ids=[*desk.values(), later, elsewhere])

    assert {pk: place.place for pk, place in found.items()} == {
        desk["Kenji"]: 1, later: 2, elsewhere: 1,
    }  # fmt: skip
