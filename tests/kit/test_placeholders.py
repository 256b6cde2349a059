"""Places in a text that are filled in later."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxin.center.kit.placeholders import fill, places, unfilled

NAMES = ["person.name", "person.email", "conversation.number"]
PLAIN = st.text(alphabet=st.characters(exclude_characters="{}\x00"), max_size=20)
PARTS = st.lists(st.one_of(PLAIN, st.sampled_from(NAMES).map(lambda name: f"{{{{{name}}}}}")))
VALUES = st.fixed_dictionaries(dict.fromkeys(NAMES, PLAIN))
AT = datetime(2026, 3, 8, 9, 5, tzinfo=UTC)


@given(parts=PARTS, values=VALUES)
def test_what_is_no_place_stays_and_what_is_one_gets_its_value(
    parts: list[str], values: dict[str, str]
) -> None:
    def expected(part: str) -> str:
        return (
            (values[part[2:-2]] if values.get(part[2:-2], "").strip() else part)
            if part[:2] == "{{"
            else part
        )

    filled = fill("".join(parts), values)

    assert filled.text == "".join(map(expected, parts))


@given(parts=PARTS, values=VALUES)
def test_what_stayed_empty_is_named_and_nothing_else_is(
    parts: list[str], values: dict[str, str]
) -> None:
    filled = fill("".join(parts), values)

    assert list(filled.empty) == unfilled(filled.text, NAMES)
    assert set(filled.empty) == {
        part[2:-2] for part in parts if part[:2] == "{{" and not values[part[2:-2]].strip()
    }


@given(text=st.text())
def test_no_text_breaks_it(text: str) -> None:
    assert fill(text, {}).text == text
    assert list(places(text)) or not unfilled(text, NAMES)


def test_a_fallback_stands_in_for_what_is_missing() -> None:
    text = 'Hello {{person.name|fallback:"friend"}}'

    assert fill(text, {"person.name": ""}).text == "Hello friend"
    assert fill(text, {"person.name": "Mei"}).text == "Hello Mei"


@pytest.mark.parametrize(
    ("pattern", "said"),
    [("YYYY-MM-DD", "2026-03-08"), ("M月D日 HH:mm", "3月8日 09:05"), ("D.M.YYYY", "8.3.2026")],
)
def test_a_time_is_told_as_one_wants(pattern: str, said: str) -> None:
    assert fill(f'{{{{date.today|date:"{pattern}"}}}}', {"date.today": AT}).text == said


def test_a_value_is_not_looked_through_again() -> None:
    filled = fill("{{person.name}}", {"person.name": "{{person.email}}", "person.email": "x@y"})

    assert filled.text == "{{person.email}}"
    assert unfilled(filled.text, NAMES) == ["person.email"]


def test_braces_that_name_nothing_of_ours_are_just_text() -> None:
    assert unfilled("use {{ user.name }} or {{x}}", NAMES) == []
