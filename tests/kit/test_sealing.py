"""What is secret lies encrypted: only a key that is here opens it, and a new key takes over."""

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from tongxin.center.kit.sealing import Unreadable, resealed, seal, unseal


@given(st.text())
def test_what_was_sealed_is_opened_again(text: str) -> None:
    sealed = seal(text)

    assert unseal(sealed) == text
    assert sealed != seal(text)


@pytest.mark.parametrize("place", [0, 9, 20, -1])
def test_what_was_changed_is_refused(place: int) -> None:
    sealed = list(seal("茶壶"))
    sealed[place] = "A" if sealed[place] != "A" else "B"

    with pytest.raises(Unreadable):
        unseal("".join(sealed))


def test_an_old_key_still_opens_until_everything_lies_under_the_new(
    settings: Settings,
) -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    settings.SEALING_KEYS = [old]
    sealed = seal("茶壶")
    settings.SEALING_KEYS = [new, old]
    assert unseal(sealed) == "茶壶"

    anew = resealed(sealed)

    settings.SEALING_KEYS = [new]
    assert unseal(anew) == "茶壶"
    with pytest.raises(Unreadable):
        unseal(sealed)
    with pytest.raises(Unreadable):
        resealed(sealed)
