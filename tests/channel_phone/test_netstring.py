"""The wire to baresip, byte by byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongxin.plugins.channel_phone.gateway.netstring import Broken, framed, unframed


@given(st.lists(st.binary(max_size=40), max_size=6), st.integers(1, 9))
def test_what_is_framed_is_read_however_it_is_cut(said: list[bytes], size: int) -> None:
    wire = b"".join(map(framed, said))
    heard, rest = [], b""

    for begins in range(0, len(wire), size):
        whole, rest = unframed(rest + wire[begins : begins + size])
        heard += whole

    assert (heard, rest) == (said, b"")


@given(st.binary(max_size=60))
def test_anything_else_is_broken_or_waits_for_more(heard: bytes) -> None:
    try:
        whole, rest = unframed(heard)
    except Broken:
        return
    assert b"".join(whole) in heard or len(whole) > 1
    assert heard.endswith(rest)


@pytest.mark.parametrize("heard", [b"x:", b":", b"3:abcd", b"99999999", b"9999999:", b"-1:a,"])
def test_nonsense_is_broken_at_once(heard: bytes) -> None:
    with pytest.raises(Broken):
        unframed(heard)
