"""Rows that are looked at all day are made once."""

from hypothesis import given
from hypothesis import strategies as st

from tongxin.center.kit.sql import row_keeper

VALUES = st.tuples(
    st.integers(0, 5), st.text(max_size=2), st.lists(st.text(max_size=1), max_size=2)
)


def test_what_still_says_the_same_is_the_same_row() -> None:
    keep = row_keeper(list)

    first = keep((7, "壶", ["a"]))

    assert keep((7, "壶", ["a"])) is first
    assert keep((7, "杯", ["a"])) == [7, "杯", ["a"]]
    assert keep((7, "壶", ["a"])) is not first


@given(st.lists(VALUES))
def test_a_row_always_says_what_was_read(asked: list[tuple[int, str, list[str]]]) -> None:
    keep = row_keeper(tuple, most=3)

    assert [keep(values) for values in asked] == asked
