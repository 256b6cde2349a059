"""The laws that hold for everything that is registered, whichever door it is called by."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from tests.laws.examples import EXAMPLES, LATER, Arguments
from tests.laws.state import Statements, facts, state, undone, unnumbered
from tests.make.world import World, world
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.idempotency import Answer, once
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import REGISTRY, Entry
from tongxin.center.timeline.models import Event
from tongxin.faces.developers.rest.writing import Writer

pytestmark = pytest.mark.django_db
EVERYONES = public_id("que", 0)  # every workspace has a queue that is called so
ALL = sorted(REGISTRY)
ACTIONS = [name for name in ALL if REGISTRY[name].kind == "action"]
QUERIES = [name for name in ALL if REGISTRY[name].kind == "query"]
MANY = [
    name
    for name in ACTIONS
    if next(iter(REGISTRY[name].arguments.model_fields), "").endswith("_ids")
]
BATCHES = [name for name in MANY if REGISTRY[name].needs != "person.self"]


def prepared(name: str, tea: World, many: int = 1) -> tuple[Actor, Arguments]:
    arguments = EXAMPLES[name].arguments(tea, many)
    return EXAMPLES[name].by(tea, arguments), arguments


def carry_out(name: str, actor: Actor, arguments: Arguments) -> Any:
    return REGISTRY[name].carry_out(actor, arguments, LATER)


def carry_out_or_refuse(name: str, actor: Actor, arguments: Arguments) -> Any:
    try:
        return carry_out(name, actor, arguments)
    except Refused as refused:
        return refused


def test_every_name_has_an_example() -> None:
    assert sorted(EXAMPLES) == ALL


@pytest.mark.parametrize("name", ALL)
def test_nobody_does_it_without_the_permission(name: str) -> None:
    actor, arguments = prepared(name, world())
    before = state()

    with pytest.raises(Refused) as refused:
        carry_out(name, replace(actor, permissions=frozenset()), arguments)

    assert refused.value.reason is Reason.FORBIDDEN
    assert state() == before


@pytest.mark.parametrize("name", ALL)
def test_another_workspace_is_neither_touched_nor_seen(name: str) -> None:
    actor, arguments = prepared(name, world(), 3)
    before = state()
    stranger = replace(actor, workspace_id=world("Another Shop").workspace_id)
    secrets = _public_ids(name, actor, arguments)

    with undone():
        answer = carry_out_or_refuse(name, stranger, arguments)

        after = state()
        assert {place: after.get(place) for place in before} == before
        assert isinstance(answer, Refused) or not secrets & ids_in(REGISTRY[name], answer)


@pytest.mark.parametrize("name", ALL)
def test_its_answer_can_be_served(name: str) -> None:
    actor, arguments = prepared(name, world(), 3)

    assert Writer(REGISTRY[name]).write(carry_out(name, actor, arguments))


@pytest.mark.parametrize("name", ACTIONS)
def test_the_second_call_changes_nothing(name: str) -> None:
    actor, arguments = prepared(name, world(), 3)
    entry = REGISTRY[name]

    def call() -> Any:
        if not EXAMPLES[name].new:
            return carry_out_or_refuse(name, actor, arguments)
        run = lambda: Answer(200, entry.answer.dump_json(carry_out(name, actor, arguments)))  # noqa: E731
        return once(scope=f"test {name}", key="k", request=b"", run=run)

    call()
    before = state()
    call()

    assert state() == before


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_equals_its_singles(name: str) -> None:
    actor, arguments = prepared(name, world(), 3)
    [many, *_] = REGISTRY[name].arguments.model_fields
    with undone():
        carry_out(name, actor, arguments)
        together = unnumbered()

    for one in arguments[many]:
        carry_out(name, actor, {**arguments, many: [one]})

    assert unnumbered() == together


@pytest.mark.parametrize("name", [*BATCHES, *QUERIES])
def test_the_number_of_statements_is_the_same_for_one_and_for_twenty(name: str) -> None:
    def statements(many: int) -> int:
        actor, arguments = prepared(name, world(), many)
        carry_out(name, *prepared(name, world()))  # what is asked once in a process is asked now
        counted = Statements()
        with connection.execute_wrapper(counted):
            carry_out(name, actor, arguments)
        return counted.count

    assert statements(1) == statements(20)


@pytest.mark.parametrize("name", ACTIONS)
def test_it_says_what_it_did_unless_it_is_quiet(name: str) -> None:
    actor, arguments = prepared(name, world())
    before = facts()

    carry_out(name, actor, arguments)

    said = Event.objects.order_by("-pk")[: facts() - before]
    assert all(event.workspace_id == actor.workspace_id for event in said)
    assert all(event.happened_at == LATER for event in said)
    assert bool(said) is not REGISTRY[name].quiet


def _public_ids(name: str, actor: Actor, arguments: Arguments) -> set[str]:
    """Return what the answer shows to those who may see it."""
    if REGISTRY[name].kind == "action":
        return set()
    return ids_in(REGISTRY[name], carry_out(name, actor, arguments))


def ids_in(entry: Entry, answer: Any) -> set[str]:
    found: set[str] = set()

    def look(value: Any) -> None:
        if isinstance(value, dict):
            for part in value.values():
                look(part)
        elif isinstance(value, list):
            for part in value:
                look(part)
        elif isinstance(value, str) and "_" in value and len(value) > 14:
            found.add(value)

    look(entry.answer.dump_python(answer, mode="json"))
    return found - {EVERYONES}
