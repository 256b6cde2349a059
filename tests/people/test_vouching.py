"""A channel vouches for other addresses of people: whoever was known by one of them is the same person."""

from functools import partial

import pytest

from tests.make.together import together
from tests.make.world import NOON, World, world
from tongxin.center.people.actions import recognize, verify, vouch
from tongxin.center.people.models import Identity, Person
from tongxin.center.people.values import Address
from tongxin.center.timeline.models import Event

UNION = Address("wechat_unionid", "U1")


@pytest.fixture
def tea(db: None) -> World:
    return world()


def met(tea: World, kind: str, value: str = "o1") -> int:
    address = Address(kind, value)
    found = recognize(spots={(tea.workspace_id, address)}, proof=kind, now=NOON)
    return found[tea.workspace_id, kind, value].person_id


def vouched(tea: World, *pairs: tuple[int, Address]) -> int:
    return vouch(workspace_id=tea.workspace_id, vouched=pairs, proof="channel:wechat_oa", now=NOON)


def stays(person_id: int) -> int:
    return Person.objects.get(pk=person_id).merged_into_id or person_id


def test_an_address_that_nobody_had_is_theirs_and_said_once(tea: World) -> None:
    mei = met(tea, "wechat_oa")

    first, second = vouched(tea, (mei, UNION)), vouched(tea, (mei, UNION))

    assert (first, second) == (1, 0)
    identity = Identity.objects.get(kind=UNION.kind)
    assert (identity.person_id, identity.proof) == (mei, "channel:wechat_oa")
    assert Event.objects.filter(kind="identity.verified").count() == 1


def test_who_is_known_by_it_elsewhere_is_the_same_person(tea: World) -> None:
    in_account, in_app = met(tea, "wechat_oa"), met(tea, "wechat_mini")
    vouched(tea, (in_account, UNION))
    vouched(tea, (in_app, UNION))

    assert stays(in_app) == stays(in_account) == in_account
    assert met(tea, "wechat_mini") == in_account


def test_many_of_one_batch_are_one_person_at_once(tea: World) -> None:
    people = [met(tea, kind) for kind in ("wechat_oa", "wechat_mini", "wechat_kf")]
    other = Address("wecom_external", "wm1")

    vouched(tea, (people[2], other), (people[1], UNION), (people[0], UNION), (people[1], other))

    assert {stays(stays(pk)) for pk in people} == {people[0]}


def test_a_claim_of_theirs_is_proved_by_it(tea: World) -> None:
    mei = met(tea, "whatsapp")
    Identity.objects.create(
        workspace_id=tea.workspace_id, person_id=mei, kind="phone", value="+8613800138000", known_since=NOON
    )  # fmt: skip

    assert vouched(tea, (mei, Address("phone", "+8613800138000"))) == 1
    assert Identity.objects.get(kind="phone").verified_at == NOON


def test_two_who_each_have_an_account_stay_two(tea: World) -> None:
    people = []
    for name in ("mei", "tom"):
        stranger = Address("webchat", name)
        recognize(spots={(tea.workspace_id, stranger)}, proof="webchat", now=NOON)
        account = verify(
            workspace_id=tea.workspace_id, subject=name, name="", visitor=stranger, proof="k", now=NOON
        )  # fmt: skip
        people.append(account.person_id)

    vouched(tea, (people[0], UNION), (people[1], UNION))

    assert [stays(pk) for pk in people] == people
    assert Identity.objects.get(kind=UNION.kind).person_id == people[0]


@pytest.mark.parametrize("value", ["", "x" * 2000, "a\x00b"])
def test_what_is_no_address_is_passed_over(tea: World, value: str) -> None:
    assert vouched(tea, (met(tea, "wechat_oa"), Address("wechat_unionid", value))) == 0


def test_the_same_name_in_two_workspaces_is_two_people(tea: World) -> None:
    other = world("Leaf & Kettle")
    ours, theirs = met(tea, "wechat_oa"), met(other, "wechat_oa")

    vouched(tea, (ours, UNION))
    vouched(other, (theirs, UNION))

    assert (stays(ours), stays(theirs)) == (ours, theirs)


@pytest.mark.django_db(transaction=True)
def test_forty_threads_vouch_for_the_same_people_at_once() -> None:
    tea = world()
    people = [met(tea, "wechat_oa", f"o{n}") for n in range(8)]

    together([partial(vouched, tea, (people[n % 8], UNION)) for n in range(40)])

    assert Person.objects.filter(merged_into=None).count() == 1
    assert Identity.objects.filter(kind=UNION.kind).exclude(verified_at=None).count() == 1
