"""The lists that agents work from."""

from datetime import timedelta

import pytest

from tests.make.world import NOON, World, world
from tongxin.center.kit.refusals import Refused
from tongxin.service.conversations.actions import assign, reply, resolve, snooze
from tongxin.service.conversations.models import Conversation
from tongxin.service.conversations.queries import View, conversations, counts, of_person, places

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
