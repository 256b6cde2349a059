"""A view as a board: what stands where, and what a card gets where it is dropped."""

import re

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.desk.conftest import log_in
from tests.make.world import NOON, World
from tongxin.center.accounts.values import Role
from tongxin.center.kit.ids import public_id
from tongxin.service.conversations.actions import assign, resolve
from tongxin.service.views.actions import create
from tongxin.service.views.values import Group, Layout, Plan

_LANE = re.compile(r'<section class="lane" id="lane-([^"]+)"[^>]*?(?:data-sets="([^"]*)")?>')


def board(tea: World, group: Group = Group.NONE) -> str:
    plan = Plan(group=group, layout=Layout.BOARD)
    made = create(actor=tea.owner, name="进度", plan=plan, is_shared=True, now=NOON)
    return f"/desk/{public_id('view', made)}/"


def lanes(desk: Client, path: str) -> dict[str, str]:
    """What each column sets, by its key."""
    return dict(_LANE.findall(desk.get(path).content.decode()))


def cards(desk: Client, path: str, lane: str) -> set[str]:
    html = desk.get(path).content.decode().partition(f'id="cards-{lane}"')[2]
    return set(re.findall(r'data-id="(conv_\w+)"', html.partition("</section>")[0]))


def test_without_a_group_the_columns_are_the_statuses_the_empty_ones_too(
    tea: World, li: Client
) -> None:
    first, second = tea.conversations(2)
    resolve(actor=tea.owner, conversation_ids=[second], now=NOON)
    path = board(tea)

    assert lanes(li, path) == {
        "new": "", "open": "status=open", "waiting": "status=waiting", "on_hold": "status=on_hold",
        "resolved": "status=resolved",
    }  # fmt: skip
    assert cards(li, path, "new") == {public_id("conv", first)}
    assert cards(li, path, "resolved") == {public_id("conv", second)}
    assert cards(li, path, "open") == set()


def test_columns_of_owners_have_everybody_who_works_here(tea: World, li: Client) -> None:
    mine, free = tea.conversations(2)
    agent = tea.member()
    assign(actor=tea.owner, conversation_ids=[mine], member_id=tea.owner.id, now=NOON)
    path = board(tea, Group.ASSIGNEE)
    owner, other = public_id("mem", tea.owner.id), public_id("mem", agent.id)

    assert lanes(li, path) == {
        "nobody": "member=", owner: f"member={owner}", other: f"member={other}",
    }  # fmt: skip
    assert cards(li, path, owner) == {public_id("conv", mine)}
    assert cards(li, path, "nobody") == {public_id("conv", free)}


def test_who_only_looks_can_drop_nowhere(tea: World, client: Client) -> None:
    tea.conversations(1)
    path = board(tea)
    light = log_in(client, tea.member(Role.LIGHT))

    assert set(lanes(light, path).values()) == {""}


def test_a_board_asks_no_more_for_more_cards(tea: World, li: Client) -> None:
    path = board(tea)

    def statements(many: int) -> int:
        tea.conversations(many)
        li.get(path)
        with CaptureQueriesContext(connection) as asked:
            li.get(path)
        return len(asked)

    assert statements(1) == statements(30)
