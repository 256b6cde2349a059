"""Who reaches only their own conversations meets no other, whichever name they call."""

from dataclasses import replace
from typing import Any

import pytest

from tests.laws.examples import EXAMPLES
from tests.laws.state import State, state
from tests.laws.test_laws import carry_out, carry_out_or_refuse, ids_in, prepared
from tests.make.world import World, world
from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.kit.registry import REGISTRY
from tongxin.service.conversations.models import Conversation

pytestmark = pytest.mark.django_db
OF_CONVERSATIONS = ("conversations.", "replies.held")
ELSEWHERE = 2**40  # a queue that nobody here is in
# People act in their own conversations, by a door of their own; a notice is given to one by name.
OF_WORKSPACES = {  # words for all conversations, which are nobody's
    "conversations.statuslabel", "conversations.topic", "conversations.wrapupform",
}  # fmt: skip
APART = {"person.self"}
CALLED = {"notice.list", "notice.read", "notice.read_about", "notice.count"}
NAMES = sorted(n for n in REGISTRY if REGISTRY[n].needs not in APART and n not in CALLED)
ACTIONS = [name for name in NAMES if REGISTRY[name].kind == "action"]
QUERIES = [name for name in NAMES if REGISTRY[name].kind == "query"]


def limited(actor: Actor, tea: World, has_all: bool = False, reach: Reach = Reach.OWN) -> Actor:
    """Let every conversation be this actor's, or else a colleague's."""
    has = actor.member_id if has_all else tea.member(name="Anna").id
    Conversation.objects.update(assignee=has, queue_id=ELSEWHERE)
    return replace(actor, reach=reach)


def of_conversations() -> State:
    found = state().items()
    return {
        place: row
        for place, row in found
        if place[0].startswith(OF_CONVERSATIONS) and place[0] not in OF_WORKSPACES
    }


def talks_in(name: str, answer: Any) -> set[str]:
    entry = REGISTRY[name]
    return {found for found in ids_in(entry, answer) if found.startswith(("conv_", "msg_"))}


@pytest.mark.parametrize("name", ACTIONS)
@pytest.mark.parametrize("reach", [Reach.OWN, Reach.OPEN, Reach.TEAM])
def test_no_verb_changes_a_colleagues_conversation(name: str, reach: Reach) -> None:
    tea = world()
    actor, arguments = prepared(name, tea, 3)
    actor = limited(actor, tea, reach=reach)
    before = of_conversations()

    carry_out_or_refuse(name, actor, arguments)

    after = of_conversations()
    assert {place: after.get(place) for place in before} == before


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("reach", [Reach.OWN, Reach.OPEN, Reach.TEAM])
def test_no_question_shows_a_colleagues_conversation(name: str, reach: Reach) -> None:
    tea = world()
    actor, arguments = prepared(name, tea, 3)
    actor = limited(actor, tea, reach=reach)

    answer = carry_out_or_refuse(name, actor, arguments)

    assert isinstance(answer, Exception) or not talks_in(name, answer)


@pytest.mark.parametrize("name", QUERIES)
def test_ones_own_conversations_are_seen_as_ever(name: str) -> None:
    if name in {"person.timeline", "set_aside.list"}:  # there it is not known whose those are
        return
    tea = world()
    actor, arguments = prepared(name, tea, 3)
    own = limited(actor, tea, has_all=True)

    seen = talks_in(name, carry_out(name, own, arguments))

    assert seen == talks_in(name, carry_out(name, actor, arguments))


@pytest.mark.parametrize("name", ["conversation.resolve", "conversation.note", "conversation.tag"])
def test_what_nobody_has_yet_can_be_taken_up_where_the_role_says_so(name: str) -> None:
    tea = world()
    actor, arguments = prepared(name, tea)

    assert not carry_out(name, replace(actor, reach=Reach.OWN), arguments)
    assert carry_out(name, replace(actor, reach=Reach.OPEN), arguments)


@pytest.mark.parametrize("name", ["conversation.resolve", "conversation.note", "conversation.tag"])
def test_what_is_in_ones_queues_can_be_worked_on_where_the_role_says_so(name: str) -> None:
    tea = world()
    actor, arguments = prepared(name, tea)
    narrow = limited(actor, tea, reach=Reach.TEAM)

    assert not carry_out(name, narrow, arguments)
    assert carry_out(name, replace(narrow, queues=(ELSEWHERE,)), arguments)


@pytest.mark.parametrize("name", QUERIES)
def test_the_conversations_of_ones_queues_are_seen_as_ever(name: str) -> None:
    if name in {"person.timeline", "set_aside.list"}:  # there it is not known whose those are
        return
    tea = world()
    actor, arguments = prepared(name, tea, 3)
    narrow = replace(limited(actor, tea, reach=Reach.TEAM), queues=(ELSEWHERE,))

    seen = talks_in(name, carry_out(name, narrow, arguments))

    assert seen == talks_in(name, carry_out(name, actor, arguments))


def test_every_name_about_conversations_has_an_example_here() -> None:
    about = [n for n in REGISTRY if n.startswith(("conversation.", "message.", "held.", "draft."))]
    assert set(about) <= set(EXAMPLES)
