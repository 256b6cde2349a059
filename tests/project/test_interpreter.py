"""The Python that the house lives on: the quickest at hand, or the one that somebody named."""

import sys
from pathlib import Path

import pytest

from tongxin.project.setup import interpreter


def python(path: Path, says: str) -> str:
    path.write_text(f"#!/bin/sh\necho {says}\n", encoding="ascii")
    path.chmod(0o755)
    return str(path)


@pytest.fixture(autouse=True)
def nobody_named_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHON", raising=False)


def chosen(monkeypatch: pytest.MonkeyPatch, ours: str, *others: str) -> str:
    monkeypatch.setattr(sys, "executable", ours)
    monkeypatch.setattr(interpreter, "OTHERS", others)
    return interpreter.quickest()


def test_a_much_quicker_one_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow, quick = python(tmp_path / "slow", "0.02"), python(tmp_path / "quick", "0.01")

    assert chosen(monkeypatch, slow, quick) == quick
    assert chosen(monkeypatch, quick, slow) == quick


@pytest.mark.parametrize("says", ["0.0195", "too old", ""])
def test_ours_stays_where_the_other_wins_little_or_cannot_serve(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, says: str
) -> None:
    ours, other = python(tmp_path / "ours", "0.02"), python(tmp_path / "other", says)

    assert chosen(monkeypatch, ours, other) == ours
    assert chosen(monkeypatch, ours, str(tmp_path / "nowhere")) == ours


def test_whoever_names_one_gets_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow, quick = python(tmp_path / "slow", "0.02"), python(tmp_path / "quick", "0.01")
    monkeypatch.setenv("PYTHON", "python3")

    assert chosen(monkeypatch, slow, quick) == slow


def test_a_real_one_is_timed() -> None:
    assert (interpreter.seconds_of(sys.executable) or 0) > 0
