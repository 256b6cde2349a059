"""Newcomers are asked for once at the service; what it vouches for makes two records one person."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conversations.test_hearing import Box
from tests.make.relaying import relayed
from tests.make.world import NOON
from tests.plugins.faulty import Faulty, installed
from tongxin.center.people.models import Identity, Person
from tongxin.sdk import Address, Arrival, Batch, Unreachable
from tongxin.service.conversations.actions import hear_calls
from tongxin.service.conversations.models import Conversation, Message

UNION = Address("wechat_unionid", "U1")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Address]:
    """Whom the service was asked about; it knows their names, and that all are one person."""
    seen: list[Address] = []

    def introduce(_channel: Faulty, sender: Address) -> tuple[Address, ...]:
        seen.append(sender)
        return (Address(sender.kind, sender.value, "苏禾"), UNION)

    monkeypatch.setattr(Faulty, "introduce", introduce, raising=False)
    return seen


@pytest.fixture
def box(transactional_db: None, tmp_path: Path) -> Iterator[Box]:
    with installed(tmp_path, ""):
        yield Box()


def writes(box: Box, name: str, sender: str = "u1", **more: object) -> None:
    arrival = Arrival(name, Address("faulty", sender), "在吗", NOON, **more)  # type: ignore[arg-type]
    box.call(name.encode(), Batch([arrival]))
    hear_calls(now=NOON)


def test_a_newcomer_gets_their_name_and_is_asked_for_once(box: Box, asked: list[Address]) -> None:
    writes(box, "1")
    writes(box, "2")

    assert [one.value for one in asked] == ["u1"]
    assert Person.objects.get().name == "苏禾"
    assert Identity.objects.filter(kind=UNION.kind).exclude(verified_at=None).count() == 1


def test_whoever_is_the_same_elsewhere_goes_on_as_one_person(
    box: Box, asked: list[Address]
) -> None:
    writes(box, "1", "u1")
    writes(box, "2", "u2")
    relayed()

    [stays] = Person.objects.filter(merged_into=None)
    assert set(Conversation.objects.values_list("person_id", flat=True)) == {stays.pk}


def test_a_service_that_says_nothing_keeps_nobody_waiting(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    def introduce(_channel: Faulty, sender: Address) -> tuple[Address, ...]:
        raise Unreachable("away")

    monkeypatch.setattr(Faulty, "introduce", introduce, raising=False)
    writes(box, "1")

    assert Message.objects.get().text == "在吗"


def test_what_cannot_be_noted_loses_no_message(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "tongxin.service.conversations.actions.introducing.vouch", lambda **_: 1 / 0
    )
    writes(box, "1", also=(UNION,))

    assert Message.objects.count() == 1


def test_what_a_message_itself_vouches_for_is_noted(box: Box) -> None:
    writes(box, "1", also=(UNION, Address("phone", "+8613800138000")))

    kinds = (
        Identity.objects.exclude(verified_at=None).order_by("kind").values_list("kind", flat=True)
    )
    assert list(kinds) == ["faulty", "phone", "wechat_unionid"]
