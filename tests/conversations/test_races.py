"""An agent and a person act at the same moment: one goes first, and the other hears of it."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import TypeVar

import pytest
from django.db import connection, transaction

from tests.make.together import together
from tests.make.world import NOON, World, world
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.sql import rows
from tongxin.center.people.actions import claim_email
from tongxin.center.people.models import Person
from tongxin.center.people.values import Address
from tongxin.service.channels.actions import create_inbox
from tongxin.service.channels.models import Departure
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.channels.visitors import Claim
from tongxin.service.conversations.actions import (
    mail_unread,
    reopen,
    reply,
    resolve,
    start,
    welcome,
)
from tongxin.service.conversations.models import UNRESOLVED, Conversation, Message

MONTH = timedelta(days=30)
Verb = Callable[[World, int], object]
Answer = TypeVar("Answer")


@pytest.fixture
def tea(transactional_db: None) -> World:
    return world()


def settled(tea: World, by: str, *, many: int = 2) -> list[int]:
    """Return settled conversations of one person, a month apart, the oldest first."""
    talks = []
    for month in range(many):
        talks.append(tea.write("壶盖碎了", by=by, at=NOON + month * MONTH).conversation_id)
        resolve(actor=tea.owner, conversation_ids=talks[-1:], now=NOON + month * MONTH)
    return talks


def take_up(tea: World, conversation_id: int) -> object:
    return reopen(actor=tea.owner, conversation_ids=[conversation_id], now=NOON + MONTH)


def answer(tea: World, conversation_id: int) -> object:
    return reply(actor=tea.owner, conversation_ids=[conversation_id], text="补发了", now=NOON)


def attempted(verb: Callable[[], object]) -> str:
    """Return how it went: done, or refused with this code."""
    try:
        verb()
    except Refused as refused:
        return refused.code
    return "done"


@pytest.mark.parametrize("verb", [take_up, answer])
@pytest.mark.parametrize("later", [timedelta(hours=1), 2 * MONTH], ids=["goes on", "begins"])
def test_taking_up_an_older_matter_as_the_person_writes_is_done_or_refused(
    tea: World, verb: Verb, later: timedelta
) -> None:
    for round_ in range(8):
        by = f"visitor {round_}"
        old, _last = settled(tea, by)

        went, written = together([
            partial(attempted, partial(verb, tea, old)),
            partial(attempted, partial(tea.write, "又碎了", by=by, at=NOON + MONTH + later)),
        ])  # fmt: skip

        assert went in {"done", "conversation.has_newer"}
        assert written == "done"
        assert Conversation.objects.filter(UNRESOLVED, subject__startswith="壶").count() <= 1
        Conversation.objects.update(status="resolved", resolved_at=NOON)


def test_two_agents_who_take_up_two_matters_of_one_person_open_one(tea: World) -> None:
    for round_ in range(8):
        old, last = settled(tea, f"visitor {round_}")

        went = together([partial(attempted, partial(take_up, tea, one)) for one in (old, last)])

        assert sorted(went) == ["conversation.has_newer", "done"]


@pytest.mark.parametrize("verb", [take_up, answer])
def test_taking_up_waits_for_whoever_begins_at_the_same_endpoint(tea: World, verb: Verb) -> None:
    [old] = settled(tea, "小梅", many=1)
    address = Address("webchat", f"小梅-{tea.inbox_id}")

    with ThreadPoolExecutor(1) as elsewhere, transaction.atomic():
        start(actor=tea.owner, inbox_id=tea.inbox_id, address=address, text="您好", now=NOON)
        went = elsewhere.submit(by_another, lambda: attempted(lambda: verb(tea, old)))
        wait_until_somebody_waits()

    assert went.result(20) == "conversation.has_newer"


def test_forty_who_write_first_to_one_stranger_begin_one_conversation(tea: World) -> None:
    address = Address("webchat", f"stranger-{tea.inbox_id}")

    def write(number: int) -> int:
        said = start(
            actor=tea.owner, inbox_id=tea.inbox_id, address=address, text=f"您好 {number}", now=NOON
        )
        return said.conversation_id

    went = together([partial(write, number) for number in range(40)])

    [talk] = Conversation.objects.all()
    assert went == [talk.pk] * 40
    assert Message.objects.filter(conversation=talk).count() == 40
    assert Person.objects.filter(workspace_id=tea.workspace_id).count() == 1


def test_forty_who_begin_at_once_number_without_gaps(tea: World) -> None:
    leaf = world("Leaf")

    def write(number: int) -> None:
        here = (tea, leaf)[number % 2]
        address = Address("webchat", f"stranger {number}")
        start(actor=here.owner, inbox_id=here.inbox_id, address=address, text="您好", now=NOON)

    together([partial(write, number) for number in range(40)])

    for here in (tea, leaf):
        mine = Conversation.objects.filter(workspace_id=here.workspace_id)
        assert sorted(mine.values_list("number", flat=True)) == list(range(1, 21))


def test_a_log_in_waits_for_whoever_begins_at_the_account_s_endpoint(tea: World) -> None:
    inbox = inboxes_by_id(inbox_ids=[tea.inbox_id])[tea.inbox_id]
    tea.write("壶盖碎了", by="stranger")
    stranger = Address("webchat", f"stranger-{tea.inbox_id}")
    account = Address("external", "mei")
    welcome(inbox=inbox, claim=Claim("mei", "", ""), visitor=None, now=NOON)

    with ThreadPoolExecutor(1) as elsewhere, transaction.atomic():
        start(actor=tea.owner, inbox_id=tea.inbox_id, address=account, text="您好", now=NOON)
        went = elsewhere.submit(
            by_another,
            lambda: welcome(inbox=inbox, claim=Claim("mei", "", ""), visitor=stranger, now=NOON),
        )
        wait_until_somebody_waits()

    assert went.result(20).person_id == Conversation.objects.latest("pk").person_id


def by_another(work: Callable[[], Answer]) -> Answer:
    try:
        return work()
    finally:
        connection.close()


def wait_until_somebody_waits() -> None:
    """Wait until another connection is stopped by what this one holds."""
    waiting = (
        "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    )
    until = time.monotonic() + 10
    while rows(waiting) == [(0,)] and time.monotonic() < until:
        time.sleep(0.02)


def test_many_workers_mail_what_is_unread_once(tea: World) -> None:
    chat = tea.write("壶盖碎了")
    settings = {"address": "help@xiaoman.example", "smtp_host": "mail.example"}
    create_inbox(actor=tea.owner, channel="email", name="邮箱", settings=settings, now=NOON)
    claim_email(
        workspace_id=tea.workspace_id, person_id=chat.person_id, email="mei@post.example", now=NOON
    )
    reply(actor=tea.owner, conversation_ids=[chat.conversation_id], text="已补发", now=NOON)

    gone = together([partial(mail_unread, now=NOON + timedelta(minutes=5))] * 40)

    assert sum(gone) == 1
    assert Departure.objects.count() == 1
