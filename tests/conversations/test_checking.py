"""What a mail server found of a sender is read where it can be believed, and no further."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxin.service.conversations.rules import Checked, checked_by


@pytest.mark.parametrize(
    ("said", "checked"),
    [
        ([], Checked()),
        (["mx.tea.example; none"], Checked("mx.tea.example", [], [])),
        (
            ["mx.tea.example 1; spf=pass (sender ok; really) smtp.mailfrom=a.example; dkim=fail (bad; x) reason=y"],
            Checked("mx.tea.example", ["spf"], ["dkim"]),
        ),
        (["mx; dkim=fail header.d=a; dkim=pass header.d=b; DMARC=PASS"], Checked("mx", ["dkim", "dmarc"], [])),
        (["mx; spf=softfail", "MX; dkim=pass"], Checked("mx", ["dkim"], ["spf"])),
        (["mx; spf=neutral", "forged.example; dkim=pass; spf=pass"], Checked("mx", [], [])),
        (["mx; x=y spf=pass"], Checked("mx", [], [])),
    ],
)  # fmt: skip
def test_it_is_what_the_server_at_the_top_says(said: list[str], checked: Checked) -> None:
    found = checked_by(said)

    assert (found.by, list(found.passed), list(found.failed)) == (
        checked.by, list(checked.passed), list(checked.failed),
    )  # fmt: skip


@given(st.lists(st.text(alphabet="spf=dkim;()pas \x00mx", max_size=60), max_size=5))
def test_nothing_both_passes_and_fails(said: list[str]) -> None:
    found = checked_by(said)

    assert not set(found.passed) & set(found.failed)
