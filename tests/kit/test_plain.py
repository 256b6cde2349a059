"""What is bold at the desk arrives as words where nothing can be bold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxin.center.kit.plain import to_text


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("有的，今天下单**明天**发。", "有的，今天下单明天发。"),
        ("*明天*发， _好_ 的 `SF1001` ~~旧价~~", "明天发， 好 的 SF1001 旧价"),
        ("***both*** and **a\nb** c", "both and a\nb c"),
        ("见 [单号](https://a.cn/x?y=1) 和 https://b.cn/ok_1", "见 单号 (https://a.cn/x?y=1) 和 https://b.cn/ok_1"),
        ("[mei@x.cn](mailto:mei@x.cn) [https://b.cn](https://b.cn/)", "mei@x.cn https://b.cn"),
        ("1. 打开 **设置**\n2. 关\n\n> 引 **您** 的话\n> 行\n好", "1. 打开 设置\n2. 关\n\n> 引 您 的话\n> 行\n好"),
        ("- **a**\n  - b *c*\n* item **one**", "- a\n  - b c\n* item one"),
        ("# 标题 *x*\n正文 #1 **壶**", "标题 x\n正文 #1 壶"),
        ("> ## 引 **x**", "引 x"),
        ("```\ncode **x**\n```\n后", "code **x**\n后"),
        ("~~~py\nx*y\n~~~", "x*y"),
        ("*\n```壶 b", "*\n壶 b"),
        ("*看* 1壶.com", "看 1壶.com"),
        ("```\nnever ends **x**", "never ends **x**"),
        ("| a | b |\n|---|---|\n| **c** | d |", "| a | b |\n|---|---|\n| c | d |"),
        ("a\\*b", "a*b"),
    ],
)  # fmt: skip
def test_it_reads_as_it_was_meant(typed: str, read: str) -> None:
    assert to_text(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "3*4*5=60", "2 * 3 * 4", "snake_case_name", "**", "```", "# ", "x **y", "*", "¥20~30", "(^_^) 好",
        "a\n\n\nb  ", "",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_mark_stays(typed: str) -> None:
    assert to_text(typed) == typed


@given(st.text(alphabet="ab 壶*_`~[]()#>-|\\\n1.!<&", max_size=60))
def test_whatever_is_typed_something_of_it_arrives(typed: str) -> None:
    read = to_text(typed)

    assert bool(read.strip()) == bool(typed.strip())
    if not any(mark in typed for mark in ("](", "```", "~~~")):
        assert [c for c in read if c in "ab壶"] == [c for c in typed if c in "ab壶"]
