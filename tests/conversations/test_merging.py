"""Conversations are merged and split, and it can be undone: every row is back as it was."""

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.laws.state import state, undone
from tests.make.together import together
from tests.make.world import NOON, World, world
from tongxin.center.kit.actor import Reach
from tongxin.center.kit.refusals import Refused
from tongxin.center.people import actions as people
from tongxin.center.people.values import Address
from tongxin.service.channels.actions import create_inbox
from tongxin.service.channels.models import Inbox
from tongxin.service.conversations import actions, queries
from tongxin.service.conversations.models import Conversation, Draft, Message, Regrouping
from tongxin.service.conversations.values import Caution, Kind, Regroup, Status

LATER = NOON + timedelta(hours=1)
LAST = NOON + timedelta(hours=2)


@pytest.fixture
def tea(db: None) -> World:
    return world()


@pytest.fixture
def two(tea: World) -> tuple[int, int]:
    """小梅 and Tom write; the first is answered."""
    mei, tom = tea.written([("小梅", "壶盖碎了"), ("Tom", "The lid broke")])
    say(tea, mei.conversation_id, "抱歉，马上换。")
    return mei.conversation_id, tom.conversation_id


def say(tea: World, conversation_id: int, text: str, **more: Any) -> int:
    [message_id] = actions.reply(
        actor=tea.owner, conversation_ids=[conversation_id], text=text, now=NOON, **more
    )
    return message_id


def merge(tea: World, source: int, target: int) -> int:
    return actions.merge(actor=tea.owner, conversation_ids=[source], into_id=target, now=LATER)


def undo(tea: World, regrouping_id: int = 0) -> int:
    """Undo something, or else what was done last."""
    found = Regrouping.objects.filter(undone_at=None).order_by("-pk")
    done = found.get(pk=regrouping_id) if regrouping_id else found[0]
    verb = actions.unmerge if done.kind == Regroup.MERGE else actions.unsplit
    return verb(actor=tea.owner, regrouping_id=done.pk, now=LAST)


def refusal(work: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused, transaction.atomic():
        work()
    return refused.value.code


def texts(tea: World, conversation_id: int) -> list[str]:
    found = queries.thread(actor=tea.owner, conversation_id=conversation_id)
    return [m.text for m in found.messages]


def address(tea: World, name: str) -> Address:
    return Address("webchat", f"{name}-{tea.inbox_id}")


def read_by(tea: World, name: str) -> list[str]:
    return [m.text for m in queries.said(inbox_id=tea.inbox_id, address=address(tea, name))]


class TestMerging:
    def test_messages_come_in_the_order_they_were_said_and_keep_their_origin(
        self, tea: World, two: tuple[int, int]
    ) -> None:
        mei, tom = two
        tea.write("还在吗", by="小梅")

        assert merge(tea, tom, mei) == 1

        thread = queries.thread(actor=tea.owner, conversation_id=mei)
        assert [(m.text, m.origin_id) for m in thread.messages] == [
            ("壶盖碎了", None), ("The lid broke", tom), ("抱歉，马上换。", None), ("还在吗", None),
        ]  # fmt: skip
        [origin] = thread.origins
        assert (origin.id, origin.person_name, origin.is_merged) == (tom, "Tom", True)
        assert thread.facts[-1].kind == "conversation.merged"

    def test_old_ids_and_numbers_lead_to_where_it_went(
        self, tea: World, two: tuple[int, int]
    ) -> None:
        mei, tom = two
        number = Conversation.objects.get(pk=tom).number
        merge(tea, tom, mei)

        assert queries.thread(actor=tea.owner, conversation_id=tom).conversation.id == mei
        found = queries.found_by_name(actor=tea.owner, text=f"#{number}")
        assert [row.id for row in found] == [mei]
        assert [row.id for row in queries.conversations(actor=tea.owner)] == [mei]
        actions.tag(actor=tea.owner, conversation_ids=[tom], add=["破损"], now=LATER)
        assert queries.thread(actor=tea.owner, conversation_id=mei).conversation.tags == ("破损",)

    def test_who_writes_on_in_it_is_heard_where_it_went_along_a_chain(self, tea: World) -> None:
        ids = tea.conversations(4)
        for source, target in ((0, 1), (1, 2), (2, 3)):
            merge(tea, ids[source], ids[target])
        received = tea.write("还在吗？", by="visitor 0")

        assert received.conversation_id == ids[0]  # as they know it
        message = Message.objects.get(pk=received.message_id)
        assert (message.conversation_id, message.origin_id) == (ids[3], ids[0])
        assert Conversation.objects.filter(merged_into=ids[3]).count() == 3
        row = queries.thread(actor=tea.owner, conversation_id=ids[3]).conversation
        assert (row.unanswered, row.last_text) == (5, "还在吗？")

    def test_who_merges_into_one_from_which_it_came_makes_no_ring(
        self, tea: World, two: tuple[int, int]
    ) -> None:
        merge(tea, two[0], two[1])

        assert merge(tea, two[1], two[0]) == 0
        assert refusal(lambda: merge(tea, two[0], two[0])) == "merge.self"
        assert queries.thread(actor=tea.owner, conversation_id=two[0]).conversation.id == two[1]

    def test_whoever_waits_in_either_waits_in_it(self, tea: World) -> None:
        [early] = tea.written([("小梅", "在吗")])
        [late] = tea.written([("Tom", "Hello?")], at=LATER)
        say(tea, late.conversation_id, "Hello!")
        actions.resolve(actor=tea.owner, conversation_ids=[late.conversation_id], now=LATER)
        merge(tea, early.conversation_id, late.conversation_id)

        row = queries.thread(actor=tea.owner, conversation_id=late.conversation_id).conversation
        assert (row.status, row.waiting_since, row.unanswered) == (Status.NEW, NOON, 1)

    def test_several_are_merged_at_once(self, tea: World) -> None:
        target, *sources = tea.conversations(4)

        assert (
            actions.merge(actor=tea.owner, conversation_ids=sources, into_id=target, now=LATER) == 3
        )
        assert len(texts(tea, target)) == 4

    def test_what_is_over_there_goes_along_into_the_older_one(self, tea: World) -> None:
        """The commonest: what a person began anew belongs to what they began before."""
        old = tea.write("壶盖碎了").conversation_id
        actions.resolve(actor=tea.owner, conversation_ids=[old], now=NOON)
        Conversation.objects.filter(pk=old).update(resolved_at=NOON - timedelta(days=90))
        set_never_reopening(tea)
        new = tea.write("又碎了").conversation_id
        before = rows_of_conversations()
        merge(tea, new, old)
        row = queries.thread(actor=tea.owner, conversation_id=old).conversation
        with undone():
            on = tea.write("在吗")
        undo(tea)

        assert new != old
        assert (row.status, row.unanswered) == (Status.NEW, 1)
        assert Message.objects.filter(pk=on.message_id).count() == 0
        assert rows_of_conversations() == before

    def test_it_is_not_opened_beside_another(self, tea: World) -> None:
        old = tea.write("壶盖碎了").conversation_id
        actions.resolve(actor=tea.owner, conversation_ids=[old], now=NOON)
        set_never_reopening(tea)
        tea.write("又碎了")
        other = tea.write("Hello", by="Tom").conversation_id

        assert refusal(lambda: merge(tea, other, old)) == "conversation.has_newer"

    def test_both_must_be_within_reach(self, tea: World, two: tuple[int, int]) -> None:
        tom = tea.member()
        actions.assign(actor=tea.owner, conversation_ids=[two[0]], member_id=tom.id, now=NOON)
        actions.assign(actor=tea.owner, conversation_ids=[two[1]], member_id=tea.owner.id, now=NOON)
        own = replace(tom, reach=Reach.OWN)
        go = partial(actions.merge, actor=own, now=NOON)

        assert go(conversation_ids=[two[1]], into_id=two[0]) == 0
        assert (
            refusal(lambda: go(conversation_ids=[two[0]], into_id=two[1])) == "conversation.missing"
        )

    def test_what_to_think_of_is_told_before(self, tea: World, two: tuple[int, int]) -> None:
        tom = tea.member()
        actions.assign(actor=tea.owner, conversation_ids=[two[1]], member_id=tom.id, now=NOON)
        actions.resolve(actor=tea.owner, conversation_ids=[two[0]], now=NOON)
        look = partial(queries.merge_preview, actor=tea.owner)

        preview = look(conversation_id=two[1], into_id=two[0])
        swapped = look(conversation_id=two[0], into_id=two[1])

        assert preview.cautions == [Caution.PEOPLE, Caution.OWNERS, Caution.RESOLVED]
        assert (preview.messages, swapped.messages) == (1, 2)
        assert (swapped.stays, swapped.leaves) == (preview.leaves, preview.stays)
        merge(tea, *two)
        assert refusal(lambda: look(conversation_id=two[0], into_id=two[1])) == "merge.self"

    def test_the_same_bulk_answer_in_both_is_no_obstacle(
        self, tea: World, two: tuple[int, int]
    ) -> None:
        actions.reply(
            actor=tea.owner, conversation_ids=list(two), text="在。", client_id="c", now=NOON
        )
        merge(tea, two[1], two[0])

        assert texts(tea, two[0]).count("在。") == 2
        again = actions.reply(
            actor=tea.owner, conversation_ids=list(two), text="在。", client_id="c", now=NOON
        )
        assert len(again) == 1
        assert undo(tea) == 1


class TestPeopleWhoDiffer:
    def test_each_reads_only_what_was_said_to_them(self, tea: World, two: tuple[int, int]) -> None:
        mei, tom = two
        merge(tea, tom, mei)
        say(tea, mei, "壶盖已寄出。")
        say(tea, tom, "Yours is on its way.")
        tea.write("Thanks", by="Tom")
        say(tea, mei, "不客气。")

        assert read_by(tea, "小梅") == ["壶盖碎了", "抱歉，马上换。", "壶盖已寄出。", "不客气。"]
        assert read_by(tea, "Tom") == ["The lid broke", "Yours is on its way.", "Thanks"]

    def test_how_it_stands_is_told_to_both(self, tea: World, two: tuple[int, int]) -> None:
        merge(tea, two[1], two[0])
        actions.resolve(actor=tea.owner, conversation_ids=[two[0]], now=LATER)

        visits = [
            queries.visit(inbox_id=tea.inbox_id, address=address(tea, name))
            for name in ("小梅", "Tom")
        ]

        assert [v and v.status for v in visits] == [Status.RESOLVED] * 2
        assert [v and v.conversation_id for v in visits] == list(two)
        assert [v and v.place_id for v in visits] == [two[0]] * 2

    def test_one_person_is_answered_where_they_wrote_last(self, tea: World) -> None:
        shop = create_inbox(actor=tea.owner, channel="webchat", name="门店", now=NOON)
        first, other = tea.written([("小梅", "你好"), ("Mei", "Hi")])
        people.merge(
            actor=tea.owner, person_ids=[other.person_id], into_id=first.person_id, now=NOON
        )
        actions.follow_merges(person_ids=[first.person_id, other.person_id])
        Conversation.objects.filter(pk=other.conversation_id).update(inbox_id=shop)
        merge(tea, other.conversation_id, first.conversation_id)

        to_other = Message.objects.get(pk=say(tea, first.conversation_id, "Hi"))
        tea.write("还是这边", by="小梅")
        to_first = Message.objects.get(pk=say(tea, first.conversation_id, "好"))

        assert (to_other.origin_id, to_other.inbox_id) == (other.conversation_id, shop)
        assert (to_first.origin_id, to_first.inbox_id) == (None, tea.inbox_id)

    def test_reading_is_noted_for_ones_own_only(self, tea: World, two: tuple[int, int]) -> None:
        mei, tom = two
        to_mei = Message.objects.get(conversation=mei, kind=Kind.OUT)
        merge(tea, tom, mei)
        to_tom = say(tea, tom, "Yours is on its way.")
        reader = Conversation.objects.get(pk=tom).person_id
        actor = replace(tea.owner, kind="person", id=reader, permissions=frozenset({"person.self"}))

        actions.read(actor=actor, conversation_ids=[tom], upto=to_tom, now=LATER)

        to_mei.refresh_from_db()
        assert (to_mei.state, Message.objects.get(pk=to_tom).state) == ("sent", "read")


class TestUnmerging:
    def test_what_was_said_since_stays_with_whose_endpoint_it_was(
        self, tea: World, two: tuple[int, int]
    ) -> None:
        mei, tom = two
        merge(tea, tom, mei)
        tea.write("Any news?", by="Tom")
        tea.write("谢谢", by="小梅")
        actions.note(actor=tea.owner, conversation_ids=[mei], text="都在等", now=LATER)
        undo(tea)

        assert texts(tea, tom) == ["The lid broke", "Any news?"]
        assert texts(tea, mei) == ["壶盖碎了", "抱歉，马上换。", "谢谢", "都在等"]
        rows = {row.id: row for row in queries.conversations(actor=tea.owner)}
        assert [(rows[pk].unanswered, rows[pk].last_text) for pk in two] == [
            (1, "谢谢"), (2, "Any news?"),
        ]  # fmt: skip

    def test_what_was_done_last_is_undone_first(self, tea: World) -> None:
        first, second, third = tea.conversations(3)
        merge(tea, first, second)
        earlier = Regrouping.objects.get().pk
        merge(tea, second, third)

        assert refusal(lambda: undo(tea, earlier)) == "regrouping.later"
        told = queries.regroupings(actor=tea.owner, conversation_id=third)
        assert [(row.other_id, row.undoable) for row in told] == [(second, True)]
        assert (undo(tea), undo(tea)) == (1, 1)
        again = actions.unmerge(actor=tea.owner, regrouping_id=earlier, now=LAST)
        assert again == 0

    def test_what_somebody_changed_since_stays(self, tea: World, two: tuple[int, int]) -> None:
        mei, tom = two
        merge(tea, tom, mei)
        actions.resolve(actor=tea.owner, conversation_ids=[mei], now=LATER)
        undo(tea)

        rows = {row.id: row for row in queries.conversations(actor=tea.owner)}
        assert (rows[mei].status, rows[tom].status) == (Status.RESOLVED, Status.NEW)

    def test_beside_what_was_begun_meanwhile_it_is_back_at_the_side(
        self, tea: World, two: tuple[int, int]
    ) -> None:
        mei, tom = two
        merge(tea, tom, mei)
        actions.resolve(actor=tea.owner, conversation_ids=[mei], now=NOON)
        set_never_reopening(tea)
        newer = tea.write("Me again", by="Tom").conversation_id
        undo(tea)

        assert newer not in two
        assert tea.write("Hello?", by="Tom").conversation_id == newer
        row = queries.thread(actor=tea.owner, conversation_id=tom).conversation
        assert (row.status, row.id) == (Status.NEW, tom)

    def test_a_draft_and_a_wrap_up_come_along_and_go_back(
        self, tea: World, two: tuple[int, int]
    ) -> None:
        mei, tom = two
        actions.save_draft(actor=tea.owner, conversation_id=tom, text="Dear Tom", now=NOON)
        merge(tea, tom, mei)
        there = queries.drafts(actor=tea.owner, conversation_id=mei)
        undo(tea)

        assert there == {False: "Dear Tom"}
        assert Draft.objects.get().conversation_id == tom

    def test_whoever_is_killed_in_between_has_done_nothing(
        self, tea: World, two: tuple[int, int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def killed(*_given: Any) -> None:
            raise ConnectionError

        before = rows_of_conversations()
        for place in ("merging.record", "merging.move_all", "merging.write"):
            with monkeypatch.context() as patch:
                patch.setattr(f"tongxin.service.conversations.actions.{place}", killed)
                with pytest.raises(ConnectionError), transaction.atomic():
                    merge(tea, *two)

        assert rows_of_conversations() == before


class TestSplitting:
    def test_messages_that_were_chosen_go_on_by_themselves(self, tea: World) -> None:
        whole = tea.write("壶盖碎了").conversation_id
        lost = tea.write("还有，杯子没收到")
        say(tea, whole, "壶盖马上换。")
        own = split(tea, whole, lost.message_id)

        assert (texts(tea, whole), texts(tea, own)) == (
            ["壶盖碎了", "壶盖马上换。"], ["还有，杯子没收到"],
        )  # fmt: skip
        thread = queries.thread(actor=tea.owner, conversation_id=own)
        row = thread.conversation
        assert (row.status, row.unanswered, row.subject) == (Status.NEW, 1, "还有，杯子没收到")
        assert [(link.id, link.came_by) for link in thread.links] == [(whole, "split")]
        assert row.assignee_id == tea.owner.id
        assert [m.origin_id for m in thread.messages] == [whole]
        assert read_by(tea, "小梅") == ["壶盖碎了", "还有，杯子没收到", "壶盖马上换。"]

    def test_what_the_person_writes_next_belongs_to_the_first_as_long_as_it_is_open(
        self, tea: World
    ) -> None:
        whole = tea.write("壶盖碎了").conversation_id
        own = split(tea, whole, tea.write("杯子没收到").message_id)
        first = tea.write("好的").conversation_id
        actions.resolve(actor=tea.owner, conversation_ids=[whole], now=NOON)
        then = tea.write("杯子到了").conversation_id

        assert (first, then) == (whole, own)

    def test_what_waited_is_counted_where_it_is_now(self, tea: World) -> None:
        whole = tea.write("壶盖碎了").conversation_id
        say(tea, whole, "马上换。")
        lost = tea.write("杯子没收到", at=LATER)
        own = split(tea, whole, lost.message_id)

        rows = {row.id: row for row in queries.conversations(actor=tea.owner)}
        assert (rows[whole].status, rows[whole].waiting_since) == (Status.WAITING, None)
        assert (rows[own].status, rows[own].waiting_since) == (Status.NEW, LATER)
        assert rows[whole].last_text == "马上换。"

    def test_nothing_everything_or_anothers_message_is_refused(
        self, tea: World, two: tuple[int, int]
    ) -> None:
        [first, *_] = Message.objects.filter(conversation=two[0]).values_list("pk", flat=True)
        everything = Message.objects.filter(conversation=two[0]).values_list("pk", flat=True)
        theirs = Message.objects.get(conversation=two[1]).pk

        codes = [
            refusal(partial(split, tea, two[0], *ids))
            for ids in ([], everything, [first, theirs], [2**62])
        ]

        assert codes == ["split.empty", "split.all", "message.missing", "message.missing"]

    def test_what_was_said_in_the_part_comes_back(self, tea: World) -> None:
        whole = tea.write("壶盖碎了").conversation_id
        own = split(tea, whole, tea.write("杯子没收到").message_id)
        say(tea, own, "杯子在路上。")
        actions.tag(actor=tea.owner, conversation_ids=[own], add=["丢失"], now=LATER)
        undo(tea)

        assert texts(tea, own) == ["壶盖碎了", "杯子没收到", "杯子在路上。"]
        assert queries.thread(actor=tea.owner, conversation_id=own).conversation.tags == ("丢失",)
        assert read_by(tea, "小梅") == texts(tea, whole)


def test_what_went_aside_for_another_comes_back_when_that_is_over_again(tea: World) -> None:
    set_never_reopening(tea)
    old = tea.write("旧的", by="visitor 1").conversation_id
    actions.resolve(actor=tea.owner, conversation_ids=[old], now=NOON)
    new = tea.write("新的", by="visitor 1").conversation_id
    others = [tea.write("别的", by=f"visitor {n}").conversation_id for n in (2, 3)]
    merge(tea, new, others[0])
    merge(tea, others[1], old)
    first, second = Regrouping.objects.order_by("pk").values_list("pk", flat=True)

    undo(tea, first)
    beside = Conversation.objects.get(pk=new).is_side
    undo(tea, second)

    assert beside
    assert not Conversation.objects.get(pk=new).is_side
    assert tea.write("还在吗", by="visitor 1").conversation_id == new


STEP = st.tuples(st.sampled_from(["merge", "split", "undo"]), st.integers(0, 7), st.integers(0, 7))


class TestManyTimes:
    """Ten sequences in each world; TONGXIN_WORLDS=100 tries a thousand."""

    @settings(
        max_examples=int(os.environ.get("TONGXIN_WORLDS", "8")), deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )  # fmt: skip
    @given(sequences=st.lists(st.lists(STEP, max_size=7), min_size=10, max_size=10))
    @pytest.mark.django_db
    def test_any_merges_and_splits_undone_restore_every_row(
        self, sequences: list[list[tuple[str, int, int]]]
    ) -> None:
        with undone():
            tea, before = world_at_work()
            for steps in sequences:
                for verb, one, other in steps:
                    step(tea, verb, one, other)
                    check_standing()
                while Regrouping.objects.filter(undone_at=None).exists():
                    undo(tea)

                assert rows_of_conversations() == before


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_forty_that_merge_both_ways_end_in_one(self) -> None:
        tea = world()
        ids = tea.conversations(4)
        works = [partial(merge, tea, ids[n % 4], ids[(n + 1 + n // 4 % 3) % 4]) for n in range(40)]

        merged = sum(together(works))

        assert merged == 3
        place = Conversation.objects.get(merged_into=None).pk
        assert len(texts(tea, place)) == 4
        assert {
            queries.thread(actor=tea.owner, conversation_id=pk).conversation.id for pk in ids
        } == {place}

    def test_nothing_is_lost_that_comes_in_meanwhile(self) -> None:
        tea = world()
        ids = tea.conversations(4)
        writing: list[Callable[[], Any]] = [
            partial(tea.write, f"{n}", by=f"visitor {n % 4}") for n in range(30)
        ]
        merging: list[Callable[[], Any]] = [
            partial(merge, tea, ids[n], ids[n + 1]) for n in (0, 1, 2)
        ]
        saying: list[Callable[[], Any]] = [partial(say, tea, ids[n], "在") for n in (0, 1, 2)]

        together([*writing, *merging, *saying])

        stays = Conversation.objects.get(merged_into=None)
        assert len(texts(tea, stays.pk)) == 37
        assert stays.last_message_id == Message.objects.latest("pk").pk
        assert not Message.objects.exclude(conversation=stays).exists()


def split(tea: World, conversation_id: int, *message_ids: int) -> int:
    return actions.split(
        actor=tea.owner, conversation_id=conversation_id, message_ids=message_ids, now=LATER
    )


def set_never_reopening(tea: World) -> None:
    Inbox.objects.filter(pk=tea.inbox_id).update(reopen_days=0)


def world_at_work() -> tuple[World, Any]:
    """Conversations of five people, in all the states there are, with all that belongs to them."""
    tea = world()
    said = [(f"visitor {n % 5}", f"第 {n} 句") for n in range(10)]
    ids = list(dict.fromkeys(r.conversation_id for r in tea.written(said)))
    Conversation.objects.filter(pk__in=ids).update(attributes={"reason": "broken"})
    Conversation.objects.filter(pk=ids[0]).update(attributes={})
    for n, pk in enumerate(ids):
        actions.tag(actor=tea.owner, conversation_ids=[pk], add=["破损", f"t{n % 2}"], now=NOON)
        actions.note(actor=tea.owner, conversation_ids=[pk], text="备注", now=NOON)
        if n % 2:
            actions.save_draft(actor=tea.owner, conversation_id=pk, text=f"草稿{n}", now=NOON)
            say(tea, pk, f"答 {n}", client_id="same")
    tea.write("还有", by="visitor 3")
    actions.snooze(actor=tea.owner, conversation_ids=ids[2:3], until=LAST, now=NOON)
    actions.resolve(actor=tea.owner, conversation_ids=ids[4:], now=NOON)
    set_never_reopening(tea)
    tea.write("又来", by="visitor 4")
    return tea, rows_of_conversations()


def step(tea: World, verb: str, one: int, other: int) -> None:
    places = list(Conversation.objects.filter(merged_into=None).order_by("pk"))
    source, target = places[one % len(places)].pk, places[other % len(places)].pk
    try:
        with transaction.atomic():
            if verb == "merge":
                merge(tea, source, target)
            elif verb == "split":
                there = Message.objects.filter(conversation=source).order_by("pk")
                split(tea, source, *there.values_list("pk", flat=True)[other % 3 :: 2])
            elif done := list(Regrouping.objects.filter(undone_at=None).order_by("pk")):
                undo(tea, done[one % len(done)].pk)
    except Refused as refused:
        assert refused.code in {  # noqa: PT017
                "merge.self", "conversation.has_newer", "split.all", "split.empty", "regrouping.later",
            }  # fmt: skip


def check_standing() -> None:
    """Nothing stands in what was merged away, and nothing leads to what was."""
    gone = Conversation.objects.exclude(merged_into=None)
    assert not Message.objects.filter(conversation__in=gone).exists()
    assert not gone.filter(merged_into__in=gone).exists()


def rows_of_conversations() -> dict[Any, Any]:
    """Return every row but those of splits that were undone, which lead to where they came from.

    A fence only grows: who read a conversation before it was merged is late after that was undone.
    """
    parts = set(Regrouping.objects.filter(kind="split").values_list("source", flat=True))
    return {
        place: {name: value for name, value in row.items() if name != "fence"}
        for place, row in state().items()
        if place[0].startswith("conversations.")
        and place[0] not in {"conversations.regrouping", "conversations.numbering"}
        and not (place[0] == "conversations.conversation" and place[1] in parts)
    }
