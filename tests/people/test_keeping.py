"""Tags, blocks, consents and preferences of people."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.heard import heard
from tests.make.relaying import relayed
from tests.make.together import together
from tests.make.world import NOON, World, world
from tongxin.center.kit.refusals import Refused
from tongxin.center.people import actions
from tongxin.center.people.models import Consent
from tongxin.center.people.queries import allowed, consents, people, person, person_tags
from tongxin.center.people.rules import tag_of
from tongxin.center.people.values import Purpose, Way
from tongxin.center.timeline.models import Event
from tongxin.service.conversations.actions import receive
from tongxin.service.conversations.models import Conversation, Message
from tongxin.service.conversations.queries import counts
from tongxin.service.conversations.values import Status


@pytest.fixture
def tea(db: None) -> World:
    return world()


class TestTags:
    def test_they_have_groups_and_find_people(self, tea: World) -> None:
        mei, tom = (tea.write("你好", by=name).person_id for name in ("小梅", "Tom"))
        actions.tag(actor=tea.owner, person_ids=[mei], add=["等级：金卡", "送礼"], now=NOON)
        actions.tag(actor=tea.owner, person_ids=[mei, tom], add=["金卡"], now=NOON)

        assert person(actor=tea.owner, person_id=mei).tags == ["送礼", "金卡", "等级:金卡"]
        assert [row.id for row in people(actor=tea.owner, tag="等级:金卡")] == [mei]
        assert [row.id for row in people(actor=tea.owner, tag="金卡")] == [tom, mei]
        listed = [(row.label, row.people) for row in person_tags(actor=tea.owner)]
        assert listed == [("送礼", 1), ("金卡", 2), ("等级:金卡", 1)]

    def test_nothing_changes_where_nothing_is_new(self, tea: World) -> None:
        mei = tea.write("你好").person_id
        put = partial(actions.tag, actor=tea.owner, person_ids=[mei], now=NOON)

        assert [put(add=["a"]), put(add=["a"]), put(remove=["b"]), put(remove=["a"])] == [
            1,
            0,
            0,
            1,
        ]

    @given(st.text())
    def test_any_text_is_a_tag_or_none(self, text: str) -> None:
        try:
            tag = tag_of(text)
        except ValueError:
            return
        assert tag_of(str(tag)) == tag


class TestBlocking:
    @pytest.mark.django_db(transaction=True)
    def test_what_they_say_is_taken_nowhere_and_what_was_open_is_settled(self) -> None:
        tea = world()
        known = heard(tea, "壶盖碎了")
        [before] = receive(heard=[known], now=NOON)
        actions.block(actor=tea.owner, person_ids=[before.person_id], reason="辱骂", now=NOON)
        relayed()

        batch = [heard(tea, "回我！"), heard(tea, "你好", by="Tom")]
        [refused, taken] = receive(heard=batch, now=NOON)
        [again] = receive(heard=[known], now=NOON)

        assert (refused.is_blocked, taken.is_blocked, taken.is_fresh) == (True, False, True)
        assert again.message_id == before.message_id
        assert Message.objects.count() == 2
        assert Conversation.objects.get(pk=before.conversation_id).status == Status.RESOLVED
        assert counts(actor=tea.owner)["waiting"] == 1
        assert [row.id for row in people(actor=tea.owner, blocked=True)] == [before.person_id]

    def test_they_write_again_once_they_may(self, tea: World) -> None:
        mei = tea.write("你好").person_id
        turns = [
            actions.block(actor=tea.owner, person_ids=[mei], now=NOON),
            actions.block(actor=tea.owner, person_ids=[mei], now=NOON),
            actions.unblock(actor=tea.owner, person_ids=[mei], now=NOON),
            actions.unblock(actor=tea.owner, person_ids=[mei], now=NOON),
        ]

        assert turns == [1, 0, 1, 0]
        assert tea.write("又来了").is_fresh
        kinds = Event.objects.filter(subject=f"person:{mei}").order_by("pk")
        assert list(kinds.values_list("kind", flat=True))[-2:] == [
            "person.blocked",
            "person.unblocked",
        ]

    @pytest.mark.django_db(transaction=True)
    def test_whoever_is_blocked_while_they_write_is_in_no_queue(self) -> None:
        tea = world()
        mei = receive(heard=[heard(tea, "一")], now=NOON)[0].person_id
        writes = [partial(receive, heard=[heard(tea, f"第 {n} 句")], now=NOON) for n in range(39)]
        block = partial(actions.block, actor=tea.owner, person_ids=[mei], now=NOON)

        works: list[Callable[[], object]] = [*writes, block]
        together(works)
        relayed()

        assert counts(actor=tea.owner)["waiting"] == 0
        assert receive(heard=[heard(tea, "还在吗")], now=NOON)[0].is_blocked


class TestConsent:
    def say(
        self, tea: World, person_id: int, way: Way, granted: bool, proof: str = "会话 #1"
    ) -> int:
        return actions.record_consent(
            actor=tea.owner, person_ids=[person_id], way=way, purpose=Purpose.MARKETING,
            granted=granted, proof=proof, now=NOON,
        )  # fmt: skip

    def test_the_latest_word_counts_and_the_others_are_its_history(self, tea: World) -> None:
        mei = tea.write("你好").person_id
        said = [
            self.say(tea, mei, Way.EMAIL, granted=True),
            self.say(tea, mei, Way.EMAIL, granted=True),
            self.say(tea, mei, Way.EMAIL, granted=False, proof="退订链接"),
        ]

        assert said == [1, 0, 1]
        told = [(row.granted, row.is_current) for row in consents(actor=tea.owner, person_id=mei)]
        assert told == [(False, True), (True, False)]
        assert Consent.objects.count() == 2

    def test_one_way_counts_more_than_any(self, tea: World) -> None:
        mei, tom = (tea.write("你好", by=name).person_id for name in ("小梅", "Tom"))
        self.say(tea, mei, Way.ANY, granted=True)
        self.say(tea, mei, Way.SMS, granted=False)

        def may(way: Way) -> dict[int, bool]:
            return dict(allowed(person_ids=[mei, tom], way=way, purpose=Purpose.MARKETING))

        assert (may(Way.SMS), may(Way.EMAIL)) == ({mei: False}, {mei: True})
        assert not allowed(person_ids=[mei], way=Way.EMAIL, purpose=Purpose.RESEARCH)

    def test_a_word_needs_its_proof(self, tea: World) -> None:
        mei = tea.write("你好").person_id

        with pytest.raises(Refused) as refused:
            self.say(tea, mei, Way.SMS, granted=True, proof=" ")

        assert refused.value.code == "consent.proof"


def test_a_preference_is_kept_and_told_once(tea: World) -> None:
    mei = tea.write("你好").person_id
    prefer = partial(
        actions.prefer, actor=tea.owner, person_ids=[mei], language="zh", way=Way.WECHAT,
        quiet_from="22:00", quiet_until="08:00", now=NOON,
    )  # fmt: skip

    assert [prefer(), prefer()] == [1, 0]
    row = person(actor=tea.owner, person_id=mei)
    assert (row.language, row.preferred_way, row.quiet_from) == ("zh", Way.WECHAT, "22:00")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"language": "zh_CN!"}, "preference.language"),
        ({"quiet_from": "22:00"}, "preference.quiet"),
    ],
)
def test_a_preference_that_is_none(tea: World, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.prefer(actor=tea.owner, person_ids=[tea.write("你好").person_id], now=NOON, **given)

    assert refused.value.code == code
