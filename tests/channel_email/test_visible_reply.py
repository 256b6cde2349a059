"""What somebody wrote now is shown, whatever mail program they use; quotes and signatures are not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.channel_email.layouts import KEPT, MIXED, TAILS
from tongxin.plugins.channel_email.mime.visible import visible

REPLIES = ["Green, please.\nAnd three of them.", "请发绿色的。\n\n要三个，谢谢！\n小梅"]
SNIPPETS = [line for text in (*TAILS.values(), *KEPT.values()) for line in text.split("\n")]


@pytest.mark.parametrize("reply", REPLIES, ids=["en", "zh"])
@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS.keys())
def test_what_a_program_puts_below_is_cut(tail: str, reply: str) -> None:
    assert visible(f"{reply}\n\n{tail}\n") == reply


@pytest.mark.parametrize("tail", TAILS.values(), ids=TAILS.keys())
def test_windows_lines_make_no_difference(tail: str) -> None:
    assert visible(f"Green.\n\n{tail}\n".replace("\n", "\r\n")).strip() == "Green."


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_what_only_looks_like_it_is_kept(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(("text", "said"), MIXED.values(), ids=MIXED.keys())
def test_what_stands_between_quotes_is_kept(text: str, said: str) -> None:
    assert visible(text) == said


def test_a_mail_passed_on_keeps_what_it_passes_on() -> None:
    text = f"Please look.\n\n{TAILS['outlook en']}"

    assert visible(text, forwarded=True) == text
    assert visible(text) == "Please look."


def test_a_blank_line_between_two_long_quotes_is_nothing_odd() -> None:
    long = "> " + "the kettle you sent whistles at night " * 2

    assert visible(f"{long}\n\n{long}\nI see.") == "I see."


@settings(deadline=None)
@given(st.lists(st.sampled_from([*SNIPPETS, "", " ", ">", "> x", "hello", "你好"]), max_size=30))
def test_lines_are_left_out_and_never_changed(rows: list[str]) -> None:
    shown = iter("\n".join(rows).split("\n"))

    assert all(line in shown for line in visible("\n".join(rows)).split("\n"))


@settings(deadline=None)
@given(st.lists(st.sampled_from([*SNIPPETS, "", " ", ">", "> x", "hello", "你好"]), max_size=30))
def test_what_is_cut_once_is_cut(rows: list[str]) -> None:
    once = visible("\n".join(rows))

    assert visible(once) == once


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_text_is_too_odd(text: str) -> None:
    assert visible(visible(text)) == visible(text)
