"""Statuses in a workspace's own words over fixed categories, and what happens after the end."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.together import together
from tests.make.world import NOON, World, world
from tongxin.center.accounts.models import Member
from tongxin.center.kit.refusals import Refused
from tongxin.center.people.values import Address
from tongxin.center.timeline.models import Event
from tongxin.service.channels.actions import set_reopening
from tongxin.service.conversations import actions
from tongxin.service.conversations.models import Conversation, StatusLabel
from tongxin.service.conversations.queries import by_ids, counts, statuses, thread, visit
from tongxin.service.conversations.rules import Clock, clock_in, reopens
from tongxin.service.conversations.values import Status, Tint
from tongxin.service.team.actions import requeue, set_presence
from tongxin.service.team.values import State

SOON = NOON + timedelta(minutes=5)
DAY = timedelta(days=1)


def made(tea: World, name: str, category: Status = Status.ON_HOLD, **more: Any) -> int:
    return actions.create_status(actor=tea.owner, category=category, name=name, now=NOON, **more)


def put(tea: World, pk: int, at: datetime = SOON, **what: Any) -> int:
    return actions.set_status(actor=tea.owner, conversation_ids=[pk], now=at, **what)


def only(**which: Any) -> Conversation:
    return Conversation.objects.get(**which)


def shown(tea: World) -> str:
    found = visit(inbox_id=tea.inbox_id, address=Address("webchat", f"小梅-{tea.inbox_id}", ""))
    assert found is not None
    return found.status_shown


class TestChoosing:
    def test_on_hold_rests_the_waiting_clock_until_it_is_open_again(self, tea: World) -> None:
        said = tea.write("壶盖碎了")
        put(tea, said.conversation_id, status_id=made(tea, "等仓库"))
        held = only()
        put(tea, said.conversation_id, status=Status.OPEN)
        back = only()

        assert (held.status, held.waiting_since, held.unanswered) == ("on_hold", None, 1)
        assert (back.status, back.waiting_since, back.label_id) == ("open", NOON, None)
        assert counts(actor=tea.owner)["waiting"] == 1

    def test_the_person_s_words_end_a_hold_and_ours_do_not(self, tea: World) -> None:
        said, status_id = tea.write("壶盖碎了"), made(tea, "等仓库")
        put(tea, said.conversation_id, status_id=status_id)
        actions.reply(
            actor=tea.owner, conversation_ids=[said.conversation_id], text="在问", now=SOON
        )
        answered = only()
        tea.write("怎么样了", at=SOON)

        assert (answered.status, answered.label_id) == ("on_hold", status_id)
        assert (only().status, only().label_id, only().waiting_since) == ("open", None, SOON)

    def test_a_status_of_the_end_is_the_end(self, tea: World) -> None:
        said = tea.write("壶盖碎了")
        refunded = made(tea, "已退款", Status.RESOLVED)
        put(tea, said.conversation_id, status_id=refunded)
        ended = only()
        put(tea, said.conversation_id, status=Status.OPEN)

        assert (ended.resolved_at, ended.label_id) == (SOON, refunded)
        assert (only().resolved_at, only().status) == (None, "open")
        kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))[-3:]
        assert kinds == [
            "conversation.status_changed", "conversation.resolved", "conversation.reopened",
        ]  # fmt: skip

    def test_what_was_answered_is_not_new_again(self, tea: World) -> None:
        said = tea.write("壶盖碎了")
        triage = made(tea, "待分拣", Status.NEW)
        put(tea, said.conversation_id, status_id=triage)
        first = only().label_id
        put(tea, said.conversation_id, status=Status.WAITING)

        with pytest.raises(Refused) as refused:
            put(tea, said.conversation_id, status_id=triage)
        assert (first, refused.value.code) == (triage, "status.new")

    def test_neither_a_stranger_s_status_nor_one_put_away_can_be_chosen(self, tea: World) -> None:
        said = tea.write("壶盖碎了")
        away = made(tea, "等仓库")
        actions.change_status(
            actor=tea.owner, status_id=away, name="等仓库", is_enabled=False, now=NOON
        )
        for status_id in (away, made(world("Another"), "等仓库"), None):
            with pytest.raises(Refused) as refused:
                put(tea, said.conversation_id, status_id=status_id)
            assert refused.value.code == "status.missing"

    def test_what_has_a_newer_one_stays_at_its_end(self, tea: World) -> None:
        said = tea.write("壶盖碎了")
        put(tea, said.conversation_id, status=Status.RESOLVED)
        tea.write("又碎了", at=NOON + 8 * DAY)

        with pytest.raises(Refused) as refused:
            put(tea, said.conversation_id, status=Status.OPEN)
        assert refused.value.code == "conversation.has_newer"

    @given(st.sampled_from(Status), st.integers(0, 5), st.booleans(), st.booleans())
    def test_nobody_waits_where_it_is_their_turn(
        self, status: Status, unanswered: int, waits: bool, wants: bool
    ) -> None:
        clock = clock_in(status, Clock(NOON if waits else None, unanswered, wants), SOON)

        if status in {Status.WAITING, Status.RESOLVED}:
            assert clock == Clock(None, 0, wants_human=False)
        elif status is Status.ON_HOLD:
            assert (clock.waiting_since, clock.unanswered) == (None, unanswered)
        else:
            assert (clock.waiting_since is not None) is (waits or unanswered > 0)


class TestWords:
    def test_agents_read_one_word_and_the_person_another(self, tea: World) -> None:
        said = tea.write("壶盖碎了")
        status_id = made(tea, "等景德镇回复", shown="正在为您核实", tint=Tint.AMBER)
        put(tea, said.conversation_id, status_id=status_id)
        [row] = by_ids(actor=tea.owner, conversation_ids=[said.conversation_id])

        assert (row.status_name, row.status_tint, row.status_id) == (
            "等景德镇回复", "amber", status_id,
        )  # fmt: skip
        assert shown(tea) == "正在为您核实"

    def test_the_usual_status_is_what_its_category_is_called(self, tea: World) -> None:
        said = tea.write("壶盖碎了")
        usual = made(tea, "待处理", Status.NEW, is_default=True, shown="已收到")
        other = made(tea, "待分拣", Status.NEW)
        [before] = by_ids(actor=tea.owner, conversation_ids=[said.conversation_id])
        put(tea, said.conversation_id, status_id=other)
        [after] = by_ids(actor=tea.owner, conversation_ids=[said.conversation_id])

        assert (before.status_name, before.status_id) == ("待处理", usual)
        assert (after.status_name, after.status_id, shown(tea)) == ("待分拣", other, "")

    def test_they_stand_in_the_order_that_was_chosen(self, tea: World) -> None:
        first, second, third = (made(tea, name) for name in ("甲", "乙", "丙"))
        actions.move_status(actor=tea.owner, status_id=third, place=1, now=NOON)
        actions.move_status(actor=tea.owner, status_id=first, place=9, now=NOON)

        assert [row.id for row in statuses(actor=tea.owner)] == [third, second, first]

    @pytest.mark.parametrize(
        ("name", "code"),
        [("", "status.name"), ("x" * 41, "status.name"), ("等 仓库", "status.exists")],
    )
    def test_a_name_is_short_and_there_once(self, tea: World, name: str, code: str) -> None:
        made(tea, "等 仓库")
        with pytest.raises(Refused) as refused:
            made(tea, name)
        assert refused.value.code == code


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_only_one_of_forty_becomes_the_usual_one(self) -> None:
        tea = world()
        ids = [made(tea, f"状态 {n}") for n in range(40)]

        def choose(n: int) -> Callable[[], int]:
            return lambda: actions.change_status(
                actor=tea.owner, status_id=ids[n], name=f"状态 {n}", is_default=True, now=NOON
            )

        together([choose(n) for n in range(40)])

        assert StatusLabel.objects.filter(is_default=True).count() == 1


class TestAfterTheEnd:
    @pytest.mark.parametrize(
        ("days", "later", "goes_on"),
        [(7, 6, True), (7, 8, False), (0, 0, False), (None, 400, True), (1, 0, True)],
    )
    def test_an_inbox_says_for_how_long_it_goes_on(
        self, tea: World, days: int | None, later: int, goes_on: bool
    ) -> None:
        set_reopening(actor=tea.owner, inbox_ids=[tea.inbox_id], days=days, now=NOON)
        old = tea.write("壶盖碎了").conversation_id
        actions.resolve(actor=tea.owner, conversation_ids=[old], now=NOON)
        new = tea.write("又碎了", at=NOON + later * DAY).conversation_id

        assert (new == old) is goes_on
        assert reopens(NOON, NOON + later * DAY, days) is goes_on

    def test_what_follows_is_linked_to_what_was(self, tea: World) -> None:
        old = tea.write("壶盖碎了").conversation_id
        actions.resolve(actor=tea.owner, conversation_ids=[old], now=NOON)
        new = tea.write("又碎了", at=NOON + 8 * DAY).conversation_id
        from_old, from_new = (
            [(row.id, row.is_earlier, row.came_by) for row in thread(
                actor=tea.owner, conversation_id=pk).links]
            for pk in (old, new)
        )  # fmt: skip

        assert from_old == [(new, False, "follow_up")]
        assert from_new == [(old, True, "follow_up")]

    @pytest.mark.parametrize(("state", "stays"), [(State.ONLINE, True), (State.AWAY, False)])
    def test_it_goes_back_into_the_queue_where_its_owner_is_away(
        self, tea: World, state: State, stays: bool
    ) -> None:
        tom = tea.member()
        set_presence(actor=tom, state=state, now=NOON)
        pk = tea.write("壶盖碎了").conversation_id
        actions.assign(actor=tea.owner, conversation_ids=[pk], member_id=tom.id, now=NOON)
        actions.resolve(actor=tea.owner, conversation_ids=[pk], now=NOON)
        tea.write("又碎了", at=SOON)
        requeue(workspace_id=tea.workspace_id, conversation_ids=[pk], now=SOON)

        assert (only().assignee_id == tom.id) is stays
        assert Member.objects.filter(pk=tom.id).exists()
