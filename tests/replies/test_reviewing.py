"""Four eyes: what is offered for review is sent by nobody but a colleague."""

from dataclasses import fields
from datetime import timedelta

from tests.make.world import NOON, World
from tongxin.center.kit.actor import Actor
from tongxin.center.timeline.models import Event
from tongxin.center.timeline.values import Delivered
from tongxin.service.conversations.models import Message
from tongxin.service.notices.handlers import call_for_decisions
from tongxin.service.notices.queries import notices
from tongxin.service.replies.actions import (
    approve,
    cancel,
    give_back,
    interrupt,
    offer_review,
    release,
    release_due,
    reschedule,
    schedule,
)
from tongxin.service.replies.queries import held

LATER = NOON + timedelta(hours=1)


def offered(tea: World, by: Actor, reviewer: Actor | None = None) -> int:
    mine = tea.write("能便宜点吗").conversation_id
    return offer_review(
        actor=by, conversation_ids=[mine], text="九折",
        reviewer_id=reviewer.id if reviewer else None, now=NOON,
    )[0]  # fmt: skip


def hear() -> None:
    """Let the bell hear what happened, as the relay would."""
    columns = [field.name for field in fields(Delivered)]
    kinds = ["reply.offered", "reply.returned", "reply.interrupted"]
    happened = Event.objects.filter(kind__in=kinds).order_by("pk").values_list(*columns)
    call_for_decisions([Delivered(*row) for row in happened])


def why(member: Actor) -> list[str]:
    return [row.about.value for row in notices(actor=member)]


def test_what_is_approved_leaves_as_its_author_s(tea: World) -> None:
    tom = tea.member()
    pk = offered(tea, tom, tea.owner)
    assert release_due(now=LATER) == 0

    assert approve(actor=tea.owner, held_ids=[pk], now=LATER) == 1
    assert approve(actor=tea.owner, held_ids=[pk], now=LATER) == 0

    assert release_due(now=LATER) == 1
    assert Message.objects.get(kind="out").author == tom.label


def test_nobody_approves_their_own_nor_what_is_not_theirs_to_review(tea: World) -> None:
    tom, anna = tea.member(), tea.member()
    own = offered(tea, tea.owner)
    asked = offered(tea, tom, anna)

    assert approve(actor=tea.owner, held_ids=[own], now=LATER) == 0
    assert approve(actor=tom, held_ids=[own, asked], now=LATER) == 0
    assert approve(actor=anna, held_ids=[own, asked], now=LATER) == 1


def test_what_waits_for_a_colleague_leaves_by_no_other_door(tea: World) -> None:
    pk = offered(tea, tea.member())

    assert release(actor=tea.owner, held_ids=[pk], now=LATER) == 0
    assert reschedule(actor=tea.owner, held_ids=[pk], at=LATER + timedelta(days=1), now=LATER) == 0
    assert release_due(now=LATER) == 0
    assert cancel(actor=tea.owner, held_ids=[pk], now=LATER) == [pk]


def test_what_is_returned_comes_back_with_a_remark(tea: World) -> None:
    tom = tea.member()
    pk = offered(tea, tom)

    assert give_back(actor=tea.owner, held_ids=[pk], remark="九五折", now=LATER) == 1

    [row] = held(actor=tom)
    assert (row.state, row.remark) == ("returned", "九五折")
    assert approve(actor=tea.owner, held_ids=[pk], now=LATER) == 0
    assert cancel(actor=tom, held_ids=[pk], now=LATER) == [pk]


def test_who_decides_is_called_and_who_wrote_it_hears_the_answer(tea: World) -> None:
    tom, anna = tea.member(), tea.member()
    offered(tea, tom, anna)
    pk = offered(tea, tom)
    give_back(actor=tea.owner, held_ids=[pk], remark="九五折", now=LATER)

    hear()

    assert (why(anna), why(tea.owner), why(tom)) == (["review"], ["review"], ["returned"])


def test_whoever_scheduled_words_is_called_when_the_person_overtakes_them(tea: World) -> None:
    tom, mine = tea.member(), tea.write("什么时候到货").conversation_id
    schedule(actor=tom, conversation_ids=[mine], text="到了", at=LATER, now=NOON)
    tea.write("不用了")
    interrupt(conversation_ids=[mine], now=NOON)

    hear()

    assert why(tom) == ["asking"]
