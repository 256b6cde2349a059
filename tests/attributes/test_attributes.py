"""What a workspace wants to know: defined, filled in, asked for, archived and not lost."""

from functools import partial
from typing import Any

import pytest

from tests.make.together import together
from tests.make.world import NOON, World, world
from tongxin.center.attributes import actions
from tongxin.center.attributes.models import Definition
from tongxin.center.attributes.queries import attributes
from tongxin.center.attributes.values import AttributeType, Thing
from tongxin.center.kit.refusals import Refused
from tongxin.center.people.actions import describe
from tongxin.center.people.queries import people, person
from tongxin.center.timeline.models import Event
from tongxin.service.conversations.actions import describe as describe_talks
from tongxin.service.conversations.queries import View, conversations, thread


@pytest.fixture
def tea(db: None) -> World:
    return world()


def define(tea: World, key: str, kind: AttributeType, *options: str, **more: Any) -> int:
    thing = more.get("thing", Thing.PERSON)
    return actions.define(
        actor=tea.owner, thing=thing, name=key, type=kind, key=key, options=options, now=NOON
    )


def known(tea: World, person_id: int, **values: Any) -> int:
    return describe(actor=tea.owner, person_ids=[person_id], attributes=values, now=NOON)


def matching(tea: World, *where: str) -> list[str]:
    return sorted(row.name for row in people(actor=tea.owner, where=where))


def refused(does: Any) -> str:
    with pytest.raises(Refused) as raised:
        does()
    return raised.value.code


@pytest.fixture
def two(tea: World) -> World:
    """小梅 is gold, born in 1990 and spends; Tom is a new customer of whom little is known."""
    define(tea, "tier", AttributeType.CHOICE, "金卡", "银卡")
    define(tea, "spend", AttributeType.NUMBER)
    define(tea, "birthday", AttributeType.DATE)
    define(tea, "city", AttributeType.TEXT)
    define(tea, "vip", AttributeType.BOOLEAN)
    mei, tom = tea.written([("小梅", "你好"), ("Tom", "Hi")])
    known(
        tea,
        mei.person_id,
        tier="金卡",
        spend=1280.5,
        birthday="1990-05-01",
        city="杭州市",
        vip=True,
    )
    known(tea, tom.person_id, tier="银卡", spend=90)
    return tea


@pytest.mark.parametrize(
    ("where", "names"),
    [
        (["tier=金卡"], ["小梅"]),
        (["tier!=金卡"], ["Tom"]),
        (["spend>=90"], ["Tom", "小梅"]),
        (["spend>90"], ["小梅"]),
        (["spend<90.5", "tier=银卡"], ["Tom"]),
        (["birthday<2000-01-01"], ["小梅"]),
        (["city~杭"], ["小梅"]),
        (["vip"], ["小梅"]),
        (["!vip"], ["Tom"]),
        (["vip=是"], ["小梅"]),
        (["vip=no"], []),
    ],
)
def test_people_are_found_by_what_is_known(two: World, where: list[str], names: list[str]) -> None:
    assert matching(two, *where) == names


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("size=3", "attribute.unknown"),
        ("spend=viel", "attribute.value"),
        ("city>A", "attribute.condition"),
        ("vip~是", "attribute.condition"),
        ("spend>", "attribute.condition"),
        ("'; DROP TABLE people_person", "attribute.condition"),
    ],
)
def test_nonsense_is_refused_and_not_guessed(two: World, where: str, code: str) -> None:
    assert refused(lambda: matching(two, where)) == code


def test_a_value_is_told_once_and_taken_away_by_null(tea: World) -> None:
    define(tea, "city", AttributeType.TEXT)
    mei = tea.write("你好").person_id

    changed = [
        known(tea, mei, city=" 杭州 "),
        known(tea, mei, city="杭州"),
        known(tea, mei, city=None),
    ]

    assert changed == [1, 0, 1]
    told = Event.objects.filter(kind="person.described").order_by("pk")
    assert [e.data["attributes"] for e in told] == [{"city": "杭州"}, {"city": None}]
    assert person(actor=tea.owner, person_id=mei).attributes == {}


def test_what_is_archived_is_neither_shown_nor_asked_and_comes_back_with_its_values(
    tea: World,
) -> None:
    tier = define(tea, "tier", AttributeType.CHOICE, "金卡")
    mei = tea.write("你好").person_id
    known(tea, mei, tier="金卡")

    actions.archive(actor=tea.owner, attribute_ids=[tier], now=NOON)
    hidden = attributes(actor=tea.owner)
    codes = [refused(lambda: known(tea, mei, tier="金卡")), refused(lambda: matching(tea, "tier"))]
    actions.restore(actor=tea.owner, attribute_ids=[tier], now=NOON)

    assert list(hidden) == []
    assert codes == ["attribute.unknown", "attribute.unknown"]
    assert matching(tea, "tier=金卡") == ["小梅"]


def test_an_option_that_is_no_more_keeps_what_was_chosen(tea: World) -> None:
    tier = define(tea, "tier", AttributeType.CHOICE, "金卡", "银卡")
    mei = tea.write("你好").person_id
    known(tea, mei, tier="银卡")

    actions.change(actor=tea.owner, attribute_id=tier, name="等级", options=["金卡"], now=NOON)

    assert person(actor=tea.owner, person_id=mei).attributes == {"tier": "银卡"}
    with pytest.raises(Refused) as told:
        known(tea, mei, tier="银卡")
    assert (told.value.code, told.value.field) == ("attribute.value", "tier")


def test_a_conversation_has_its_own(tea: World) -> None:
    define(tea, "reason", AttributeType.CHOICE, "破损", "物流", thing=Thing.CONVERSATION)
    broken, late = tea.conversations(2)

    describe_talks(
        actor=tea.owner, conversation_ids=[broken], attributes={"reason": "破损"}, now=NOON
    )

    assert thread(actor=tea.owner, conversation_id=broken).attributes == {"reason": "破损"}
    found = conversations(actor=tea.owner, view=View.ALL, where=["reason=破损"])
    others = conversations(actor=tea.owner, view=View.WAITING, where=["!reason"])
    assert [row.id for row in found] == [broken]
    assert [row.id for row in others] == [late]


def test_a_key_is_found_where_none_is_given(tea: World) -> None:
    def made(name: str) -> str:
        pk = actions.define(
            actor=tea.owner, thing=Thing.PERSON, name=name, type=AttributeType.TEXT, now=NOON
        )
        return Definition.objects.get(pk=pk).key

    assert [made("Shoe size"), made("等级"), made("等级 二")] == ["shoe_size", "field_1", "field_2"]


@pytest.mark.django_db(transaction=True)
def test_forty_at_once_define_no_more_than_fits() -> None:
    tea = world()
    for n in range(actions.MOST - 5):
        define(tea, f"key_{n}", AttributeType.TEXT)

    def one(n: int) -> bool:
        try:
            define(tea, f"more_{n}", AttributeType.TEXT)
        except Refused as no:
            assert no.code == "attribute.too_many"  # noqa: PT017
            return False
        return True

    assert sum(together([partial(one, n) for n in range(40)])) == 5
    assert Definition.objects.count() == actions.MOST


def test_the_index_answers_what_is_asked_for(two: World) -> None:
    """Where something is known of few, nobody else is looked at."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM people_person p"
            " WHERE p.attributes <> '{}'::jsonb AND p.attributes @> '{\"tier\": \"金卡\"}'"
        )
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "person_attributes" in plan
