"""What counts as a value, and what a condition asks: for anything that anybody sends."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxin.center.attributes.rules import LARGEST_NUMBER, condition_of, is_key, value_of
from tongxin.center.attributes.values import AttributeType, Condition, Shape

TYPES = st.sampled_from(list(AttributeType))
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()


def shape(kind: AttributeType) -> Shape:
    return Shape("key", kind, ("金卡", "银卡"))


@given(TYPES, SCALARS)
def test_a_value_is_kept_as_it_is_or_is_none(kind: AttributeType, sent: object) -> None:
    try:
        kept = value_of(shape(kind), sent)  # type: ignore[arg-type]
    except ValueError:
        return
    assert value_of(shape(kind), kept) == kept
    assert "\\u0000" not in json.dumps(kept, allow_nan=False)


@given(st.floats(-LARGEST_NUMBER, LARGEST_NUMBER) | st.integers(-LARGEST_NUMBER, LARGEST_NUMBER))
def test_any_number_is_a_number(number: float) -> None:
    assert value_of(shape(AttributeType.NUMBER), number) == number


@given(st.dates())
def test_a_day_is_read_however_it_is_written(day: date) -> None:
    ways = [
        day.isoformat(),
        f"{day.year:04}/{day.month}/{day.day}",
        f"{day.year:04}年{day.month}月{day.day}日",
    ]

    assert {value_of(shape(AttributeType.DATE), way) for way in ways} == {day.isoformat()}


@pytest.mark.parametrize(
    ("kind", "sent"),
    [
        (AttributeType.NUMBER, True),
        (AttributeType.NUMBER, "1,200"),
        (AttributeType.NUMBER, float("nan")),
        (AttributeType.NUMBER, "１２"),
        (AttributeType.BOOLEAN, "perhaps"),
        (AttributeType.DATE, "2026-02-30"),
        (AttributeType.DATE, 20260301),
        (AttributeType.CHOICE, "铜卡"),
        (AttributeType.LINK, "javascript:alert(1)"),
        (AttributeType.LINK, "https://"),
        (AttributeType.TEXT, 3),
        (AttributeType.TEXT, "长" * 2001),
    ],
)
def test_what_does_not_fit_is_refused(kind: AttributeType, sent: object) -> None:
    with pytest.raises(ValueError, match=r".*"):
        value_of(shape(kind), sent)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("tier=金卡", Condition("tier", "=", "金卡")),
        (" spend >= 1000 ", Condition("spend", ">=", "1000")),
        ("note~a=b", Condition("note", "~", "a=b")),
        ("vip", Condition("vip", "known")),
        ("!vip", Condition("vip", "unknown")),
        ("tier!=银卡", Condition("tier", "!=", "银卡")),
    ],
)
def test_a_condition_says_what_it_asks(text: str, asked: Condition) -> None:
    assert condition_of(text) == asked


@given(st.text())
def test_any_text_is_a_condition_or_none(text: str) -> None:
    try:
        asked = condition_of(text)
    except ValueError:
        return
    assert is_key(asked.key)
