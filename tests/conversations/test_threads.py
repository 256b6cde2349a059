"""Mails go to the conversation they answer, whatever else is open at their address; strangers are shown as such."""

import sys
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tests.laws.state import Statements
from tests.make.world import NOON, World, world
from tongxin.center.kit.actor import Reach
from tongxin.center.people.values import Address
from tongxin.service.channels.ports import Arrival
from tongxin.service.channels.values import Capabilities, Heard
from tongxin.service.conversations.actions import assign, merge, receive, resolve
from tongxin.service.conversations.models import Conversation, Letter, Message
from tongxin.service.conversations.queries import holds_file
from tongxin.service.conversations.rules import number_in, token_of
from tongxin.service.conversations.values import Attached, Received

MEI = Address("email", "mei@example.com", "小梅")
TOM = Address("email", "tom@example.com", "Tom")
LATER = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def mails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a channel thread that has no manifest yet."""
    receiving = sys.modules[receive.__module__]
    monkeypatch.setattr(receiving, "capabilities", lambda _channel: Capabilities(threads=True))


def mail(
    tea: World, name: str, *, by: Address = MEI, at: datetime = NOON, text: str = "壶裂了", **more: Any
) -> Heard:  # fmt: skip
    more = {"subject": "茶壶", **more}
    arrival = Arrival(f"{name}@example.com", by, text, at, **more)
    return Heard(tea.inbox_id, tea.workspace_id, "email", arrival)


def hear(*mails: Heard) -> list[Received]:
    return receive(heard=mails, now=NOON)


def letter(received: Received) -> Letter:
    return Letter.objects.get(pk=received.message_id)


def token(received: Received, workspace_id: int) -> str:
    number = Conversation.objects.get(pk=received.place_id).number
    return token_of(workspace_id, number)


def test_two_matters_of_one_person_are_two_conversations(tea: World) -> None:
    pot, cup = hear(mail(tea, "a"), mail(tea, "b", subject="杯子"))

    assert pot.place_id != cup.place_id
    assert pot.person_id == cup.person_id
    subjects = Conversation.objects.order_by("number").values_list("subject", flat=True)
    assert list(subjects) == ["茶壶", "杯子"]


def test_an_answer_to_their_own_mail_goes_on_with_it(tea: World) -> None:
    [pot, _cup] = hear(mail(tea, "a"), mail(tea, "b"))
    [again] = hear(mail(tea, "c", answers=("a@example.com",)))

    assert again.place_id == pot.place_id
    assert (letter(again).attached_by, letter(again).is_stranger) == (Attached.ANSWER, False)


def test_a_whole_exchange_in_one_batch_is_one_conversation(tea: World) -> None:
    heard = hear(
        mail(tea, "a"),
        mail(tea, "b", answers=("a@example.com",)),
        mail(tea, "c", by=TOM, answers=("b@example.com", "a@example.com")),
    )

    assert len({one.place_id for one in heard}) == 1
    assert [letter(one).is_stranger for one in heard] == [False, False, True]
    assert Conversation.objects.get().unanswered == 3


@pytest.mark.parametrize(
    ("by", "attached"),
    [("address", Attached.ADDRESS), ("id", Attached.MARK), ("subject", Attached.SUBJECT)],
)
def test_the_mark_leads_back(tea: World, by: str, attached: Attached) -> None:
    pot, _cup = hear(mail(tea, "a"), mail(tea, "b"))
    mark = token(pot, tea.workspace_id)

    [answer] = hear(mail(tea, "c", token=mark, details={"token_by": by}))

    assert (answer.place_id, letter(answer).attached_by) == (pot.place_id, attached)


def test_what_it_answers_is_surer_than_its_subject_and_less_sure_than_its_address(
    tea: World,
) -> None:
    pot, cup = hear(mail(tea, "a"), mail(tea, "b"))
    mark = token(pot, tea.workspace_id)
    answers = ("b@example.com",)

    by_subject, by_address = hear(
        mail(tea, "c", token=mark, answers=answers, details={"token_by": "subject"}),
        mail(tea, "d", token=mark, answers=answers, details={"token_by": "address"}),
    )

    assert (by_subject.place_id, by_address.place_id) == (cup.place_id, pot.place_id)


@pytest.mark.parametrize("mark", ["1-aaaaaaaaaa", "1-", "99999999999-aaaaaaaaaa", "x", ""])
def test_a_forged_mark_leads_nowhere(tea: World, mark: str) -> None:
    [pot] = hear(mail(tea, "a"))

    [other] = hear(mail(tea, "b", token=mark, details={"token_by": "address"}))

    assert other.place_id != pot.place_id


def test_a_mark_of_another_workspace_leads_nowhere(tea: World) -> None:
    far = world("远方")
    [pot] = hear(mail(tea, "a"))
    mark = token(pot, tea.workspace_id)

    [other] = hear(mail(far, "b", token=mark, details={"token_by": "address"}))

    assert Conversation.objects.get(pk=other.place_id).workspace_id == far.workspace_id


def test_whoever_names_a_mail_of_another_inbox_is_not_led_there(tea: World) -> None:
    far = world("远方")
    hear(mail(tea, "a"))

    [other] = hear(mail(far, "b", answers=("a@example.com",)))

    assert Conversation.objects.get(pk=other.place_id).workspace_id == far.workspace_id


def test_a_stranger_who_names_a_mail_joins_as_one(tea: World) -> None:
    [pot] = hear(mail(tea, "a"))

    first, second = (
        hear(mail(tea, name, by=TOM, answers=("a@example.com",)))[0] for name in ("b", "c")
    )

    assert {first.place_id, second.place_id} == {pot.place_id}
    assert first.person_id != pot.person_id
    assert (letter(first).is_stranger, letter(second).is_stranger) == (True, False)
    assert Conversation.objects.get(pk=pot.place_id).person_id == pot.person_id


def test_who_got_a_copy_is_no_stranger(tea: World) -> None:
    hear(mail(tea, "a", copied=(TOM,)))

    [answer] = hear(mail(tea, "b", by=TOM, answers=("a@example.com",)))

    assert not letter(answer).is_stranger


def test_what_was_merged_away_leads_on(tea: World) -> None:
    pot, cup = hear(mail(tea, "a"), mail(tea, "b"))
    merge(actor=tea.owner, conversation_ids=[cup.place_id], into_id=pot.place_id, now=NOON)

    [answer] = hear(mail(tea, "c", answers=("b@example.com",)))

    assert answer.place_id == pot.place_id


def test_long_after_the_end_a_follow_up_begins(tea: World) -> None:
    [pot] = hear(mail(tea, "a"))
    resolve(actor=tea.owner, conversation_ids=[pot.place_id], now=NOON)

    soon, late = (
        hear(mail(tea, name, at=NOON + timedelta(days=days), answers=(f"{answers}@example.com",)))[
            0
        ]
        for name, days, answers in (("b", 1, "a"), ("c", 30, "a"))
    )

    assert soon.place_id == pot.place_id
    assert late.place_id == pot.place_id  # it was taken up again meanwhile
    resolve(actor=tea.owner, conversation_ids=[pot.place_id], now=NOON + timedelta(days=31))
    [later] = hear(mail(tea, "d", at=NOON + timedelta(days=90), answers=("a@example.com",)))
    follow_up = Conversation.objects.get(pk=later.place_id)
    assert (follow_up.came_from_id, follow_up.came_by) == (pot.place_id, "follow_up")


def test_what_is_heard_twice_changes_nothing(tea: World) -> None:
    once = hear(mail(tea, "a", copied=(TOM,), whole="壶裂了\n> 您好"))
    twice = hear(mail(tea, "a", text="另一封"))

    assert [one.message_id for one in once] == [one.message_id for one in twice]
    assert (Conversation.objects.count(), Message.objects.count(), Letter.objects.count()) == (
        1,
        1,
        1,
    )


def test_a_machine_s_answer_asks_for_nobody(tea: World) -> None:
    [out] = hear(mail(tea, "a", text="转人工", is_automatic=True))

    assert not Conversation.objects.get(pk=out.place_id).wants_human


def test_what_no_database_can_hold_is_left_out(tea: World) -> None:
    [odd] = hear(mail(
        tea, "a", subject="茶\x00壶", whole="\ud800", html="\x00", copied=(Address("email", "a\x00@b", "\x00"),),
        details={"authentication": ["dkim=\x00pass"]},
    ))  # fmt: skip

    kept = letter(odd)
    assert (kept.subject, kept.html) == ("茶壶", "")
    assert kept.copied == [{"kind": "email", "value": "a@b", "name": ""}]


def test_many_mails_take_as_many_statements_as_few(tea: World) -> None:
    def statements(many: int) -> int:
        roots = [
            mail(tea, f"{many}.{n}", by=Address("email", f"{many}.{n}@x")) for n in range(many)
        ]
        hear(*roots)
        answers = [
            mail(tea, f"{many}.{n}.re", by=TOM, answers=(f"{many}.{n}@example.com",))
            for n in range(many)
        ]
        counted = Statements()
        with connection.execute_wrapper(counted):
            hear(*answers)
        return counted.count

    statements(2)
    assert statements(3) == statements(12)


@given(st.integers(1, 10**8), st.integers(1, 10**8), st.text(max_size=30))
def test_only_our_own_mark_is_believed(workspace_id: int, number: int, noise: str) -> None:
    mark = token_of(workspace_id, number)

    assert number_in(workspace_id, mark) == number
    assert number_in(workspace_id, mark.upper()) == number
    assert number_in(workspace_id + 1, mark) is None
    assert number_in(workspace_id, noise) is None


def test_a_file_is_held_by_whoever_reaches_its_message_or_the_mail_as_it_came(tea: World) -> None:
    [received] = hear(mail(tea, "a", file_ids=(71, 72)))
    Letter.objects.filter(pk=received.message_id).update(raw_id=73)
    own = replace(tea.owner, reach=Reach.OWN)
    assign(actor=tea.owner, conversation_ids=[received.place_id], member_id=tea.owner.id, now=NOON)
    stranger = replace(own, id=own.id + 1)
    other = world("Leaf & Kettle").owner

    held = [
        [holds_file(actor=actor, file_id=file_id) for file_id in (71, 72, 73, 74)]
        for actor in (own, stranger, other)
    ]

    assert held == [[True, True, True, False], [False] * 4, [False] * 4]
