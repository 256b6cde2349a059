"""The log as evidence: linked in order, proved whole, broken by whoever changes something."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from tests.make.relaying import settle
from tests.make.world import NOON, World, world
from tongxin.center.accounts.actions import change_workspace
from tongxin.center.accounts.models import Member, User
from tongxin.center.accounts.values import Role
from tongxin.center.kit.refusals import Refused
from tongxin.center.timeline.actions import export, forget, set_retention
from tongxin.center.timeline.chain import chain
from tongxin.center.timeline.models import Event, Link
from tongxin.center.timeline.queries import audit, verified

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AFTER = NOON + timedelta(days=60)


@pytest.fixture
def tea() -> World:
    """A shop in which something happened, all of it linked."""
    tea = world()
    tea.conversations(3)
    link_all()
    return tea


def link_all() -> None:
    """Link everything, once no transaction of another test holds it back."""
    settle()
    while chain():
        pass


def run(statement: str, *values: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_every_fact_is_linked_once_in_a_chain_of_its_workspace(tea: World) -> None:
    other = world("Another Shop")
    link_all()

    for shop in (tea, other):
        here = Link.objects.filter(workspace_id=shop.workspace_id).order_by("number")
        facts = Event.objects.filter(workspace_id=shop.workspace_id)
        assert [link.number for link in here] == list(range(1, facts.count() + 1))
        assert {link.event_id for link in here} == set(facts.values_list("pk", flat=True))
        assert verified(actor=shop.owner).is_intact
    assert chain() == 0


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE timeline_event SET actor = 'member:99' WHERE id = %s",
        "UPDATE timeline_event SET data = data || '{\"x\": 1}' WHERE id = %s",
        "UPDATE timeline_event SET happened_at = happened_at - interval '1 second' WHERE id = %s",
        "DELETE FROM timeline_event WHERE id = %s",
    ],
)
def test_a_fact_that_was_changed_breaks_the_chain_where_it_was(tea: World, forgery: str) -> None:
    link = Link.objects.get(workspace_id=tea.workspace_id, number=4)

    run(forgery, link.event_id)

    verdict = verified(actor=tea.owner)
    assert (verdict.is_intact, verdict.broken_at) == (False, 4)


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE timeline_link SET digest = '' WHERE number = 2",
        "UPDATE timeline_link SET removed_at = now() WHERE number = 2",
        "DELETE FROM timeline_link WHERE number = 2",
    ],
)
def test_the_database_refuses_to_change_a_link(tea: World, forgery: str) -> None:
    with pytest.raises(DatabaseError, match="written once"):
        run(forgery)


def test_a_link_taken_out_past_the_guard_is_missed(tea: World) -> None:
    run("ALTER TABLE timeline_link DISABLE TRIGGER link_stays")
    run("DELETE FROM timeline_link WHERE number = 2")
    run("ALTER TABLE timeline_link ENABLE TRIGGER link_stays")

    assert verified(actor=tea.owner).broken_at == 3


def test_old_facts_go_where_a_workspace_says_so_and_the_chain_still_holds(tea: World) -> None:
    before = verified(actor=tea.owner).links

    set_retention(actor=tea.owner, days=45, now=LONG_AFTER)
    gone = forget(now=LONG_AFTER)
    link_all()

    verdict = verified(actor=tea.owner)
    assert gone == verdict.forgotten == before
    assert verdict.is_intact
    told = [row.kind for row in audit(actor=tea.owner)]
    assert told == ["audit.forgotten", "audit.retention_changed"]


def test_nothing_goes_where_nobody_said_so(tea: World) -> None:
    assert forget(now=LONG_AFTER) == 0


def test_the_log_is_read_by_who_what_when_and_about_what(tea: World) -> None:
    change_workspace(
        actor=tea.owner, name="小满", language="en", time_zone="UTC", now=NOON + timedelta(days=1)
    )
    link_all()

    by = [row.kind for row in audit(actor=tea.owner, by=tea.owner.label)]
    assert by == ["workspace.changed", "inbox.created"]
    assert {row.kind for row in audit(actor=tea.owner, kind="member")} == {"member.added"}
    late = audit(actor=tea.owner, since=NOON + timedelta(hours=1))
    assert [row.kind for row in late] == ["workspace.changed"]
    about = f"member:{tea.owner.id}"
    assert [row.kind for row in audit(actor=tea.owner, about_what=about)] == ["member.added"]
    assert len(audit(actor=tea.owner, limit=2).items) == 2


def test_taking_a_copy_is_a_fact_too(tea: World) -> None:
    rows = export(actor=tea.owner, kind="conversation", now=NOON)
    link_all()

    assert [row.kind for row in rows] == ["conversation.opened"] * 3
    [told] = audit(actor=tea.owner, kind="audit").items
    assert (told.kind, told.data["rows"]) == ("audit.exported", 3)


def test_agents_read_no_log(tea: World) -> None:
    with pytest.raises(Refused, match="forbidden"):
        audit(actor=tea.member(Role.AGENT))


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_copy_is_a_file(tea: World, client: Client, form: str) -> None:
    user = User.objects.get(pk=Member.objects.get(pk=tea.owner.id).user_id)
    client.force_login(user)

    response = client.post(f"/studio/audit/{form}/?kind=inbox")

    text = response.content.decode("utf-8-sig")
    assert response["Content-Disposition"] == f'attachment; filename="audit.{form}"'
    if form == "jsonl":
        [row] = map(json.loads, text.splitlines())
        assert row["kind"] == "inbox.created"
    else:
        assert text.splitlines()[0].startswith("number,happened_at,actor,kind")
        assert len(text.splitlines()) == 2
    assert Event.objects.filter(kind="audit.exported").count() == 1
