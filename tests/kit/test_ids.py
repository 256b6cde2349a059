"""Public ids hide numbers and come back unharmed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxin.center.kit.ids import internal_id, public_details, public_id, public_label

NUMBERS = st.integers(0, 2**63 - 1)


@given(NUMBERS)
def test_a_number_comes_back(number: int) -> None:
    assert internal_id("conv", public_id("conv", number)) == number


@given(NUMBERS, NUMBERS)
def test_two_numbers_have_two_ids(one: int, other: int) -> None:
    assert (public_id("msg", one) == public_id("msg", other)) is (one == other)


@given(st.text(max_size=24))
def test_what_is_no_id_is_refused(text: str) -> None:
    if text != "conv_" + text[5:] or len(text) != 18:
        with pytest.raises(ValueError):  # noqa: PT011 - there is nothing more to say
            internal_id("conv", text)


def test_labels_and_details_show_public_ids_only() -> None:
    assert public_label("member:3") == public_id("mem", 3)
    assert public_label("house:0") == "house"
    assert public_details({"message_id": 4, "before": "agent", "score": 5}) == {
        "message_id": public_id("msg", 4), "before": "agent", "score": 5,
    }  # fmt: skip
