"""Whom a text calls."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxin.service.notices.rules import called, told

TEAM = {1: "李工", 2: "周航", 3: "周航航", 4: "Anna", 5: "Anna Becker", 6: ""}


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("@李工 可以直接补发", [1]), ("请@李工看一下", [1]), ("@周航航和@周航", [3, 2]), ("@Anna Becker, please", [5]),
        ("@anna: look", [4]), ("@Annabel", []), ("mail me@Anna", []), ("me@李工", []), ("@ 李工", []),
        ("@李工 @李工", [1]), ("nobody", []), ("@@李工", [1]), ("＠李工", [1]),
    ],
)  # fmt: skip
def test_whoever_is_named_behind_an_at_is_called(text: str, whom: list[int]) -> None:
    assert called(text, TEAM) == whom


@given(
    parts=st.lists(st.sampled_from([" ", "，", "你好", *[f"@{name} " for name in TEAM.values()]]))
)
def test_everybody_named_is_called_once_and_nobody_else(parts: list[str]) -> None:
    by_name = {f"@{name} ": pk for pk, name in TEAM.items() if name}

    assert called("".join(parts), TEAM) == list(
        dict.fromkeys(by_name[p] for p in parts if p in by_name)
    )


@given(text=st.text(), names=st.dictionaries(st.integers(), st.text()))
def test_no_text_and_no_name_break_it(text: str, names: dict[int, str]) -> None:
    assert set(called(text, names)) <= set(names)


def test_whose_telephone_rings_reads_who_calls() -> None:
    assert told("ringing", "方阿姨", 7, "zh-hans") == "方阿姨来电：#7"
    assert told("ringing", "", 7, "en") == "Somebody calls you: #7"
