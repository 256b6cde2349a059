"""Fifty agents on one queue of five thousand, forty of them at once: all at work, nothing twice."""

from collections import defaultdict
from functools import partial
from random import Random

import pytest
from django.db import connection

from tests.make.together import together
from tests.make.world import NOON, World, world
from tongxin.center.kit.actor import Actor
from tongxin.center.timeline.models import Event
from tongxin.service.conversations.actions import resolve
from tongxin.service.conversations.models import Conversation
from tongxin.service.queues.actions import create, feed
from tongxin.service.team.actions import route, set_presence
from tongxin.service.team.values import State

AGENTS, AT_ONCE, WAITING = 50, 40, 5_000
EACH = 5  # chats that fill an agent's 100


def work(tea: World, agent: Actor, seed: int) -> None:
    """Come and go, settle what one has, and let the work be shared out after every change."""
    chance = Random(seed)
    for _turn in range(4):
        state = State.AWAY if chance.random() < 0.25 else State.ONLINE
        set_presence(actor=agent, state=state, now=NOON)
        route(workspace_ids=[tea.workspace_id], now=NOON)
        mine = Conversation.objects.filter(assignee_id=agent.id, resolved_at=None).order_by("pk")
        done = list(mine.values_list("pk", flat=True)[: chance.randrange(1, EACH + 1)])
        if done:
            resolve(actor=agent, conversation_ids=done, now=NOON)
            route(workspace_ids=[tea.workspace_id], now=NOON)
        connection.close()  # back to the pool, which has fewer than forty


def held_by(agents: list[Actor]) -> dict[int, int]:
    found = dict.fromkeys((agent.id for agent in agents), 0)
    here = Conversation.objects.filter(assignee_id__in=found, resolved_at=None)
    for assignee_id in here.values_list("assignee_id", flat=True):
        found[assignee_id or 0] += 1
    return found


@pytest.mark.django_db(transaction=True)
def test_fifty_agents_share_five_thousand_and_nobody_is_idle_or_overfull() -> None:
    tea = world()
    agents = [tea.member(name=f"Agent {n}") for n in range(AGENTS)]
    queue_id = create(actor=tea.owner, name="售后", member_ids=[a.id for a in agents], now=NOON)
    feed(actor=tea.owner, inbox_ids=[tea.inbox_id], queue_id=queue_id, now=NOON)
    for begin in range(0, WAITING, 500):
        tea.written([(f"visitor {begin + n}", "在吗") for n in range(500)])
    for agent in agents[AT_ONCE:]:
        set_presence(actor=agent, state=State.ONLINE, now=NOON)

    together([partial(work, tea, agent, n) for n, agent in enumerate(agents[:AT_ONCE])])

    # Everybody routed after what they changed, and routing takes turns: whoever came last saw it all.
    told = Event.objects.filter(kind="presence.changed").order_by("pk")
    last = {event.data["member_id"]: event.data["state"] for event in told}
    for member_id, many in held_by(agents).items():
        assert many <= EACH
        assert many == EACH or last.get(member_id) != State.ONLINE
    takers: dict[int, list[object]] = defaultdict(list)
    for event in Event.objects.filter(kind="conversation.assigned").order_by("pk"):
        assert event.data["before"] is None
        takers[event.data["conversation_id"]].append(event.data["member_id"])
    assert all(len(given) == 1 for given in takers.values())
    first = Conversation.objects.order_by("waiting_since", "pk").filter(resolved_at=None)
    served = first.filter(assignee__isnull=False).count()
    assert served == sum(held_by(agents).values())
    assert WAITING > len(takers) > AGENTS * EACH
