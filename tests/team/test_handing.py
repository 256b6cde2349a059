"""Whose a conversation is: handed over with a word, and refused to whoever is too late."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.make.relaying import settle
from tests.make.together import together
from tests.make.world import NOON, World, world
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.refusals import Refused
from tongxin.center.timeline.models import Event
from tongxin.center.timeline.relay import SUBSCRIPTIONS, deliver
from tongxin.service.conversations.actions import assign, merge, reply, resolve, snooze
from tongxin.service.conversations.models import Conversation, Message
from tongxin.service.conversations.queries import View, conversations, thread
from tongxin.service.conversations.values import Kind, Owner
from tongxin.service.notices.models import Notice
from tongxin.service.queues.actions import create, move
from tongxin.service.team.actions import hand_over, route, set_presence
from tongxin.service.team.values import State

THREADS = 40


@pytest.fixture
def tea(transactional_db: None) -> World:
    return world()


def only() -> Conversation:
    return Conversation.objects.get()


def to_queue(actor: Actor, conversation_id: int, **more: Any) -> int:
    return hand_over(
        actor=actor, conversation_ids=[conversation_id], to=Owner.QUEUE, reason="要下班了", now=NOON,
        **more,
    )  # fmt: skip


def to_assistant(tea: World, conversation_id: int) -> Actor:
    """Let the assistant have a conversation; return it."""
    hand_over(
        actor=tea.owner, conversation_ids=[conversation_id], to=Owner.ASSISTANT, reason="常见问题",
        now=NOON,
    )  # fmt: skip
    return Actor(tea.workspace_id, "assistant", 1, tea.owner.permissions)


class TestAHandOver:
    def test_tells_the_next_one_why_what_it_is_about_and_what_was_tried(self, tea: World) -> None:
        talk, tom = tea.write("壶盖碎了").conversation_id, tea.member()
        assign(actor=tea.owner, conversation_ids=[talk], member_id=tea.owner.id, now=NOON)

        passed = hand_over(
            actor=tea.owner, conversation_ids=[talk], to=Owner.AGENT, member_id=tom.id,
            reason="要懂紫砂的人", summary="壶盖运输中碎裂，想换新盖。", tried=["查过订单", " "], now=NOON,
        )  # fmt: skip

        note = Message.objects.get(kind=Kind.NOTE)
        told = Event.objects.get(kind="conversation.handed_over").data
        assert (passed, only().assignee_id) == (1, tom.id)
        assert note.text == (
            "**Handed over:** 要懂紫砂的人\n\n壶盖运输中碎裂，想换新盖。\n\n**Tried so far:**\n- 查过订单"
        )
        assert (told["reason"], told["tried"], told["message_id"], told["fence"]) == (
            "要懂紫砂的人", ["查过订单"], note.pk, 2,
        )  # fmt: skip

    def test_calls_the_colleague_who_gets_it(self, tea: World) -> None:
        talk, tom = tea.write("壶盖碎了").conversation_id, tea.member()
        hand_over(
            actor=tea.owner, conversation_ids=[talk], to=Owner.AGENT, member_id=tom.id, reason="换班",
            now=NOON,
        )  # fmt: skip
        settle()
        deliver(SUBSCRIPTIONS["service.notices.tell_new_owners"], now=NOON)

        called = Notice.objects.get()
        assert (called.member_id, called.about, called.text) == (tom.id, "handed_over", "换班")

    def test_leaves_nobody_waiting_unseen(self, tea: World) -> None:
        """Answered and put aside, then passed on: the next one owes an answer."""
        talk = tea.write("壶盖碎了").conversation_id
        reply(actor=tea.owner, conversation_ids=[talk], text="我问问同事", now=NOON)
        snooze(actor=tea.owner, conversation_ids=[talk], until=None, now=NOON)

        to_queue(tea.owner, talk)

        waiting = conversations(actor=tea.owner, view=View.WAITING).items
        assert [(row.id, row.status.value, row.is_snoozed) for row in waiting] == [
            (talk, "open", False)
        ]

    def test_goes_to_another_queue_in_the_same_breath(self, tea: World) -> None:
        talk = tea.write("壶盖碎了").conversation_id
        repairs = create(actor=tea.owner, name="维修", now=NOON)

        to_queue(tea.owner, talk, queue_id=repairs)

        kinds = Event.objects.filter(subject=f"conversation:{talk}").order_by("pk")
        assert only().queue_id == repairs
        assert list(kinds.values_list("kind", flat=True))[-3:] == [
            "conversation.handed_over", "note.added", "conversation.moved",
        ]  # fmt: skip

    def test_of_what_is_settled_or_theirs_already_changes_nothing(self, tea: World) -> None:
        talk = tea.write("壶盖碎了").conversation_id
        again = to_queue(tea.owner, talk)
        assign(actor=tea.owner, conversation_ids=[talk], member_id=tea.owner.id, now=NOON)
        resolve(actor=tea.owner, conversation_ids=[talk], now=NOON)

        assert (again, to_queue(tea.owner, talk)) == (0, 0)
        assert not Message.objects.filter(kind=Kind.NOTE).exists()

    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            ({"to": Owner.AGENT, "reason": "x"}, "hand_over.target"),
            ({"to": Owner.QUEUE, "reason": "x", "member_id": 1}, "hand_over.target"),
            ({"to": Owner.ASSISTANT, "reason": "x", "queue_id": 0}, "hand_over.target"),
            ({"to": Owner.AGENT, "reason": "x", "member_id": 10**9}, "member.missing"),
            ({"to": Owner.QUEUE, "reason": "x", "queue_id": 10**9}, "queue.missing"),
            ({"to": Owner.QUEUE, "reason": " \x00\n"}, "hand_over.reason"),
            ({"to": Owner.QUEUE, "reason": "字" * 201}, "hand_over.too_long"),
            ({"to": Owner.QUEUE, "reason": "x", "summary": "字" * 2001}, "hand_over.too_long"),
            ({"to": Owner.QUEUE, "reason": "x", "tried": ["a"] * 21}, "hand_over.too_long"),
        ],
    )
    def test_that_makes_no_sense_is_refused(
        self, tea: World, asked: dict[str, object], code: str
    ) -> None:
        talk = tea.write("壶盖碎了").conversation_id
        with pytest.raises(Refused) as refused:
            hand_over(actor=tea.owner, conversation_ids=[talk], now=NOON, **asked)  # type: ignore[arg-type]

        assert refused.value.code == code
        assert only().fence == 0

    def test_to_somebody_of_another_house_is_refused(self, tea: World) -> None:
        talk, stranger = tea.write("壶盖碎了").conversation_id, world("别家").owner
        with pytest.raises(Refused, match="no such member"):
            hand_over(
                actor=tea.owner, conversation_ids=[talk], to=Owner.AGENT, member_id=stranger.id,
                reason="换班", now=NOON,
            )  # fmt: skip


class TestTheAssistantsConversations:
    def test_are_handed_out_to_nobody_and_wait_in_no_queue(self, tea: World) -> None:
        talk = tea.write("壶盖碎了").conversation_id
        to_assistant(tea, talk)
        set_presence(actor=tea.owner, state=State.ONLINE, now=NOON)

        given_out = route(workspace_ids=[tea.workspace_id], now=NOON)

        lists = [
            conversations(actor=tea.owner, view=view).items
            for view in (View.WAITING, View.UNASSIGNED)
        ]
        assert (given_out, [*map(len, lists)], only().with_assistant) == (0, [0, 0], True)

    def test_wait_for_a_human_as_soon_as_the_person_asks_for_one(self, tea: World) -> None:
        talk = tea.write("壶盖碎了").conversation_id
        to_assistant(tea, talk)
        before = only().fence

        tea.write("转人工")

        assert (only().with_assistant, only().fence) == (False, before + 1)
        assert [row.id for row in conversations(actor=tea.owner, view=View.WAITING).items] == [talk]

    def test_are_a_humans_as_soon_as_one_answers(self, tea: World) -> None:
        talk = tea.write("壶盖碎了").conversation_id
        assistant = to_assistant(tea, talk)
        fence = only().fence
        reply(actor=assistant, conversation_ids=[talk], text="您好", fence=fence, now=NOON)
        assert only().with_assistant

        reply(actor=tea.owner, conversation_ids=[talk], text="我来", now=NOON)

        assert (only().with_assistant, only().assignee_id) == (False, tea.owner.id)
        with pytest.raises(Refused) as refused:
            reply(actor=assistant, conversation_ids=[talk], text="还有", fence=fence, now=NOON)
        assert refused.value.code == "conversation.moved_on"

    @pytest.mark.parametrize("fence", [None, 0, 99])
    def test_are_answered_by_it_only_with_their_fence(self, tea: World, fence: int | None) -> None:
        talk = tea.write("壶盖碎了").conversation_id
        assistant = to_assistant(tea, talk)
        with pytest.raises(Refused, match="Somebody else"):
            reply(actor=assistant, conversation_ids=[talk], text="您好", fence=fence, now=NOON)

    def test_are_handed_over_by_it_to_a_queue(self, tea: World) -> None:
        talk = tea.write("壶盖碎了").conversation_id
        assistant = to_assistant(tea, talk)

        to_queue(assistant, talk, fence=only().fence, tried=["给了退换政策"])

        assert (only().with_assistant, only().assignee_id) == (False, None)
        with pytest.raises(Refused, match="Somebody else"):
            hand_over(
                actor=assistant, conversation_ids=[talk], to=Owner.ASSISTANT, reason="再试",
                fence=only().fence, now=NOON,
            )  # fmt: skip


class TestTheFence:
    def test_of_what_was_merged_away_is_over(self, tea: World) -> None:
        first, second = (tea.write("壶盖碎了", by=by).conversation_id for by in ("小梅", "阿强"))
        merge(actor=tea.owner, conversation_ids=[second], into_id=first, now=NOON)

        with pytest.raises(Refused) as refused:
            reply(actor=tea.owner, conversation_ids=[second], text="您好", fence=0, now=NOON)
        assert refused.value.code == "conversation.moved_on"

    def test_is_shown_with_the_conversation(self, tea: World) -> None:
        talk = tea.write("壶盖碎了").conversation_id
        to_assistant(tea, talk)

        row = thread(actor=tea.owner, conversation_id=talk).conversation

        assert (row.fence, row.with_assistant) == (1, True)

    def test_lets_nobody_through_who_is_late(self, tea: World) -> None:
        """Forty answer on one fence while it is handed over: what came after it said nothing."""
        talk = tea.write("壶盖碎了").conversation_id
        assistant = to_assistant(tea, talk)
        fence = only().fence

        def answer() -> str:
            try:
                reply(actor=assistant, conversation_ids=[talk], text="您好", fence=fence, now=NOON)
            except Refused as refused:
                return refused.code
            return "said"

        def pass_on() -> str:
            return f"passed {to_queue(tea.owner, talk)}"

        went = together([*[answer] * (THREADS - 1), pass_on])

        said = Message.objects.filter(kind=Kind.OUT).order_by("pk")
        note = Message.objects.get(kind=Kind.NOTE, text__contains="要下班了")
        assert set(went) <= {"said", "conversation.moved_on", "passed 1"}
        assert said.count() == went.count("said")
        assert all(message.pk < note.pk for message in said)


VERBS: dict[str, Callable[[World, int, int], object]] = {
    "take": lambda t, talk, _q: assign(
        actor=t.owner, conversation_ids=[talk], member_id=t.owner.id, now=NOON
    ),
    "put back": lambda t, talk, _q: assign(
        actor=t.owner, conversation_ids=[talk], member_id=None, now=NOON
    ),
    "move": lambda t, talk, queue: move(
        actor=t.owner, conversation_ids=[talk], queue_id=queue, now=NOON
    ),
    "move home": lambda t, talk, _q: move(
        actor=t.owner, conversation_ids=[talk], queue_id=0, now=NOON
    ),
    "assistant": lambda t, talk, _q: to_assistant(t, talk),
    "queue": lambda t, talk, _q: to_queue(t.owner, talk),
    "answer": lambda t, talk, _q: reply(
        actor=t.owner, conversation_ids=[talk], text="您好", now=NOON
    ),
    "human": lambda t, _talk, _q: t.write("转人工"),
    "write": lambda t, _talk, _q: t.write("在吗"),
    "route": lambda t, _talk, _q: route(workspace_ids=[t.workspace_id], now=NOON),
}


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(verbs=st.lists(st.sampled_from(sorted(VERBS)), max_size=8))
def test_the_fence_counts_every_change_of_owner_and_nothing_else(verbs: list[str]) -> None:
    tea = world()
    talk = tea.write("壶盖碎了").conversation_id
    queue_id = create(actor=tea.owner, name="维修", now=NOON)
    set_presence(actor=tea.owner, state=State.ONLINE, now=NOON)

    def owner() -> tuple[object, ...]:
        c = Conversation.objects.get(pk=talk)
        return c.fence, (c.assignee_id, c.queue_id, c.with_assistant)

    for verb in verbs:
        fence, whose = owner()
        VERBS[verb](tea, talk, queue_id)
        since, now_whose = owner()
        if now_whose == whose:
            assert since == fence
        else:
            assert since > fence  # type: ignore[operator]
        assert not (now_whose[0] and now_whose[2])  # type: ignore[index]
