"""The token a visitor's browser keeps opens their own chat, and nothing else."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.make.world import NOON
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.people.values import EXTERNAL, Address
from tongxin.service.channels import visitors
from tongxin.service.channels.values import InboxRow
from tongxin.service.channels.visitors import Visitor

HERE = InboxRow(7, 1, "xiaoman", "官网", "webchat", {}, enabled=True)
THERE = InboxRow(8, 1, "leaf", "store", "webchat", {}, enabled=True)
MEI = Visitor(HERE.id, Address("webchat", "小梅's browser"))
ACCOUNT = Visitor(HERE.id, Address(EXTERNAL, "mei"))
VALUES = st.text(st.characters(exclude_categories=["Cs"]), max_size=128)


def refusal(token: str, inbox: InboxRow = HERE, days: int = 0) -> tuple[str, Reason]:
    with pytest.raises(Refused) as refused:
        visitors.read(token, inbox, now=NOON + timedelta(days=days))
    return refused.value.code, refused.value.reason


@given(VALUES, st.sampled_from(["webchat", EXTERNAL]))
def test_who_was_given_a_token_is_known_by_it(value: str, kind: str) -> None:
    visitor = Visitor(HERE.id, Address(kind, value))

    assert visitors.read(visitors.issue(visitor, now=NOON), HERE, now=NOON) == visitor


@given(st.text())
def test_any_text_is_refused_and_breaks_nothing(token: str) -> None:
    assert refusal(token) == ("visitor.token", Reason.FORBIDDEN)


@given(st.lists(st.text(".0aé\ud800\x00", max_size=6), min_size=5, max_size=5))
def test_what_only_looks_like_a_token_is_refused(parts: list[str]) -> None:
    assert refusal(".".join(parts)) == ("visitor.token", Reason.FORBIDDEN)


@given(st.data())
def test_a_token_with_one_character_changed_is_refused(data: st.DataObject) -> None:
    token = visitors.issue(MEI, now=NOON)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda c: c != token[place]))

    assert refusal(token[:place] + other + token[place + 1 :])[0] == "visitor.token"


@given(st.data())
def test_a_token_cut_short_or_made_longer_is_refused(data: st.DataObject) -> None:
    token = visitors.issue(MEI, now=NOON)
    cut = data.draw(st.integers(0, len(token) - 1))
    more = data.draw(st.text(min_size=1))

    assert refusal(token[:cut])[0] == refusal(token + more)[0] == "visitor.token"


def test_a_stranger_s_token_does_not_become_an_account_s() -> None:
    stranger, account = visitors.issue(MEI, now=NOON), visitors.issue(ACCOUNT, now=NOON)
    mixed = ".".join([*account.split(".")[:4], stranger.split(".")[4]])

    assert refusal(mixed)[0] == "visitor.token"


def test_a_token_opens_nothing_at_another_inbox() -> None:
    assert refusal(visitors.issue(MEI, now=NOON), THERE)[0] == "visitor.token"


@pytest.mark.parametrize(
    ("visitor", "days"), [(MEI, 365), (ACCOUNT, 7)], ids=["stranger", "account"]
)
def test_a_token_is_good_until_its_last_day(visitor: Visitor, days: int) -> None:
    token = visitors.issue(visitor, now=NOON)

    assert visitors.read(token, HERE, now=NOON + timedelta(days=days)) == visitor
    assert refusal(token, days=days + 1)[0] == "visitor.token"


def test_no_two_newcomers_are_the_same() -> None:
    assert len({visitors.newcomer(HERE.id).address.value for _ in range(1000)}) == 1000


def test_two_accounts_never_share_the_label_of_their_files() -> None:
    longest = "x" * visitors.LONGEST_SUBJECT
    labels = {Visitor(HERE.id, Address(EXTERNAL, longest[:-1] + last)).label for last in ("a", "b")}

    assert len(labels) == 2
