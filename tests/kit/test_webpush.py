"""What we push is what browsers read: the example of RFC 8291, and who sends it."""

from datetime import UTC, datetime

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tongxin.center.kit.webpush import (
    LONGEST,
    _packed,
    _unpacked,
    check_keys,
    encrypted,
    public_key,
    sender,
)

THEIRS = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
OURS = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
READ = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
    "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_example_of_the_standard_is_met_to_the_byte() -> None:
    """RFC 8291, appendix A."""
    own = ec.derive_private_key(int.from_bytes(_unpacked(OURS, 32), "big"), ec.SECP256R1())
    text = b"When I grow up, I want to be a watermelon"

    assert _packed(encrypted(text, THEIRS, AUTH, salt=_unpacked(SALT, 16), own=own)) == READ


def test_no_two_pushes_look_alike() -> None:
    assert encrypted(b"x", THEIRS, AUTH) != encrypted(b"x", THEIRS, AUTH)


@pytest.mark.parametrize(
    ("point", "auth"),
    [
        ("", AUTH),
        (THEIRS, ""),
        (THEIRS[:-4], AUTH),
        ("B" + "A" * 86, AUTH),
        ("壶", AUTH),
        ("!!", "!!"),
    ],
)
def test_what_is_no_key_is_refused(point: str, auth: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        check_keys(point, auth)


def test_what_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        encrypted(b"x" * (LONGEST + 1), THEIRS, AUTH)


def test_the_sender_is_who_the_browser_let_in() -> None:
    now = datetime.now(UTC)
    scheme, _space, rest = sender("https://push.example:8443/abc?d", now).partition(" ")
    token, key = (part.split("=", 1)[1] for part in rest.split(", "))
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _unpacked(key, 65))

    assert (scheme, key) == ("vapid", public_key())
    claims = jwt.decode(token, point, ["ES256"], audience="https://push.example:8443")
    assert claims["sub"].startswith("mailto:")
