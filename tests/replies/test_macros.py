"""Macros: several steps by one click, and what became of each conversation."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.world import NOON, World
from tongxin.center.accounts.values import Role
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.refusals import Refused
from tongxin.service.conversations.actions import create_status, resolve
from tongxin.service.conversations.models import Conversation, Message, Tagging
from tongxin.service.conversations.values import Status
from tongxin.service.replies.actions import archive_canned, create_canned, create_macro, run_macro
from tongxin.service.replies.queries import macros
from tongxin.service.replies.rules import ordered
from tongxin.service.replies.values import Do, Step


def canned(tea: World, text: str = "您好{{person.name}}") -> int:
    return create_canned(
        actor=tea.owner, name="x", shortcut="x", bodies={"zh-hans": text}, shared=True, now=NOON
    )


def made(actor: Actor, *steps: Step, shared: bool = True) -> int:
    return create_macro(actor=actor, name="换货", steps=steps, shared=shared, now=NOON)


@given(steps=st.lists(st.sampled_from([
    Step(Do.REPLY, canned_id=1), Step(Do.TAG, tags=("x",)), Step(Do.UNTAG, tags=("x",)),
    Step(Do.ASSIGN), Step(Do.SNOOZE), Step(Do.RESOLVE), Step(Do.REPLY), Step(Do.TAG),
    Step(Do.SNOOZE, hours=0), Step(Do.SNOOZE, hours=10**6),
])))  # fmt: skip
def test_steps_are_taken_in_one_order_or_make_no_sense(steps: list[Step]) -> None:
    kinds = [step.do for step in steps]
    try:
        taken = ordered(steps)
    except ValueError:
        return
    assert sorted(map(repr, taken)) == sorted(map(repr, steps))
    assert [step.do for step in taken] == [do for do in Do if do in kinds]
    assert taken
    assert not {Do.SNOOZE, Do.RESOLVE} <= set(kinds)


def test_every_step_is_taken_in_every_conversation(tea: World) -> None:
    pk = made(
        tea.owner, Step(Do.RESOLVE), Step(Do.REPLY, canned_id=canned(tea)),
        Step(Do.TAG, tags=("换货", "破损")), Step(Do.ASSIGN),
    )  # fmt: skip
    ids = [r.conversation_id for r in tea.written([("小梅", "碎了"), ("陈立", "也碎了")])]

    outcomes = run_macro(actor=tea.owner, conversation_ids=ids, macro_id=pk, now=NOON)

    assert [(o.conversation_id, o.done) for o in outcomes] == [(ids[0], True), (ids[1], True)]
    assert sorted(Message.objects.filter(kind="out").values_list("text", flat=True)) == [
        "您好小梅",
        "您好陈立",
    ]
    assert {(c.status, c.assignee_id) for c in Conversation.objects.all()} == {
        ("resolved", tea.owner.id)
    }
    assert set(Conversation.objects.values_list("last_text", flat=True)) == {"您好小梅", "您好陈立"}
    assert Tagging.objects.count() == 4


def test_where_one_step_cannot_be_taken_none_is_and_it_says_why(tea: World) -> None:
    pk = made(tea.owner, Step(Do.REPLY, canned_id=canned(tea)), Step(Do.RESOLVE))
    named, unnamed = (r.conversation_id for r in tea.written([("小梅", "碎了"), ("x", "碎了")]))
    Conversation.objects.get(pk=unnamed).person.__class__.objects.filter(name="x").update(name="")
    old = tea.write("壶", by="孙老师").conversation_id
    resolve(actor=tea.owner, conversation_ids=[old], now=NOON)
    tea.write("又碎了", by="孙老师", at=NOON.replace(month=12, day=20))

    outcomes = run_macro(
        actor=tea.owner, conversation_ids=[named, unnamed, old, 10**9], macro_id=pk, now=NOON
    )

    assert {o.conversation_id: o.code for o in outcomes} == {
        named: "", unnamed: "message.unfilled", old: "conversation.has_newer",
        10**9: "conversation.missing",
    }  # fmt: skip
    assert Conversation.objects.get(pk=unnamed).status == "new"
    assert Message.objects.filter(kind="out").count() == 1


def test_a_macro_may_put_it_on_hold(tea: World) -> None:
    status_id = create_status(actor=tea.owner, category=Status.ON_HOLD, name="等仓库", now=NOON)
    pk = made(
        tea.owner, Step(Do.REPLY, canned_id=canned(tea)), Step(Do.STATUS, status_id=status_id)
    )
    run_macro(
        actor=tea.owner, conversation_ids=[tea.write("碎了").conversation_id], macro_id=pk, now=NOON
    )
    kept = Conversation.objects.get()

    assert (kept.status, kept.label_id, kept.last_text) == ("on_hold", status_id, "您好小梅")


@pytest.mark.parametrize(
    "step",
    [
        Step(Do.STATUS),
        Step(Do.STATUS, status=Status.NEW),
        Step(Do.STATUS, status=Status.OPEN, status_id=1),
    ],
)
def test_a_status_that_means_nothing_is_refused(tea: World, step: Step) -> None:
    with pytest.raises(Refused) as refused:
        made(tea.owner, step)
    assert refused.value.code == "macro.steps"


def test_a_repetition_replies_once(tea: World) -> None:
    pk = made(tea.owner, Step(Do.REPLY, canned_id=canned(tea)))
    mine = [tea.write("碎了").conversation_id]

    for _twice in range(2):
        run_macro(actor=tea.owner, conversation_ids=mine, macro_id=pk, client_id="m", now=NOON)

    assert Message.objects.filter(kind="out").count() == 1


def test_what_it_replies_with_may_be_gone_by_then(tea: World) -> None:
    words = canned(tea)
    pk = made(tea.owner, Step(Do.REPLY, canned_id=words))
    archive_canned(actor=tea.owner, canned_ids=[words], now=NOON)

    with pytest.raises(Refused) as refused:
        run_macro(actor=tea.owner, conversation_ids=tea.conversations(1), macro_id=pk, now=NOON)

    assert refused.value.code == "canned.missing"


def test_nobody_does_by_a_macro_what_they_may_not_do(tea: World) -> None:
    pk = made(tea.owner, Step(Do.ASSIGN, member_id=tea.owner.id))
    tom = tea.member(Role.AGENT)
    limited = replace(tom, permissions=tom.permissions - {"conversation.assign"})

    with pytest.raises(Refused):
        run_macro(actor=limited, conversation_ids=tea.conversations(1), macro_id=pk, now=NOON)
    with pytest.raises(Refused):
        made(tom, Step(Do.RESOLVE))
    made(tom, Step(Do.RESOLVE), shared=False)
    assert (len(macros(actor=tom)), len(macros(actor=tea.owner))) == (2, 1)
