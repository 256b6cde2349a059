"""Duplicates are proposed and never merged by themselves; merges are undone in any order."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.laws.state import state, undone
from tests.make.together import together
from tests.make.world import NOON, World, world
from tongxin.center.attributes.actions import define
from tongxin.center.attributes.values import AttributeType, Thing
from tongxin.center.kit.refusals import Refused
from tongxin.center.people import actions
from tongxin.center.people.models import Duplicate, Identity, Person, PersonMerge
from tongxin.center.people.queries import compare, duplicates, merges, people, person
from tongxin.center.people.rules import address_of
from tongxin.center.people.values import Purpose, Way
from tongxin.service.conversations.actions import follow_merges
from tongxin.service.conversations.models import Conversation

MANY = 6


@pytest.fixture
def tea(db: None) -> World:
    return world()


def noted(tea: World, person_id: int, kind: str, value: str) -> int:
    return actions.note_address(
        actor=tea.owner, person_ids=[person_id], kind=actions.Claimable(kind), value=value, now=NOON
    )


def merge(tea: World, source: int, target: int, *keep: str) -> int:
    return actions.merge(actor=tea.owner, person_ids=[source], into_id=target, keep=keep, now=NOON)


def found(tea: World, *person_ids: int) -> list[tuple[str, ...]]:
    actions.find_duplicates(person_ids=person_ids, now=NOON)
    return [tuple(row.reasons) for row in duplicates(actor=tea.owner)]


@pytest.fixture
def two(tea: World) -> tuple[int, int]:
    mei, again = tea.written([("小梅", "你好"), ("小梅 ", "又是我")])
    Person.objects.filter(pk=again.person_id).update(name="小梅")
    return mei.person_id, again.person_id


class TestProposing:
    @pytest.mark.parametrize(
        ("kind", "first", "second", "reasons"),
        [
            ("phone", "138 0571 2345", "+86-13805712345", [("phone",)]),
            ("email", "Mei@Post.example", "mei@post.example", [("email",)]),
            ("postal", "杭州市西湖区文三路 90 号", "杭州市西湖区，文三路90号", [("address",)]),
            ("postal", "杭州市文三路 90 号", "杭州市文三路 91 号", []),
        ],
    )
    def test_who_shares_an_address_is_proposed(
        self, tea: World, two: tuple[int, int], kind: str, first: str, second: str, reasons: Any
    ) -> None:
        noted(tea, two[0], kind, first)
        noted(tea, two[1], kind, second)

        assert found(tea, two[0]) == reasons
        assert found(tea, *two) == reasons
        assert Person.objects.filter(merged_into=None).count() == 2

    def test_the_same_address_of_another_name_is_none(self, tea: World) -> None:
        for name in ("小梅", "Tom"):
            noted(tea, tea.write("你好", by=name).person_id, "postal", "文三路 90 号")

        assert found(tea, *Person.objects.values_list("pk", flat=True)) == []

    def test_what_is_dismissed_is_not_proposed_again(
        self, tea: World, two: tuple[int, int]
    ) -> None:
        for one in two:
            noted(tea, one, "phone", "13805712345")
        found(tea, *two)

        ids = list(Duplicate.objects.values_list("pk", flat=True))
        dismissed = actions.dismiss(actor=tea.owner, duplicate_ids=ids, now=NOON)

        assert (dismissed, found(tea, *two)) == (1, [])

    def test_who_was_merged_is_not_proposed_and_is_again_after_parting(
        self, tea: World, two: tuple[int, int]
    ) -> None:
        for one in two:
            noted(tea, one, "phone", "13805712345")
        before = found(tea, *two)
        merge(tea, two[1], two[0])
        meanwhile = found(tea, *two)
        ids = list(PersonMerge.objects.values_list("pk", flat=True))
        actions.unmerge(actor=tea.owner, merge_ids=ids, now=NOON)

        assert (before, meanwhile, found(tea, *two)) == ([("phone",)], [], [("phone",)])

    def test_a_phone_that_everybody_shares_does_not_propose_everybody(self, tea: World) -> None:
        ids = [r.person_id for r in tea.written([(f"v{n}", "你好") for n in range(60)])]
        actions.note_address(
            actor=tea.owner,
            person_ids=ids,
            kind=actions.Claimable.PHONE,
            value="4008001234",
            now=NOON,
        )
        found(tea, ids[0])

        assert Duplicate.objects.count() == 20

    @given(st.text())
    def test_any_text_is_an_address_or_none(self, text: str) -> None:
        for kind in ("email", "phone", "postal"):
            try:
                value = address_of(kind, text)
            except ValueError:
                continue
            assert address_of(kind, value) == value


class TestMerging:
    def test_gaps_are_filled_and_conflicts_are_decided(
        self, tea: World, two: tuple[int, int]
    ) -> None:
        for key in ("tier", "city", "tea"):
            define(
                actor=tea.owner,
                thing=Thing.PERSON,
                name=key,
                type=AttributeType.TEXT,
                key=key,
                now=NOON,
            )
        know = partial(actions.describe, actor=tea.owner, now=NOON)
        know(person_ids=[two[0]], attributes={"tier": "金卡", "tea": "普洱"})
        know(person_ids=[two[1]], attributes={"tier": "银卡", "tea": "龙井", "city": "杭州"})

        told = {row.field: row.is_conflict for row in compare(
            actor=tea.owner, person_id=two[0], other_id=two[1]).differences}  # fmt: skip
        merge(tea, two[1], two[0], "attribute.tea")

        assert told == {
            "name": False, "attribute.tier": True, "attribute.tea": True, "attribute.city": False
        }  # fmt: skip
        stays = person(actor=tea.owner, person_id=two[1])
        assert stays.id == two[0]
        assert stays.attributes == {"tier": "金卡", "tea": "龙井", "city": "杭州"}
        assert len(stays.identities) == 2

    def test_a_message_to_either_address_reaches_the_one_who_stays(self, tea: World) -> None:
        first, second = tea.written([("小梅", "你好"), ("Mei", "Hi")])
        merge(tea, second.person_id, first.person_id)
        follow_merges(person_ids=[first.person_id, second.person_id])

        assert {tea.write("还在吗", by=by).person_id for by in ("小梅", "Mei")} == {first.person_id}
        assert set(Conversation.objects.values_list("person_id", flat=True)) == {first.person_id}

    def test_a_verified_address_that_could_not_go_along_still_leads_there(self, tea: World) -> None:
        first, second = tea.written([("小梅", "你好"), ("Mei", "Hi")])
        theirs = Identity.objects.get(person_id=second.person_id)
        Identity.objects.create(
            workspace_id=tea.workspace_id, person_id=first.person_id, kind=theirs.kind,
            value=theirs.value, known_since=NOON,
        )  # fmt: skip
        merge(tea, second.person_id, first.person_id)
        follow_merges(person_ids=[first.person_id, second.person_id])
        before = tea.write("还在吗", by="Mei").person_id
        actions.block(actor=tea.owner, person_ids=[first.person_id], now=NOON)

        assert before == first.person_id
        assert tea.write("还在吗", by="Mei").is_blocked

    def test_who_is_blocked_does_not_escape_by_being_merged(
        self, tea: World, two: tuple[int, int]
    ) -> None:
        actions.block(actor=tea.owner, person_ids=[two[1]], reason="广告", now=NOON)
        merge(tea, two[1], two[0])

        assert person(actor=tea.owner, person_id=two[0]).block_reason == "广告"

    def test_nobody_is_merged_with_themselves_or_with_strangers(
        self, tea: World, two: tuple[int, int]
    ) -> None:
        theirs = world("Another").write("你好").person_id
        codes = []
        for source, target in ((two[0], two[0]), (two[0], theirs)):
            with pytest.raises(Refused) as refused:
                merge(tea, source, target)
            codes.append(refused.value.code)

        assert codes == ["merge.self", "person.missing"]
        assert merge(tea, theirs, two[0]) == 0

    @pytest.mark.django_db(transaction=True)
    def test_forty_at_once_make_no_ring(self) -> None:
        tea = world()
        ids = [r.person_id for r in tea.written([(f"v{n}", "你好") for n in range(8)])]

        def one(n: int) -> int:
            try:
                return merge(tea, ids[n % 8], ids[(n + 1 + n // 8) % 8])
            except Refused as refused:
                assert refused.code in {"person.missing", "merge.self"}  # noqa: PT017
                return 0

        works: list[Callable[[], int]] = [partial(one, n) for n in range(40)]
        merged = sum(together(works))

        assert len(list(people(actor=tea.owner))) == 8 - merged
        assert all(person(actor=tea.owner, person_id=pk).id for pk in ids)


class TestParting:
    def test_what_somebody_changed_since_stays(self, tea: World, two: tuple[int, int]) -> None:
        actions.prefer(actor=tea.owner, person_ids=[two[1]], language="zh", way=Way.SMS, now=NOON)
        merge(tea, two[1], two[0])
        actions.prefer(actor=tea.owner, person_ids=[two[0]], language="en", way=Way.SMS, now=NOON)
        [row] = merges(actor=tea.owner, person_id=two[0])
        parted = [
            actions.unmerge(actor=tea.owner, merge_ids=[row.id], now=NOON) for _again in range(2)
        ]

        stays = person(actor=tea.owner, person_id=two[0])
        assert parted == [1, 0]
        assert (stays.language, stays.preferred_way) == ("en", Way.ANY)
        assert person(actor=tea.owner, person_id=two[1]).language == "zh"

    @settings(
        max_examples=60, deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )  # fmt: skip
    @given(
        steps=st.lists(
            st.tuples(
                st.integers(0, MANY - 1), st.integers(0, MANY - 1), st.booleans(), st.booleans()
            ),
            max_size=14,
        ),
        order=st.randoms(use_true_random=False),
    )
    @pytest.mark.django_db
    def test_any_merges_undone_in_any_order_restore_every_row(
        self, steps: list[tuple[int, int, bool, bool]], order: Any
    ) -> None:
        with undone():
            tea = world()
            ids = crowd(tea)
            before = rows_of_people()

            for source, target, keeps, undoes in steps:
                if undoes and (there := standing(tea)):
                    part(tea, order.choice(there), ids)
                else:
                    attempt(tea, ids[source], ids[target], keeps=keeps)
                    follow_merges(person_ids=ids)
            there = standing(tea)
            order.shuffle(there)
            for pk in there:
                part(tea, pk, ids)

            assert rows_of_people() == before


def crowd(tea: World) -> list[int]:
    """People who have many things in common, and contradict each other in others."""
    ids = [r.person_id for r in tea.written([(f"v{n}", "你好") for n in range(MANY)])]
    for key in ("tier", "city"):
        define(
            actor=tea.owner,
            thing=Thing.PERSON,
            name=key,
            type=AttributeType.TEXT,
            key=key,
            now=NOON,
        )
    club = actions.create_organization(actor=tea.owner, name="茶会", now=NOON)
    for n, pk in enumerate(ids):
        noted(tea, pk, "email", f"shared{n % 3}@post.example")
        known = {"tier": f"t{n}", **({"city": "杭州"} if n % 2 else {})}
        actions.describe(actor=tea.owner, person_ids=[pk], attributes=known, now=NOON)
        actions.tag(actor=tea.owner, person_ids=[pk], add=["老客", f"n{n % 2}"], now=NOON)
        if n % 2:
            actions.join(actor=tea.owner, person_ids=[pk], organization_id=club, now=NOON)
        actions.record_consent(
            actor=tea.owner, person_ids=[pk], way=Way.SMS, purpose=Purpose.MARKETING,
            granted=bool(n % 2), proof="问过", now=NOON,
        )  # fmt: skip
    actions.block(actor=tea.owner, person_ids=[ids[4]], reason="广告", now=NOON)
    Person.objects.filter(pk__in=ids[2:4]).update(name="", language="zh")
    return ids


def standing(tea: World) -> list[int]:
    found = PersonMerge.objects.filter(workspace_id=tea.workspace_id, undone_at=None).order_by("pk")
    return list(found.values_list("pk", flat=True))


def part(tea: World, merge_id: int, ids: list[int]) -> None:
    actions.unmerge(actor=tea.owner, merge_ids=[merge_id], now=NOON)
    follow_merges(person_ids=ids)


def attempt(tea: World, source: int, target: int, *, keeps: bool) -> None:
    try:
        merge(tea, source, target, *(["name", "attribute.tier"] if keeps else []))
    except Refused:
        return


def rows_of_people() -> dict[Any, Any]:
    kept = ("people.", "conversations.")
    return {
        place: row
        for place, row in state().items()
        if place[0].startswith(kept) and place[0] != "people.personmerge"
    }
