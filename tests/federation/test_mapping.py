"""Which role groups stand for, and whose e-mail is believed: for whatever groups and lines there are."""

from hypothesis import given
from hypothesis import strategies as st

from tongxin.center.accounts.values import Role
from tongxin.center.federation.rules.mapping import (
    domain_of,
    is_believed,
    role_for,
    role_of,
    role_text,
)
from tongxin.center.federation.values import Mapped

names = st.text(max_size=8)
roles = st.sampled_from([Role.ADMIN, Role.AGENT, Role.LIGHT]) | st.integers(1, 2**40)
lines = st.lists(st.builds(Mapped, names, roles), max_size=8)
maybe = st.none() | roles


@given(st.sets(names), lines, maybe, maybe)
def test_the_first_line_that_fits_wins(
    groups: set[str], mapped: list[Mapped], otherwise: Role | int | None, held: Role | int | None
) -> None:
    role = role_for(groups=groups, mapped=mapped, otherwise=otherwise, held=held)
    fitting = [line.role for line in mapped if line.group in groups]

    if fitting:
        assert role == fitting[0]
    elif mapped or held is None:
        assert role == otherwise
    else:
        assert role == held


@given(st.sets(names), lines, maybe, maybe)
def test_what_a_provider_lists_in_another_order_changes_nothing(
    groups: set[str], mapped: list[Mapped], otherwise: Role | int | None, held: Role | int | None
) -> None:
    there, back = (
        role_for(groups=order, mapped=mapped, otherwise=otherwise, held=held)
        for order in (sorted(groups), sorted(groups, reverse=True))
    )

    assert there == back


@given(st.sets(names), lines, maybe)
def test_nobody_has_a_role_that_no_line_gives(
    groups: set[str], mapped: list[Mapped], otherwise: Role | int | None
) -> None:
    role = role_for(groups=groups, mapped=mapped, otherwise=otherwise, held=None)

    assert role in {otherwise, *(line.role for line in mapped)}


@given(maybe)
def test_a_role_is_read_as_it_was_kept(role: Role | int | None) -> None:
    assert role_of(role_text(role)) == role


@given(st.emails(), st.sets(st.text(min_size=1), max_size=3))
def test_a_word_of_the_provider_outweighs_the_domains(email: str, domains: set[str]) -> None:
    assert is_believed(email=email, is_verified=True, domains=domains)
    assert not is_believed(email=email, is_verified=False, domains={domain_of(email), *domains})
    assert is_believed(email=email, is_verified=None, domains={domain_of(email)})
    assert not is_believed(email=email, is_verified=None, domains=domains - {domain_of(email)})
    assert not is_believed(email="", is_verified=True, domains=domains)
