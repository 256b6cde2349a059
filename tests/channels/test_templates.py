"""A vendor is asked for its templates; what it does not approve any more is gone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.make.templates import by_whatsapp
from tests.make.world import NOON, World
from tests.plugins.graphapi import GraphApi
from tests.plugins.standin import Vendor, vendor
from tongxin.center.kit.refusals import Refused
from tongxin.center.timeline.models import Event
from tongxin.service.channels.actions import Refresher, fetch_templates
from tongxin.service.channels.models import Inbox, Template
from tongxin.service.channels.queries import templates, templates_at


@pytest.fixture
def service(settings: Any) -> Iterator[Vendor]:
    settings.TRUSTS_OWN_NETWORK = True
    with vendor() as runs:
        yield runs


@pytest.fixture
def graph(service: Vendor) -> GraphApi:
    service.answer = made = GraphApi(service.address)
    return made


def told(name: str, text: str, language: str = "en") -> dict[str, Any]:
    parts = [{"type": "BODY", "text": text}]
    return {"name": name, "language": language, "status": "APPROVED", "components": parts}


def test_what_is_approved_is_kept_and_found_again(
    tea: World, service: Vendor, graph: GraphApi
) -> None:
    inbox_id = by_whatsapp(tea, at=service.address)
    graph.templates += [
        told("sent", "Hi {{1}}"),
        told("sent", "您好 {{1}}", "zh_CN"),
        told("late", "Sorry"),
    ]
    assert templates_at(inbox_id=inbox_id) is None

    assert fetch_templates(actor=tea.owner, inbox_id=inbox_id, now=NOON) == 3

    before = {(t.key, t.language): t.id for t in templates(actor=tea.owner, inbox_id=inbox_id)}
    graph.templates[:] = [
        told("sent", "Hello {{1}}, {{2}}"),
        told("x" * 600, "Hi"),
        told("new", "Hi\x00!"),
    ]
    assert fetch_templates(actor=tea.owner, inbox_id=inbox_id, now=NOON) == 2

    after = {(t.key, t.language): t for t in templates(actor=tea.owner, inbox_id=inbox_id)}
    assert set(after) == {("sent", "en"), ("new", "en")}
    sent = after["sent", "en"]
    assert (sent.id, sent.text, list(sent.holes)) == (
        before["sent", "en"],
        "Hello {{1}}, {{2}}",
        ["1", "2"],
    )
    assert after["new", "en"].text == "Hi!"
    assert templates_at(inbox_id=inbox_id) == NOON
    facts = Event.objects.filter(kind="inbox.templates_fetched").order_by("pk")
    assert [fact.data["count"] for fact in facts] == [3, 2]


def test_what_was_kept_stays_where_the_vendor_does_not_answer(
    tea: World, service: Vendor, graph: GraphApi
) -> None:
    inbox_id = by_whatsapp(tea, at=service.address)
    graph.templates.append(told("sent", "Hi"))
    fetch_templates(actor=tea.owner, inbox_id=inbox_id, now=NOON)
    service.answer = lambda _asked: (500, b"")

    with pytest.raises(Refused):
        fetch_templates(actor=tea.owner, inbox_id=inbox_id, now=NOON)

    assert Template.objects.filter(inbox_id=inbox_id).count() == 1


def test_a_channel_without_any_has_none(tea: World) -> None:
    assert fetch_templates(actor=tea.owner, inbox_id=tea.inbox_id, now=NOON) == 0
    assert templates(actor=tea.owner, inbox_id=tea.inbox_id) == []


def test_vendors_are_asked_again_by_themselves_and_not_all_the_time(
    tea: World, service: Vendor, graph: GraphApi
) -> None:
    inbox_id = by_whatsapp(tea, at=service.address)
    graph.templates.append(told("sent", "Hi"))
    hour, refresher = timedelta(hours=1), Refresher()
    asked = [refresher.ask(now=NOON + n * hour) for n in range(26)]

    assert asked == [1, *[0] * 23, 1, 0]
    assert templates_at(inbox_id=inbox_id) == NOON + 24 * hour
    [fact, _other] = Event.objects.filter(kind="inbox.templates_fetched")
    assert fact.actor == "house:0"


def test_who_does_not_answer_is_asked_an_hour_later_and_stops_no_other(
    tea: World, service: Vendor, graph: GraphApi
) -> None:
    by_whatsapp(tea, at="https://nowhere.invalid")
    off = by_whatsapp(tea, at=service.address)
    Inbox.objects.filter(pk=off).update(enabled=False)
    by_whatsapp(tea, at=service.address)
    refresher, minute = Refresher(), timedelta(minutes=1)

    assert refresher.ask(now=NOON) == 1
    service.answer = lambda _asked: (500, b"")
    asked = [refresher.ask(now=NOON + n * minute) for n in (1, 59, 60, 24 * 60, 24 * 60 + 59)]
    assert asked == [0] * 5
    service.answer = graph
    assert refresher.ask(now=NOON + timedelta(hours=25)) == 1
