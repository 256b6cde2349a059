"""Addresses are masked from whoever may not see them, and uncovering one is remembered."""

from dataclasses import replace

import pytest

from tests.make.world import NOON, World, world
from tongxin.center.accounts.values import Role
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.refusals import Refused
from tongxin.center.people.actions import Claimable, note_address, reveal
from tongxin.center.people.queries import people, person
from tongxin.center.people.rules import masked
from tongxin.center.timeline.models import Event
from tongxin.service.replies.queries.settings import settings_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def tea() -> World:
    return world()


@pytest.fixture
def mei(tea: World) -> int:
    """小梅, with an e-mail address and a phone number."""
    person_id = tea.write("壶盖碎了").person_id
    for kind, value in [(Claimable.EMAIL, "mei@post.example"), (Claimable.PHONE, "13800138000")]:
        note_address(actor=tea.owner, person_ids=[person_id], kind=kind, value=value, now=NOON)
    return person_id


def seen(actor: Actor, person_id: int) -> dict[str, str]:
    found = person(actor=actor, person_id=person_id)
    return {i.kind: i.value for i in found.identities if i.kind in {"email", "phone"}}


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("email", "mei@post.example", "m•••@p•••.example"),
        ("email", "a@b", "a•••@b•••"),
        ("phone", "+8613800138000", "•••00"),
        ("postal", "杭州市西湖区龙井路 1 号", "杭州•••"),
    ],
)
def test_a_mask_leaves_just_enough_to_tell_addresses_apart(
    kind: str, value: str, shown: str
) -> None:
    assert masked(kind, value) == shown


def test_agents_see_addresses_and_light_agents_see_masks(tea: World, mei: int) -> None:
    assert seen(tea.member(Role.AGENT), mei)["email"] == "mei@post.example"
    assert seen(tea.member(Role.LIGHT), mei) == {"email": "m•••@p•••.example", "phone": "•••00"}


def test_what_a_search_finds_is_masked_too(tea: World, mei: int) -> None:
    [found] = people(actor=tea.member(Role.LIGHT)).items

    assert not {"mei@post.example", "+8613800138000"} & {i.value for i in found.identities}


def test_uncovering_one_is_remembered(tea: World, mei: int) -> None:
    agent = tea.member(Role.AGENT)
    limited = replace(agent, permissions=agent.permissions - {"contact.read"})
    found = person(actor=limited, person_id=mei).identities
    email = next(i for i in found if i.kind == "email")

    [told] = reveal(actor=limited, identity_ids=[email.id], now=NOON)

    assert (email.masked, told.value) == (True, "mei@post.example")
    event = Event.objects.get(kind="identity.revealed")
    assert (event.actor, event.person_id) == (agent.label, mei)


def test_light_agents_uncover_nothing(tea: World, mei: int) -> None:
    with pytest.raises(Refused, match="forbidden"):
        reveal(actor=tea.member(Role.LIGHT), identity_ids=[1], now=NOON)


def test_a_canned_reply_tells_nobody_what_is_masked_from_them(tea: World, mei: int) -> None:
    talk = tea.write("还在吗").conversation_id
    light = tea.member(Role.LIGHT)

    found = settings_of(actor=light, conversation_ids=[talk], now=NOON)

    assert found[talk].values["person.email"] == ""
