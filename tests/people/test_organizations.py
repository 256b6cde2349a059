"""Organizations: somebody in several, domains that belong to one, and what was said with their people."""

from functools import partial

import pytest

from tests.make.together import together
from tests.make.world import NOON, World, world
from tongxin.center.kit.refusals import Refused
from tongxin.center.people.actions import (
    archive_organizations,
    change_organization,
    create_organization,
    join,
    leave,
)
from tongxin.center.people.models import Organization
from tongxin.center.people.queries import organization, organizations, people, person
from tongxin.center.people.rules import domain_of
from tongxin.service.conversations.queries import of_organization


@pytest.fixture
def tea(db: None) -> World:
    return world()


def made(tea: World, name: str, *domains: str) -> int:
    return create_organization(actor=tea.owner, name=name, domains=domains, now=NOON)


def test_somebody_belongs_to_several(tea: World) -> None:
    qinghe, guild = made(tea, "清和文化", "qinghe.example"), made(tea, "Tea Guild")
    mei = tea.write("你好")
    for one in (qinghe, guild):
        join(actor=tea.owner, person_ids=[mei.person_id], organization_id=one, now=NOON)

    leave(actor=tea.owner, person_ids=[mei.person_id], organization_id=guild, now=NOON)

    belongs = person(actor=tea.owner, person_id=mei.person_id).organizations
    assert [row.name for row in belongs] == ["清和文化"]
    assert organization(actor=tea.owner, organization_id=qinghe).people == 1
    assert [row.id for row in people(actor=tea.owner, organization_id=qinghe)] == [mei.person_id]
    said = of_organization(actor=tea.owner, organization_id=qinghe)
    assert [row.id for row in said] == [mei.conversation_id]
    assert list(of_organization(actor=tea.owner, organization_id=guild)) == []


@pytest.mark.parametrize("text", ["清和", "和文", "QINGHE", "qing"])
def test_one_is_found_by_a_part_of_its_name_or_domain(tea: World, text: str) -> None:
    made(tea, "清和文化", "qinghe.example")
    made(tea, "Becker Teehandel")

    assert [row.name for row in organizations(actor=tea.owner, text=text)] == ["清和文化"]


def test_a_domain_belongs_to_one(tea: World) -> None:
    made(tea, "清和文化", "@Qinghe.example")

    with pytest.raises(Refused) as refused:
        made(tea, "Other", "https://www.qinghe.example/about")

    assert refused.value.code == "organization.domain_taken"


def test_the_archived_are_in_their_own_list(tea: World) -> None:
    qinghe = made(tea, "清和文化")
    archive_organizations(actor=tea.owner, organization_ids=[qinghe], now=NOON)

    assert list(organizations(actor=tea.owner)) == []
    assert [row.id for row in organizations(actor=tea.owner, archived=True)] == [qinghe]


def test_a_change_may_keep_its_own_name_and_swap_domains(tea: World) -> None:
    qinghe = made(tea, "清和文化", "a.example", "b.example")

    def change(*domains: str) -> int:
        return change_organization(
            actor=tea.owner, organization_id=qinghe, name="清和文化", domains=domains, now=NOON
        )

    assert [change("b.example", "c.example"), change("c.example", "b.example")] == [1, 0]
    row = organization(actor=tea.owner, organization_id=qinghe)
    assert row.domains == ("b.example", "c.example")


@pytest.mark.django_db(transaction=True)
def test_forty_at_once_make_one_organization_of_a_name() -> None:
    tea = world()

    def one(_number: int) -> str:
        try:
            made(tea, "清和文化", "qinghe.example")
        except Refused as refused:
            return refused.code
        return "made"

    answers = together([partial(one, n) for n in range(40)])

    assert sorted(set(answers)) == ["made", "organization.exists"]
    assert Organization.objects.count() == 1


@pytest.mark.parametrize(
    "text", ["", "localhost", "a b.example", "-.example", "x" * 300 + ".example", "@"]
)
def test_what_is_no_domain(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        domain_of(text)


def test_a_chinese_domain_is_one() -> None:
    assert domain_of("mail@清和.中国") == "清和.中国"
