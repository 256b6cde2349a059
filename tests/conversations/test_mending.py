"""Editing and recalling what one said: in time, one's own, and with its history."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.world import NOON, World, world
from tongxin.center.kit.refusals import Refused
from tongxin.center.people.values import Address
from tongxin.service.conversations.actions import edit, index, note, recall, reply
from tongxin.service.conversations.models import Conversation, Message
from tongxin.service.conversations.queries import history, said, search
from tongxin.service.conversations.rules import is_mendable
from tongxin.service.conversations.values import State

SOON, LATE = NOON + timedelta(minutes=15), NOON + timedelta(minutes=16)


def answered(tea: World, text: str = "明天到货") -> int:
    mine = tea.write("什么时候到货").conversation_id
    return reply(actor=tea.owner, conversation_ids=[mine], text=text, now=NOON)[0]


def shown(tea: World) -> list[tuple[str, str]]:
    """What 小梅 sees of our words."""
    sees = said(inbox_id=tea.inbox_id, address=Address("webchat", f"小梅-{tea.inbox_id}"))
    return [(row.text, row.changed.value) for row in sees if row.kind == "out"]


@given(state=st.sampled_from(State), minutes=st.integers(0, 60), after=st.integers(0, 90))
def test_what_failed_or_is_old_cannot_be_mended(state: State, minutes: int, after: int) -> None:
    now = NOON + timedelta(minutes=after)

    assert is_mendable(state, NOON, timedelta(minutes=minutes), now) is (
        state is not State.FAILED and minutes > 0 and after <= minutes
    )


def test_other_words_take_the_place_of_the_first_and_these_are_kept(tea: World) -> None:
    pk = answered(tea)

    assert edit(actor=tea.owner, message_id=pk, text="后天到货", now=SOON) == 1
    assert edit(actor=tea.owner, message_id=pk, text="后天到货", now=SOON) == 0

    assert shown(tea) == [("后天到货", "edited")]
    assert Conversation.objects.get().last_text == "后天到货"
    assert [(row.text, row.author) for row in history(actor=tea.owner, message_id=pk)] == [
        ("明天到货", tea.owner.label)
    ]


def test_what_is_taken_back_is_gone_for_the_person_and_kept_for_colleagues(tea: World) -> None:
    pk = answered(tea)

    assert recall(actor=tea.owner, message_ids=[pk], now=SOON) == 1
    assert recall(actor=tea.owner, message_ids=[pk], now=LATE) == 0

    assert shown(tea) == [("", "recalled")]
    assert [row.text for row in history(actor=tea.owner, message_id=pk)] == ["明天到货"]
    assert not history(actor=world("Another Shop").owner, message_id=pk)


def test_search_finds_what_it_says_now(tea: World) -> None:
    pk = answered(tea)
    index(message_ids=[pk])
    edit(actor=tea.owner, message_id=pk, text="后天", now=SOON)
    index(message_ids=[pk])

    assert not list(search(actor=tea.owner, text="明天"))
    assert list(search(actor=tea.owner, text="后天"))


@pytest.mark.parametrize("mend", [
    lambda actor, pk, now: edit(actor=actor, message_id=pk, text="x", now=now),
    lambda actor, pk, now: recall(actor=actor, message_ids=[pk], now=now),
])  # fmt: skip
def test_only_one_s_own_words_and_only_in_time(tea: World, mend: Callable[..., int]) -> None:
    pk = answered(tea)
    [private] = note(
        actor=tea.owner, conversation_ids=[Conversation.objects.get().pk], text="x", now=NOON
    )
    heard = Message.objects.get(kind="in").pk

    for actor, message, now, code in [
        (tea.owner, pk, LATE, "message.fixed"),
        (tea.member(), pk, SOON, "message.not_own"),
        (tea.owner, private, SOON, "message.not_own"),
        (tea.owner, heard, SOON, "message.not_own"),
        (world("Another Shop").owner, pk, SOON, "message.missing"),
    ]:
        with pytest.raises(Refused) as refused:
            mend(actor, message, now)
        assert refused.value.code == code
    assert shown(tea) == [("明天到货", "")]


def test_what_was_recalled_cannot_be_edited(tea: World) -> None:
    pk = answered(tea)
    recall(actor=tea.owner, message_ids=[pk], now=SOON)

    with pytest.raises(Refused) as refused:
        edit(actor=tea.owner, message_id=pk, text="x", now=SOON)

    assert refused.value.code == "message.fixed"
