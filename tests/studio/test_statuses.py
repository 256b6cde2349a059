"""Statuses, topics and what is asked at the end, as they are set up at the studio."""

import pytest
from django.test import Client

from tests.desk.conftest import log_in
from tests.make.world import NOON, World, world
from tongxin.center.kit.ids import public_id
from tongxin.service.channels.queries import inbox
from tongxin.service.conversations.actions import create_status, create_topic
from tongxin.service.conversations.queries import statuses, topics, wrap_up_forms
from tongxin.service.conversations.values import Asks, Status
from tongxin.service.replies.queries import macros

STATUS = {
    "category": "on_hold",
    "name": "等仓库",
    "shown": "核实中",
    "tint": "amber",
    "form_key": "k",
}


@pytest.fixture
def tea(db: None) -> World:
    return world()


@pytest.fixture
def li(tea: World, client: Client) -> Client:
    return log_in(client, tea.owner)


def page(li: Client, place: str) -> str:
    return li.get(place).content.decode()


def test_a_status_is_added_once_changed_and_moved(tea: World, li: Client) -> None:
    for _twice in range(2):
        assert li.post("/studio/statuses/", STATUS).status_code == 302
    other = create_status(actor=tea.owner, category=Status.ON_HOLD, name="等快递", now=NOON)
    [row, _other] = statuses(actor=tea.owner)
    here = f"/studio/statuses/{public_id('sts', row.id)}/"
    li.post(here, {**STATUS, "name": "等厂家", "is_default": "on", "is_enabled": "on"})
    li.post(f"/studio/statuses/{public_id('sts', other)}/move/", {"place": "1"})

    assert [(s.name, s.shown, s.is_default) for s in statuses(actor=tea.owner)] == [
        ("等快递", "", False), ("等厂家", "核实中", True),
    ]  # fmt: skip
    assert "等厂家" in page(li, "/studio/statuses/")


def test_a_name_that_is_there_is_refused_and_stays_in_the_form(tea: World, li: Client) -> None:
    li.post("/studio/statuses/", STATUS)
    answer = li.post("/studio/statuses/", {**STATUS, "form_key": "other"})

    assert answer.status_code == 422
    assert "已有同名状态" in answer.content.decode()
    assert 'id="name-new" name="name" value="等仓库"' in answer.content.decode()


def test_topics_grow_below_each_other(tea: World, li: Client) -> None:
    parent = create_topic(actor=tea.owner, name="售后", now=NOON)
    given = {"name": "破损", "parent": public_id("top", parent), "form_key": "k"}
    for _twice in range(2):
        assert li.post("/studio/topics/", given).status_code == 302
    broken = topics(actor=tea.owner)[-1]
    li.post(f"/studio/topics/{public_id('top', broken.id)}/", {"name": "破损件"})

    assert [row.path for row in topics(actor=tea.owner)] == [("售后",)]
    assert "破损件" in page(li, "/studio/topics/")


@pytest.mark.parametrize(
    ("given", "days"),
    [
        ({"reopen": "always", "days": "7"}, None),
        ({"reopen": "never", "days": "7"}, 0),
        ({"reopen": "within", "days": "30"}, 30),
    ],
)
def test_an_inbox_says_when_it_goes_on(
    tea: World, li: Client, given: dict[str, str], days: int | None
) -> None:
    li.post(f"/studio/inboxes/{public_id('inb', tea.inbox_id)}/reopening/", given)

    assert inbox(actor=tea.owner, inbox_id=tea.inbox_id).reopen_days == days


def test_an_inbox_says_what_it_asks_at_the_end(tea: World, li: Client) -> None:
    here = f"/studio/inboxes/{public_id('inb', tea.inbox_id)}/"
    li.post(f"{here}wrap-up/", {"asks": "must", "is_strict": "on"})
    [form] = wrap_up_forms(actor=tea.owner)

    assert (form.asks, form.is_strict) == (Asks.MUST, True)
    assert '<option value="must" selected>' in page(li, here)


def test_a_macro_may_end_with_a_status(tea: World, li: Client) -> None:
    made = create_status(actor=tea.owner, category=Status.ON_HOLD, name="等仓库", now=NOON)
    for status in (public_id("sts", made), "waiting"):
        li.post("/studio/macros/new/", {"name": status, "status": status, "form_key": status})
    steps = {row.name: row.steps[0] for row in macros(actor=tea.owner)}

    assert steps[public_id("sts", made)].status_id == made
    assert steps["waiting"].status is Status.WAITING
    assert "等仓库" in page(li, "/studio/macros/")
