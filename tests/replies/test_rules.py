"""Pure decisions about ready words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxin.service.replies.rules import rank, spoken, variant

LANGUAGES = st.sampled_from(["zh-hans", "en", "de", "ja", ""])
BODIES = st.dictionaries(st.sampled_from(["zh-hans", "en", "de"]), st.text(min_size=1), min_size=1)


@pytest.mark.parametrize(
    ("said", "language"),
    [
        (["你好，壶盖碎了 help"], "zh-hans"), (["Is anybody there?"], "en"), (["急須はありますか"], "ja"),
        (["안녕하세요"], "ko"), (["123 😢"], ""), ([], ""),
    ],
)  # fmt: skip
def test_the_script_tells_the_language(said: list[str], language: str) -> None:
    assert spoken(said) == language


@given(bodies=BODIES, wanted=LANGUAGES, house=LANGUAGES)
def test_the_best_variant_is_one_there_is(bodies: dict[str, str], wanted: str, house: str) -> None:
    language, text = variant(bodies, wanted, house)

    assert bodies[language] == text
    assert language == wanted or wanted not in bodies
    assert language in {wanted, house} or house not in bodies


def test_the_same_language_of_another_region_comes_before_the_house_s() -> None:
    assert variant({"zh-hans": "您好", "en": "Hello"}, "zh-hant", "en") == ("zh-hans", "您好")


@given(asked=st.text(max_size=5), shortcut=st.text(), name=st.text())
def test_a_nearer_fit_comes_first(asked: str, shortcut: str, name: str) -> None:
    fits = rank(asked, shortcut, name)

    assert (fits == 0) is (rank(asked, shortcut, "") == 0)
    assert rank(shortcut, shortcut, name) == 0
    assert rank("", shortcut, name) is not None
