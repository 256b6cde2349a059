"""Roles that a workspace makes itself."""

import pytest

from tests.make.world import NOON, World, token_actor, world
from tongxin.center.accounts.actions import (
    change_role,
    change_role_itself,
    create_token,
    define_role,
    join,
    remove_members,
    remove_roles,
)
from tongxin.center.accounts.queries import members, roles, seat
from tongxin.center.accounts.values import AGENT, LIGHT, OWNER, SENTENCES, Role
from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.registry import REGISTRY
from tongxin.service.conversations.actions import assign, note, reply
from tongxin.service.conversations.queries import conversations, search

pytestmark = pytest.mark.django_db
READS = ["conversation.read", "note.write"]


@pytest.fixture
def tea() -> World:
    return world()


def a_role(tea: World, *permissions: str, name: str = "退换组", reach: Reach = Reach.ALL) -> int:
    held = permissions or READS
    made: int = define_role(actor=tea.owner, name=name, permissions=held, reach=reach, now=NOON)
    return made


def refused(code: str) -> "pytest.RaisesExc[Refused]":
    return pytest.raises(Refused, match=code)


def test_every_permission_is_said_in_a_sentence() -> None:
    needed = {entry.needs for entry in REGISTRY.values()} - {"person.self"}

    assert needed <= set(SENTENCES)
    assert set(SENTENCES) == OWNER


def test_who_has_a_role_may_what_it_says_and_no_more(tea: World) -> None:
    mei = tea.member(a_role(tea))
    talk = tea.write("壶盖碎了").conversation_id

    note(actor=mei, conversation_ids=[talk], text="看过了", now=NOON)

    assert mei.permissions == frozenset(READS)
    with refused("forbidden"):
        reply(actor=mei, conversation_ids=[talk], text="您好", now=NOON)


def test_a_light_agent_reads_and_leaves_notes_and_answers_nobody(tea: World) -> None:
    sun = tea.member(Role.LIGHT)
    talk = tea.write("壶盖碎了").conversation_id

    assert [row.id for row in conversations(actor=sun)] == [talk]
    assert note(actor=sun, conversation_ids=[talk], text="记账用", now=NOON)
    with refused("forbidden"):
        reply(actor=sun, conversation_ids=[talk], text="您好", now=NOON)
    assert sun.permissions == LIGHT < AGENT


def test_what_a_role_may_holds_at_once_for_whoever_has_it(tea: World) -> None:
    role = a_role(tea)
    mei = tea.member(role)

    change_role_itself(
        actor=tea.owner, role_id=role, name="退换组", permissions=["conversation.read"],
        reach=Reach.OWN, now=NOON,
    )  # fmt: skip

    found = seat(mei.id)
    assert found is not None
    assert found.actor.permissions == frozenset({"conversation.read"})
    assert found.actor.reach is Reach.OWN


def test_nobody_defines_or_gives_more_than_they_have(tea: World) -> None:
    hr = tea.member(a_role(tea, "member.read", "member.write", name="人事"))
    powerful = a_role(tea, "conversation.read", "inbox.write", name="渠道")
    mei = tea.member(Role.LIGHT)

    with refused("forbidden"):
        define_role(actor=hr, name="越权", permissions=["inbox.write"], now=NOON)
    with refused("forbidden"):
        change_role(actor=hr, member_ids=[mei.id], role=powerful, now=NOON)
    with refused("forbidden"):
        change_role(actor=hr, member_ids=[hr.id], role=Role.ADMIN, now=NOON)


def test_who_sees_only_their_own_gives_nobody_a_wider_view(tea: World) -> None:
    narrow = a_role(tea, "conversation.read", "member.write", name="组长", reach=Reach.OWN)
    leader = tea.member(narrow)

    with refused("forbidden"):
        define_role(actor=leader, name="全看", permissions=["conversation.read"], now=NOON)
    assert define_role(
        actor=leader, name="只看自己", permissions=["conversation.read"], reach=Reach.OWN, now=NOON
    )


def test_nobody_takes_a_role_from_who_may_more_than_they_do(tea: World) -> None:
    hr = tea.member(a_role(tea, "member.read", "member.write", name="人事"))
    admin = tea.member(Role.ADMIN)

    with refused("forbidden"):
        remove_members(actor=hr, member_ids=[admin.id], now=NOON)
    with refused("forbidden"):
        change_role(actor=hr, member_ids=[tea.owner.id], role=a_role(tea, "member.read"), now=NOON)


def test_the_last_owner_stays_one(tea: World) -> None:
    with refused("member.last_owner"):
        change_role(actor=tea.owner, member_ids=[tea.owner.id], role=a_role(tea), now=NOON)


def test_a_role_that_somebody_has_is_not_removed(tea: World) -> None:
    role = a_role(tea)
    mei = tea.member(role)

    with refused("role.in_use"):
        remove_roles(actor=tea.owner, role_ids=[role], now=NOON)

    remove_members(actor=tea.owner, member_ids=[mei.id], now=NOON)
    assert remove_roles(actor=tea.owner, role_ids=[role], now=NOON) == 1
    with refused("role.missing"):
        change_role(actor=tea.owner, member_ids=[tea.member().id], role=role, now=NOON)


@pytest.mark.parametrize(
    ("name", "permissions", "code"),
    [
        (" ", READS, "role.name"),
        ("Agent", READS, "role.taken"),
        ("退换组", READS, "role.taken"),
        ("空", [], "role.permissions"),
        ("主人", ["workspace.own"], "role.permissions"),
        ("错字", ["conversation.raed"], "role.permissions"),
    ],
)
def test_a_role_that_makes_no_sense_is_refused(
    tea: World, name: str, permissions: list[str], code: str
) -> None:
    a_role(tea)

    with refused(code):
        define_role(actor=tea.owner, name=name, permissions=permissions, now=NOON)


def test_another_workspaces_role_is_not_there(tea: World) -> None:
    elsewhere = a_role(world("Another Shop"))

    with refused("role.missing"):
        change_role(actor=tea.owner, member_ids=[tea.member().id], role=elsewhere, now=NOON)
    with refused("role.missing"):
        join(
            workspace_id=tea.workspace_id, email="x@xiaoman.example", name="x", role=elsewhere,
            password=None, by="house:0", now=NOON,
        )  # fmt: skip


def test_the_list_says_who_has_each(tea: World) -> None:
    role = a_role(tea)
    tea.member(role, name="小梅")

    found = {row.name: row.holders for row in roles(actor=tea.owner)}

    assert found["退换组"] == ["小梅"]
    assert found["Owner"] == ["李工"]
    assert [m.role_name for m in members(actor=tea.owner)] == ["Owner", "退换组"]


def test_a_token_reaches_no_further_than_who_made_it(tea: World) -> None:
    role = a_role(tea, "conversation.read", "conversation.write", "token.write", reach=Reach.OWN)
    mei = tea.member(role)
    theirs, other = tea.conversations(2)
    _assign(tea, theirs, mei)

    shown = create_token(actor=mei, name="till", scopes=["conversation.read"], now=NOON).token
    machine = token_actor(shown)

    assert machine is not None
    assert [row.id for row in conversations(actor=machine)] == [theirs]
    assert other not in {hit.conversation_id for hit in search(actor=machine, text="壶盖")}


def _assign(tea: World, talk: int, to: Actor) -> None:
    assign(actor=tea.owner, conversation_ids=[talk], member_id=to.id, now=NOON)
