"""What a filter means: SQL and a plain sentence in Python agree on every conversation."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tests.make.plans import explained, settled
from tests.make.world import NOON, World
from tongxin.center.kit.sql import rows
from tongxin.service.conversations.actions import assign, snooze, tag
from tongxin.service.conversations.models import Conversation, Tagging
from tongxin.service.conversations.queries import ids_of, page_of
from tongxin.service.conversations.values import Status
from tongxin.service.views.queries import picked_by
from tongxin.service.views.rules import condition, name_of, tidied
from tongxin.service.views.values import Filter, Plan, Sort, Whose

TAGS = ["破损", "换货", "invoice"]
SUBJECTS = ["", "Broken lid", "壶盖碎了", "50% off_"]
MANY = 40


@dataclass(frozen=True)
class One:
    """A conversation as a sentence about it would tell."""

    row: Mapping[str, Any]
    tags: frozenset[str]


def _ago(days: int | None) -> datetime | None:
    return NOON - timedelta(days=days) if days else None


def meets(one: One, wanted: Filter, me: int) -> bool:
    """Whether a conversation meets a filter, said as plainly as one can."""
    row, tags = one.row, one.tags
    since = row["waiting_since"]
    wait = timedelta(minutes=wanted.waiting_minutes or 0)
    return (
        (not wanted.statuses or row["status"] in wanted.statuses)
        and {
            Whose.ANY: True,
            Whose.ME: row["assignee_id"] == me,
            Whose.NOBODY: row["assignee_id"] is None,
            Whose.MEMBERS: row["assignee_id"] in wanted.member_ids,
        }[wanted.whose]
        and (not wanted.inbox_ids or row["inbox_id"] in wanted.inbox_ids)
        and (not wanted.tags_any or bool(tags & set(wanted.tags_any)))
        and tags >= set(wanted.tags_all)
        and not tags & set(wanted.tags_none)
        and (wanted.waiting_minutes is None or (since is not None and since <= NOON - wait))
        and _within(row["opened_at"], wanted.created_from, wanted.created_to)
        and _within(row["last_at"], wanted.last_from, wanted.last_to)
        and _within(row["opened_at"], _ago(wanted.created_days), None)
        and _within(row["last_at"], _ago(wanted.last_days), _ago(wanted.quiet_days))
        and wanted.unanswered in (None, row["unanswered"] > 0)
        and wanted.wants_human in (None, row["wants_human"])
        and wanted.snoozed in (None, row["is_snoozed"])
        and wanted.subject.lower() in row["subject"].lower()
    )


def _within(at: datetime, since: datetime | None, until: datetime | None) -> bool:
    return (since is None or since <= at) and (until is None or at < until)


@pytest.fixture
def many(tea: World) -> list[One]:
    """Forty conversations, no two alike."""
    chance = random.Random(7)
    tom = tea.member()
    for n in range(MANY):
        at = NOON - timedelta(minutes=chance.randrange(300))
        pk = tea.write("转人工" if n % 5 == 0 else "你好", by=f"visitor {n}", at=at).conversation_id
        some = [name for name in TAGS if chance.random() < 0.4]
        tag(actor=tea.owner, conversation_ids=[pk], add=some, now=NOON)
        owner = chance.choice([None, tea.owner.id, tom.id])
        assign(actor=tea.owner, conversation_ids=[pk], member_id=owner, now=NOON)
        if n % 7 == 0:
            snooze(actor=tea.owner, conversation_ids=[pk], until=None, now=NOON)
        change: dict[str, Any] = {"subject": chance.choice(SUBJECTS)}
        if n % 3 == 0:
            change |= {
                "waiting_since": None,
                "unanswered": 0,
                "status": chance.choice(list(Status)),
            }
        if n % 2 == 0:
            begun = NOON - timedelta(days=chance.randrange(9), minutes=chance.randrange(1440))
            change |= {"opened_at": begun, "last_at": begun + timedelta(hours=chance.randrange(30))}
        Conversation.objects.filter(pk=pk).update(**change)
    tagged: dict[int, set[str]] = {}
    for pk, name in Tagging.objects.values_list("conversation_id", "tag__name"):
        tagged.setdefault(pk, set()).add(name)
    return [
        One(row, frozenset(tagged.get(row["id"], ())))
        for row in Conversation.objects.order_by("pk").values()
    ]


def filters(member_ids: Sequence[int], inbox_ids: Sequence[int]) -> st.SearchStrategy[Filter]:
    times = st.none() | st.integers(0, 320).map(lambda m: NOON - timedelta(minutes=m))
    days = st.none() | st.integers(1, 9)
    flags = st.none() | st.booleans()
    some_tags = st.lists(st.sampled_from([*TAGS, "unknown"]), max_size=2).map(tuple)
    return st.builds(
        Filter,
        statuses=st.lists(st.sampled_from(Status), max_size=3).map(tuple),
        whose=st.sampled_from(Whose),
        member_ids=st.lists(st.sampled_from(member_ids), min_size=1, max_size=2).map(tuple),
        inbox_ids=st.lists(st.sampled_from(inbox_ids), max_size=1).map(tuple),
        tags_any=some_tags, tags_all=some_tags, tags_none=some_tags,
        waiting_minutes=st.none() | st.integers(1, 300),
        created_from=times, created_to=times, last_from=times, last_to=times,
        created_days=days, last_days=days, quiet_days=days,
        unanswered=flags, wants_human=flags, snoozed=flags,
        subject=st.sampled_from(["", "", "壶盖", "broken", "%", "_", "' OR true --"]),
    )  # fmt: skip


def test_sql_and_python_agree_on_any_filter(tea: World, many: list[One]) -> None:
    members = sorted({one.row["assignee_id"] for one in many} - {None})

    @settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
    @given(filters([*members, 2**40], [tea.inbox_id, 2**40]), st.sampled_from(Sort))
    def agree(wanted: Filter, sort: Sort) -> None:
        plan = tidied(Plan(wanted, sort))
        found = ids_of(actor=tea.owner, picked=picked_by(plan, NOON), most=1000)
        assert sorted(found) == [one.row["id"] for one in many if meets(one, wanted, tea.owner.id)]

    agree()


@pytest.mark.parametrize(
    "wanted", [Filter(created_days=3), Filter(last_days=2), Filter(quiet_days=4)]
)
def test_days_go_on_with_the_clock(tea: World, many: list[One], wanted: Filter) -> None:
    found = ids_of(actor=tea.owner, picked=picked_by(Plan(wanted), NOON), most=1000)
    far = ids_of(
        actor=tea.owner, picked=picked_by(Plan(wanted), NOON + timedelta(days=90)), most=1000
    )

    assert sorted(found) == [one.row["id"] for one in many if meets(one, wanted, tea.owner.id)]
    assert 0 < len(found) < MANY
    assert len(far) == (MANY if wanted.quiet_days else 0)


@pytest.mark.parametrize("sort", list(Sort))
def test_every_order_goes_page_by_page_through_all(tea: World, many: list[One], sort: Sort) -> None:
    picked = picked_by(Plan(sort=sort), NOON)
    paged: list[int] = []
    cursor = None
    while True:
        page = page_of(actor=tea.owner, picked=picked, cursor=cursor, limit=7)
        paged += [row.id for row in page]
        if (cursor := page.next_cursor) is None:
            break

    assert paged == ids_of(actor=tea.owner, picked=picked, most=1000)
    assert len(paged) == MANY


@given(st.builds(Plan, filter=filters([1], [2]), sort=st.sampled_from(Sort)))
def test_a_plan_survives_being_written_down_and_tidied_twice(plan: Plan) -> None:
    known = TypeAdapter(Plan)
    written = known.dump_python(tidied(plan), mode="json")

    assert known.validate_python(written) == tidied(plan)
    assert tidied(tidied(plan)) == tidied(plan)


@given(st.text(max_size=80))
def test_a_view_s_name_is_one_line_of_sixty_characters_or_nothing(given_name: str) -> None:
    name = name_of(given_name)

    assert len(name) <= 60
    assert name == " ".join(name.split())


@given(filters([1], [2]))
def test_what_a_member_writes_is_a_value_and_never_sql(wanted: Filter) -> None:
    sql, values = condition(wanted, "f", NOON)

    assert "OR true" not in sql
    assert all(f"%({name})s" in sql for name in values)


PLANS = {
    "mine": Filter(whose=Whose.ME, statuses=(Status.NEW, Status.OPEN)),
    "nobody's": Filter(whose=Whose.NOBODY, statuses=(Status.NEW,)),
    "newest of all": Filter(),
    "long waits": Filter(waiting_minutes=60, snoozed=False),
    "unanswered": Filter(unanswered=True, snoozed=False),
    "snoozed": Filter(snoozed=True),
    "a rare tag": Filter(tags_any=("rare",)),
    "asks for a human": Filter(wants_human=True),
    "recent": Filter(last_from=NOON - timedelta(minutes=5)),
}


@pytest.fixture
def large(tea: World) -> World:
    """Two hundred thousand conversations, nearly all of them settled."""
    open_ones = tea.conversations(60)
    tag(actor=tea.owner, conversation_ids=open_ones[:5], add=["rare"], now=NOON)
    assign(actor=tea.owner, conversation_ids=open_ones[:9], member_id=tea.owner.id, now=NOON)
    snooze(actor=tea.owner, conversation_ids=open_ones[9:12], until=None, now=NOON)
    settled(like=open_ones[0], many=200_000)
    for name in ("conversations_conversation", "conversations_tagging", "conversations_tag"):
        rows(f"ANALYZE {name}")
    return tea


def test_no_plan_reads_the_whole_table_where_an_index_serves(large: World) -> None:
    for name, wanted in PLANS.items():
        for sort in (
            (Sort.LONGEST,) if wanted.unanswered or wanted.waiting_minutes else (Sort.NEWEST,)
        ):
            explained = plan_of(large, Plan(wanted, sort))
            assert "Seq Scan on conversations_conversation" not in explained, (name, explained)
            assert "Rows Removed by Filter: 200" not in explained, (name, explained)


def plan_of(tea: World, plan: Plan) -> str:
    with explained() as plans:
        page_of(actor=tea.owner, picked=picked_by(plan, NOON))
    return "\n".join(plans)
