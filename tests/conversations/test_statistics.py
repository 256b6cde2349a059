"""What a conversation took, told by its facts alone."""

from datetime import timedelta
from statistics import median
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.make.world import NOON, World, world
from tongxin.service.conversations import actions
from tongxin.service.conversations.queries import statistics_of
from tongxin.service.conversations.rules import statistics
from tongxin.service.conversations.values import Happening, Status

MINUTE = timedelta(minutes=1)
KINDS: list[tuple[str, dict[str, Any]]] = [
    ("message.received", {}), ("message.sent", {}), ("note.added", {}),
    ("conversation.assigned", {"member_id": 1}), ("conversation.assigned", {"member_id": None}),
    ("conversation.resolved", {}), ("conversation.reopened", {}),
    ("conversation.snoozed", {}), ("conversation.woke", {}),
    ("conversation.status_changed", {"status": "on_hold", "status_before": "open"}),
    ("conversation.status_changed", {"status": "waiting", "status_before": "open"}),
    ("conversation.status_changed", {"status": "open", "status_before": "on_hold"}),
]  # fmt: skip
STORIES = st.lists(st.tuples(st.integers(0, 40), st.sampled_from(KINDS)), max_size=25)


def told(*story: tuple[int, str, dict[str, Any]]) -> list[Happening]:
    return [Happening(NOON + minute * MINUTE, kind, data) for minute, kind, data in story]


def second_by_second(facts: list[Happening], until: int) -> tuple[int, int]:
    """Count the slow way: ask at every minute how it stands, by the last word of each kind."""
    handled = adjusted = 0
    ordered = sorted(facts, key=lambda fact: fact.at)
    for minute in range(until):
        past = [f for f in ordered if f.at <= NOON + minute * MINUTE]
        owner = [f.data["member_id"] for f in past if f.kind == "conversation.assigned"]
        ends = [
            f.kind for f in past if f.kind in {"conversation.resolved", "conversation.reopened"}
        ]
        if not owner or owner[-1] is None or (ends and ends[-1] == "conversation.resolved"):
            continue
        handled += 60
        adjusted += 0 if rests(past) else 60
    return handled, adjusted


def rests(past: list[Happening]) -> bool:
    """Whether it was put aside, on hold or their turn, by what was said last of it."""
    snoozed = held = theirs = False
    for f in past:
        status = f.data.get("status")
        if f.kind in {"conversation.resolved", "conversation.reopened"}:
            snoozed = held = theirs = False
        elif status is not None:
            snoozed = snoozed and status == f.data["status_before"]
            held, theirs = status == "on_hold", status == "waiting"
        elif f.kind == "message.received":
            held = theirs = False
        elif f.kind == "message.sent":
            theirs = True
        elif f.kind in {"conversation.snoozed", "conversation.woke"}:
            snoozed = f.kind == "conversation.snoozed"
    return snoozed or held or theirs


@settings(max_examples=300)
@given(STORIES, st.integers(40, 60))
def test_any_story_is_counted_as_minute_by_minute(
    story: list[tuple[int, tuple[str, dict[str, Any]]]], until: int
) -> None:
    facts = told(*((minute, kind, data) for minute, (kind, data) in story))
    found = statistics(NOON, facts, NOON + until * MINUTE)
    kinds = [fact.kind for fact in facts]

    assert (found.handling_time, found.adjusted_handling_time) == second_by_second(facts, until)
    assert found.adjusted_handling_time <= found.handling_time <= until * 60
    assert found.count_reopens == kinds.count("conversation.reopened")
    assert found.count_parts == sum(k.startswith(("message.", "note.")) for k in kinds)
    assert (found.first_admin_reply_at is None) is ("message.sent" not in kinds)


def test_answers_are_timed_from_the_first_word_that_waits() -> None:
    found = statistics(NOON, told(
        (0, "message.received", {}), (2, "message.received", {}), (4, "message.sent", {}),
        (5, "message.sent", {}), (10, "message.received", {}), (20, "message.sent", {}),
    ), NOON + 60 * MINUTE)  # fmt: skip

    assert found.time_to_first_response == 4 * 60
    assert found.median_response_time == median([4 * 60, 10 * 60])
    assert (found.first_contact_reply_at, found.last_admin_reply_at) == (NOON, NOON + 20 * MINUTE)


def test_what_rests_is_handled_but_not_at_work() -> None:
    found = statistics(NOON, told(
        (1, "conversation.assigned", {"member_id": 7}), (5, "message.sent", {}),
        (15, "message.received", {}),
        (20, "conversation.status_changed", {"status": "on_hold", "status_before": "open"}),
        (50, "conversation.status_changed", {"status": "open", "status_before": "on_hold"}),
        (55, "conversation.resolved", {}),
    ), NOON + 90 * MINUTE)  # fmt: skip

    assert (found.time_to_assignment, found.handling_time) == (60, 54 * 60)
    assert found.adjusted_handling_time == (4 + 5 + 5) * 60
    assert (found.first_close_at, found.count_parts) == (NOON + 55 * MINUTE, 2)


def test_the_real_verbs_are_counted(tea: World) -> None:
    pk = tea.write("壶盖碎了").conversation_id
    ids, owner = [pk], tea.owner
    actions.reply(actor=owner, conversation_ids=ids, text="抱歉", now=NOON + 2 * MINUTE)
    tea.write("快点", at=NOON + 3 * MINUTE)
    actions.set_status(
        actor=owner, conversation_ids=ids, status=Status.ON_HOLD, now=NOON + 5 * MINUTE
    )
    actions.note(actor=owner, conversation_ids=ids, text="问仓库", now=NOON + 6 * MINUTE)
    actions.resolve(actor=owner, conversation_ids=ids, now=NOON + 9 * MINUTE)
    tea.write("又碎了", at=NOON + 20 * MINUTE)
    theirs = world("Another").write("你好").conversation_id
    [row] = statistics_of(actor=owner, conversation_ids=[pk, theirs], now=NOON + 22 * MINUTE)

    assert (row.conversation_id, row.time_to_first_response, row.time_to_assignment) == (
        pk,
        120,
        120,
    )
    assert (row.handling_time, row.adjusted_handling_time) == ((7 + 2) * 60, (2 + 2) * 60)
    assert (row.count_assignments, row.count_reopens, row.count_parts) == (1, 1, 5)
