"""What a conversation was about is asked at its end: never, maybe, or it must be said."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.make.world import NOON, World, world
from tongxin.center.attributes.actions import define
from tongxin.center.attributes.values import AttributeType, Thing
from tongxin.center.kit.refusals import Refused
from tongxin.service.conversations import actions
from tongxin.service.conversations.models import Conversation, WrapUp
from tongxin.service.conversations.queries import page_of, topics, wrap_ups
from tongxin.service.conversations.values import Asks, Status
from tongxin.service.views.actions import begin, work
from tongxin.service.views.queries import picked_by, problems
from tongxin.service.views.values import Deed, Filter, Plan, Target, Verb

LATER = NOON + timedelta(hours=1)


def topic(tea: World, name: str, parent_id: int | None = None) -> int:
    made: int = actions.create_topic(actor=tea.owner, name=name, parent_id=parent_id, now=NOON)
    return made


def asks(tea: World, asks: Asks, **more: Any) -> int:
    return actions.set_wrap_up(
        actor=tea.owner, inbox_ids=[tea.inbox_id], asks=asks, now=NOON, **more
    )


def wrap(tea: World, pk: int, **what: Any) -> int:
    return actions.wrap_up(actor=tea.owner, conversation_ids=[pk], now=LATER, **what)


def settle(tea: World, *ids: int) -> int:
    return actions.resolve(actor=tea.owner, conversation_ids=ids, now=LATER)


def settled_by(tea: World, pk: int, **status: Any) -> str:
    """Settle, by a status if one is named; return why that is refused."""
    does = partial(actions.set_status, **status) if status else actions.resolve
    with pytest.raises(Refused) as refused:
        does(actor=tea.owner, conversation_ids=[pk], now=LATER)
    return refused.value.code


class TestAsking:
    @pytest.mark.parametrize(
        ("how", "strict", "free"),
        [
            (Asks.NO, True, True),
            (Asks.MAY, True, True),
            (Asks.MUST, False, True),
            (Asks.MUST, True, False),
        ],
    )
    def test_only_where_it_is_strict_nothing_ends_without_it(
        self, tea: World, how: Asks, strict: bool, free: bool
    ) -> None:
        asks(tea, how, is_strict=strict)
        pk = tea.write("壶盖碎了").conversation_id
        if free:
            assert settle(tea, pk) == 1
            return
        for refused in (settled_by(tea, pk), settled_by(tea, pk, status=Status.RESOLVED)):
            assert refused == "wrap_up.required"
        wrap(tea, pk, topic_id=topic(tea, "破损"))
        assert settle(tea, pk) == 1

    def test_a_batch_settles_those_that_have_it(self, tea: World) -> None:
        asks(tea, Asks.MUST, is_strict=True)
        first, second = tea.conversations(2)
        wrap(tea, first, topic_id=topic(tea, "破损"))

        assert settle(tea, first, second) == 1
        assert Conversation.objects.get(pk=second).status == "new"

    def test_a_job_tells_which_lack_it(self, tea: World) -> None:
        asks(tea, Asks.MUST, is_strict=True)
        ids = tea.conversations(2)
        wrap(tea, ids[0], topic_id=topic(tea, "破损"))
        for deed in (Deed(Verb.RESOLVE), Deed(Verb.STATUS, status=Status.RESOLVED)):
            job_id = begin(actor=tea.owner, deed=deed, target=Target(tuple(ids)), now=LATER)
            work(now=LATER, job_id=job_id)
            found = problems(actor=tea.owner, job_id=job_id).items
            assert [(p.conversation_id, p.code) for p in found] == [(ids[1], "wrap_up.required")]

    def test_fields_are_attributes_that_there_are(self, tea: World) -> None:
        with pytest.raises(Refused) as refused:
            asks(tea, Asks.MAY, keys=["reason"])
        define(
            actor=tea.owner, thing=Thing.CONVERSATION, name="原因", type=AttributeType.TEXT,
            key="reason", now=NOON,
        )  # fmt: skip

        assert refused.value.code == "attribute.unknown"
        assert (asks(tea, Asks.MAY, keys=["reason"]), asks(tea, Asks.MAY, keys=["reason"])) == (
            1,
            0,
        )


class TestSaying:
    def test_topic_fields_and_words_are_kept_together(self, tea: World) -> None:
        define(
            actor=tea.owner, thing=Thing.CONVERSATION, name="原因", type=AttributeType.TEXT,
            key="reason", now=NOON,
        )  # fmt: skip
        pk, broken = tea.write("壶盖碎了").conversation_id, topic(tea, "破损")
        said = {"topic_id": broken, "attributes": {"reason": "运输"}, "text": "已补发壶盖"}
        changed = wrap(tea, pk, **said), wrap(tea, pk, **said)
        [row] = wrap_ups(actor=tea.owner, conversation_ids=[pk])

        assert changed == (1, 0)
        assert (row.topic_id, row.text, row.author) == (broken, "已补发壶盖", tea.owner.label)
        assert Conversation.objects.get().attributes == {"reason": "运输"}
        assert WrapUp.objects.count() == 1

    def test_neither_a_stranger_s_topic_nor_one_put_away_can_be_said(self, tea: World) -> None:
        pk, away = tea.write("壶盖碎了").conversation_id, topic(tea, "破损")
        actions.change_topic(
            actor=tea.owner, topic_id=away, name="破损", is_enabled=False, now=NOON
        )
        for topic_id in (away, topic(world("Another"), "破损")):
            with pytest.raises(Refused) as refused:
                wrap(tea, pk, topic_id=topic_id)
            assert refused.value.code == "topic.missing"

    def test_a_view_shows_a_topic_with_what_stands_below_it(self, tea: World) -> None:
        after = topic(tea, "售后")
        broken = topic(tea, "破损", after)
        lid = topic(tea, "壶盖", broken)
        ids = tea.conversations(3)
        wrap(tea, ids[0], topic_id=lid)
        wrap(tea, ids[1], topic_id=topic(tea, "售前"))

        for topic_id in (after, broken, lid):
            plan = Plan(Filter(topic_ids=(topic_id,)))
            page = page_of(actor=tea.owner, picked=picked_by(plan, NOON))
            assert [row.id for row in page.items] == [ids[0]]


class TestTree:
    def test_topics_stand_below_each_other_in_three_levels(self, tea: World) -> None:
        after = topic(tea, "售后")
        lid = topic(tea, "壶盖", topic(tea, "破损", after))
        with pytest.raises(Refused) as refused:
            topic(tea, "裂纹", lid)

        assert [row.path for row in topics(actor=tea.owner)] == [
            ("售后",), ("售后", "破损"), ("售后", "破损", "壶盖"),
        ]  # fmt: skip
        assert refused.value.code == "topic.depth"

    @pytest.mark.parametrize(
        ("name", "code"), [(" ", "topic.name"), ("x" * 61, "topic.name"), ("售后", "topic.exists")]
    )
    def test_a_name_is_short_and_there_once_below_its_parent(
        self, tea: World, name: str, code: str
    ) -> None:
        after = topic(tea, "售后")
        topic(tea, "售后", after)
        with pytest.raises(Refused) as refused:
            topic(tea, name)
        assert refused.value.code == code

    def test_what_stands_below_what_is_put_away_is_not_offered(self, tea: World) -> None:
        after = topic(tea, "售后")
        topic(tea, "破损", after)
        actions.change_topic(
            actor=tea.owner, topic_id=after, name="售后", is_enabled=False, now=NOON
        )

        assert topics(actor=tea.owner) == []
        assert len(topics(actor=tea.owner, with_disabled=True)) == 2
