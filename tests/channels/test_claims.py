"""What a company's server signs for is believed while the signature, the key and the time hold."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.make.world import NOON, World
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.service.channels import visitors
from tongxin.service.channels.actions import NewKey, create_inbox, create_key, retire_keys
from tongxin.service.channels.queries import inboxes_by_id
from tongxin.service.channels.values import InboxRow

SOON = timedelta(minutes=5)
SAME_DATABASE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture
def key(tea: World) -> NewKey:
    return create_key(actor=tea.owner, inbox_id=tea.inbox_id, now=NOON)


def at(distance: timedelta) -> int:
    return int((datetime.now(UTC) + distance).timestamp())


def signed(key: NewKey, *, algorithm: str = "HS256", **said: object) -> str:
    claims = {"sub": "mei", "name": "小梅", "exp": at(SOON)} | said
    kept = {name: value for name, value in claims.items() if value is not ...}
    return sealed(key, kept, algorithm)


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def by_hand(header: object, said: object, signature: str = "AA") -> str:
    """Return a JWT put together without a library, so that nothing in it need be sound."""
    return ".".join([*(encoded(json.dumps(part).encode()) for part in (header, said)), signature])


def sealed(key: NewKey, said: object, algorithm: str = "HS256") -> str:
    """Return a JWT put together by hand, but signed with the right key."""
    body, _dot, _none = by_hand({"alg": algorithm, "kid": key.kid}, said).rpartition(".")
    digest = hmac.digest(key.secret.encode(), body.encode(), f"sha{algorithm[2:]}")
    return f"{body}.{encoded(digest)}"


def refusal(token: str, inbox: InboxRow) -> tuple[str, Reason]:
    with pytest.raises(Refused) as refused:
        visitors.read_claim(token, inbox)
    return refused.value.code, refused.value.reason


def taken_or_refused(token: str, inbox: InboxRow) -> visitors.Claim | None:
    """Return the claim, or None where it was refused as it should be; any other error is raised."""
    try:
        return visitors.read_claim(token, inbox)
    except Refused as refused:
        if refused.code != "visitor.claim":
            raise
    return None


NOT_PROVED = ("visitor.claim", Reason.FORBIDDEN)


def test_what_is_signed_is_believed(inbox: InboxRow, key: NewKey) -> None:
    claim = visitors.read_claim(signed(key, email="mei@example.com"), inbox)

    assert claim == visitors.Claim("mei", "小梅", "mei@example.com")


def test_the_demo_shop_s_own_signature_is_believed(inbox: InboxRow, key: NewKey) -> None:
    token = visitors.sign(
        kid=key.kid, secret=key.secret, subject="mei", name="小梅", expires=datetime.now(UTC) + SOON
    )

    assert visitors.read_claim(token, inbox) == visitors.Claim("mei", "小梅", "")


def test_several_keys_are_good_at_once_and_a_retired_one_is_not(
    tea: World, inbox: InboxRow, key: NewKey
) -> None:
    newer = create_key(actor=tea.owner, inbox_id=tea.inbox_id, now=NOON)
    subjects = [visitors.read_claim(signed(k), inbox).subject for k in (key, newer)]

    retire_keys(actor=tea.owner, inbox_id=tea.inbox_id, kids=[key.kid], now=NOON)

    assert subjects == ["mei", "mei"]
    assert refusal(signed(key), inbox) == NOT_PROVED
    assert visitors.read_claim(signed(newer), inbox).subject == "mei"


def test_a_key_of_another_inbox_proves_nothing_here(tea: World, inbox: InboxRow) -> None:
    store = create_inbox(actor=tea.owner, channel="webchat", name="门店", now=NOON)
    theirs = create_key(actor=tea.owner, inbox_id=store, now=NOON)

    assert refusal(signed(theirs), inbox) == NOT_PROVED
    assert visitors.read_claim(signed(theirs), inboxes_by_id(inbox_ids=[store])[store])


def test_one_key_s_name_does_not_vouch_for_another_key_s_signature(
    tea: World, inbox: InboxRow, key: NewKey
) -> None:
    newer = create_key(actor=tea.owner, inbox_id=tea.inbox_id, now=NOON)

    assert refusal(signed(NewKey(newer.kid, key.secret)), inbox) == NOT_PROVED


@pytest.mark.parametrize(
    "said",
    [
        {"exp": ...},
        {"exp": 1},
        {"exp": "tomorrow"},
        {"exp": None},
        {"exp": 1e400},
        {"nbf": 4_000_000_000},
        {"iat": "yesterday"},
        {"sub": ...},
        {"sub": ""},
        {"sub": None},
        {"sub": 7},
        {"sub": ["mei"]},
        {"sub": "m\x00ei"},
        {"sub": "m\ud800ei"},
        {"sub": "x" * (visitors.LONGEST_SUBJECT + 1)},
    ],
    ids=str,
)
def test_what_says_too_little_or_nonsense_is_refused(
    inbox: InboxRow, key: NewKey, said: dict[str, Any]
) -> None:
    assert refusal(signed(key, **said), inbox) == NOT_PROVED


def test_a_clock_half_a_minute_off_is_forgiven_and_more_is_not(
    inbox: InboxRow, key: NewKey
) -> None:
    assert visitors.read_claim(signed(key, exp=at(-timedelta(seconds=20))), inbox)
    assert refusal(signed(key, exp=at(-timedelta(seconds=40))), inbox) == NOT_PROVED


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_is_refused_even_with_the_right_key(
    inbox: InboxRow, key: NewKey, algorithm: str
) -> None:
    assert refusal(signed(key, algorithm=algorithm), inbox) == NOT_PROVED


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", "HS256", None, 1, ["HS256"]])
@pytest.mark.parametrize("signature", ["", "AA"])
def test_what_is_not_signed_is_refused(
    inbox: InboxRow, key: NewKey, algorithm: object, signature: str
) -> None:
    header = {"alg": algorithm, "typ": "JWT", "kid": key.kid}
    said = {"sub": "mei", "exp": 4_000_000_000}

    assert refusal(by_hand(header, said, signature), inbox) == NOT_PROVED


def test_a_public_key_algorithm_is_refused(inbox: InboxRow, key: NewKey) -> None:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    said = {"sub": "mei", "exp": at(SOON)}

    token = jwt.encode(said, private, "RS256", headers={"kid": key.kid})

    assert refusal(token, inbox) == NOT_PROVED


@pytest.mark.parametrize(
    "kid",
    ["", "k_unknown", "k\x00", "k\ud800", "' OR 1=1 --", None, 5, ["k"], {"k": 1}, "k" * 9999],
)
def test_a_key_that_is_none_is_refused(inbox: InboxRow, kid: object) -> None:
    header = {"alg": "HS256", "typ": "JWT", "kid": kid}

    assert refusal(by_hand(header, {"sub": "mei", "exp": 4_000_000_000}), inbox) == NOT_PROVED


def test_a_header_nested_without_end_is_refused(inbox: InboxRow) -> None:
    nested = base64.urlsafe_b64encode(b"[" * 90_000).decode()

    assert refusal(f"{nested}.AA.AA", inbox) == NOT_PROVED


@SAME_DATABASE
@given(st.text() | st.lists(st.text(max_size=30), min_size=3, max_size=3).map(".".join))
def test_any_text_is_refused_and_breaks_nothing(inbox: InboxRow, token: str) -> None:
    assert refusal(token, inbox) == NOT_PROVED


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
)


@SAME_DATABASE
@given(JSON, st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jku"]), JSON))
def test_any_header_and_any_body_are_refused_and_break_nothing(
    inbox: InboxRow, said: object, header: dict[str, object]
) -> None:
    assert refusal(by_hand(header, said), inbox) == NOT_PROVED


@SAME_DATABASE
@given(
    st.dictionaries(
        st.sampled_from(["sub", "exp", "name", "email", "iat", "nbf", "aud", "iss", "jti"]), JSON
    )
)
def test_whatever_a_server_signs_is_a_sound_claim_or_refused(
    inbox: InboxRow, key: NewKey, said: dict[str, object]
) -> None:
    token = sealed(key, {"exp": at(SOON)} | said)

    claim = taken_or_refused(token, inbox)

    if claim is not None:
        assert claim.subject == said["sub"]
        for text in (claim.subject, claim.name, claim.email):
            assert "\x00" not in text
            assert text.encode()
