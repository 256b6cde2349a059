"""OpenID Connect: the code flow with PKCE, a nonce, and an ID token whose signature is checked."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from typing import Any
from urllib.parse import quote_plus, urlencode

import jwt

from tongxin.center.federation.values import Claims, Provider
from tongxin.center.kit.outgoing import Unreachable, ask, is_secure
from tongxin.center.kit.text import clean
from tongxin.faces.doors.sso.documents import fetched, record_of
from tongxin.faces.doors.sso.trips import Trip
from tongxin.faces.doors.sso.trouble import trouble

WELL_KNOWN = "/.well-known/openid-configuration"
SKEW = 120  # seconds that a clock may be off
# Of keys that everybody may know: with HS256 such a key would sign whatever somebody likes.
ALGORITHMS = frozenset(
    f"{family}{bits}" for family in ("RS", "PS", "ES") for bits in (256, 384, 512)
) | {"EdDSA"}
_FAMILY = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
_PLACES = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
_NEEDED = ["exp", "iat", "iss", "aud", "sub"]
_CANCELLED = {"access_denied", "interaction_required", "login_required", "consent_required"}
_LONGEST = 300
_MOST_GROUPS = 2000
_FINE = 200


@dataclass(frozen=True)
class Discovered:
    """What a provider says of itself."""

    issuer: str
    asks_at: str
    answers_at: str
    keys_at: str
    tells_at: str
    names_itself: bool
    takes_posted_secret: bool


def discovered(address: str) -> Discovered:
    """Return what a provider says of itself. Raises Refused."""
    found = record_of(fetched(address.rstrip("/") + WELL_KNOWN))
    issuer = str(found.get("issuer") or "")
    if issuer.rstrip("/") != address.rstrip("/"):
        raise trouble("sso.issuer", issuer)
    asks, answers, shows, tells = (str(found.get(name) or "") for name in _PLACES)
    if not (asks and answers and shows):
        raise trouble("sso.document")
    if not all(is_secure(place) for place in (asks, answers, shows, tells) if place):
        raise trouble("sso.address")
    ways = found.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Discovered(
        issuer, asks, answers, shows, tells,
        names_itself=bool(found.get("authorization_response_iss_parameter_supported")),
        takes_posted_secret="client_secret_basic" not in ways and "client_secret_post" in ways,
    )  # fmt: skip


def address_for(provider: Provider, trip: Trip, back: str) -> str:
    """Return where the browser is sent to log in."""
    there = discovered(provider.address)
    asked = {
        "response_type": "code", "client_id": provider.client_id, "redirect_uri": back,
        "scope": provider.scopes, "state": trip.state, "nonce": trip.nonce,
        "code_challenge": _challenge(trip.verifier), "code_challenge_method": "S256",
    }  # fmt: skip
    return there.asks_at + ("&" if "?" in there.asks_at else "?") + urlencode(asked)


def proved(provider: Provider, answer: Mapping[str, str], trip: Trip, back: str) -> Claims:
    """Return whom the provider proved, by what the browser brought back. Raises Refused."""
    there = discovered(provider.address)
    _check_sender(there, answer)
    if error := answer.get("error"):
        raise trouble("sso.cancelled" if error in _CANCELLED else "sso.provider", error)
    if not (code := answer.get("code")):
        raise trouble("sso.answer")
    tokens = _exchanged(provider, there, trip, back, code)
    said = verified(str(tokens.get("id_token") or ""), provider, there, trip.nonce)
    return _claims(provider, there, _completed(provider, there, said, tokens))


def verified(token: str, provider: Provider, there: Discovered, nonce: str) -> dict[str, Any]:
    """Return what an ID token says, when all of it is right. Raises Refused."""
    try:
        header = jwt.get_unverified_header(token)
    except jwt.InvalidTokenError:
        raise trouble("sso.answer") from None
    if (algorithm := str(header.get("alg"))) not in ALGORITHMS:
        raise trouble("sso.signature", f"signed by {algorithm}")
    said = _decoded(token, algorithm, header.get("kid"), provider, there)
    parties = said["aud"] if isinstance(said["aud"], list) else [said["aud"]]
    if said.get("azp", provider.client_id) != provider.client_id or (
        len(parties) > 1 and "azp" not in said
    ):
        raise trouble("sso.answer", "the token was made for another client")
    if not compare_digest(str(said.get("nonce") or "").encode(), nonce.encode()):
        raise trouble("sso.state", "the nonce is another")
    return said


def keys(there: Discovered, *, fresh: bool = False) -> list[dict[str, Any]]:
    """Return the keys by which a provider signs. Raises Refused: ``sso.keys``."""
    found = record_of(fetched(there.keys_at, fresh=fresh)).get("keys")
    known = [key for key in found if isinstance(key, dict)] if isinstance(found, list) else []
    usable = [k for k in known if k.get("kty") in _FAMILY.values() and k.get("use", "sig") == "sig"]
    if not usable:
        raise trouble("sso.keys")
    return usable


def _decoded(
    token: str, algorithm: str, kid: object, provider: Provider, there: Discovered
) -> dict[str, Any]:
    for fresh in (False, True):  # a key may be newer than what we keep
        for key in _fitting(keys(there, fresh=fresh), algorithm, kid):
            try:
                return jwt.decode(
                    token, key, algorithms=[algorithm], audience=provider.client_id,
                    issuer=there.issuer, leeway=SKEW, options={"require": _NEEDED},
                )  # fmt: skip
            except jwt.InvalidSignatureError:
                continue
            except jwt.ExpiredSignatureError:
                raise trouble("sso.expired") from None
            except jwt.InvalidTokenError as error:
                raise trouble("sso.answer", str(error)) from None
    raise trouble("sso.signature")


def _fitting(known: list[dict[str, Any]], algorithm: str, kid: object) -> Iterator[Any]:
    """Yield the keys of the right kind, those of this name only where the token names one."""
    for key in known:
        if key["kty"] != _FAMILY[algorithm[:2]] or (kid is not None and key.get("kid") != kid):
            continue
        try:
            yield jwt.PyJWK(key, algorithm).key
        except (jwt.PyJWTError, ValueError, TypeError, KeyError):
            continue


def _check_sender(there: Discovered, answer: Mapping[str, str]) -> None:
    """Another provider's answer is not taken for this one's (RFC 9207)."""
    named = answer.get("iss")
    if named != there.issuer and (named is not None or there.names_itself):
        raise trouble("sso.answer", f"sent by {named}")


def _exchanged(
    provider: Provider, there: Discovered, trip: Trip, back: str, code: str
) -> dict[str, Any]:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back,
            "client_id": provider.client_id, "code_verifier": trip.verifier}  # fmt: skip
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    if provider.secret and there.takes_posted_secret:
        form["client_secret"] = provider.secret
    elif provider.secret:
        pair = f"{quote_plus(provider.client_id)}:{quote_plus(provider.secret)}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    return _asked(there.answers_at, headers, urlencode(form).encode())


def _completed(
    provider: Provider, there: Discovered, said: dict[str, Any], tokens: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what was said, with what the provider tells only when asked: it must mean the same person."""
    is_whole = "email" in said and _named(said, provider.groups) is not None
    token = tokens.get("access_token")
    if is_whole or not there.tells_at or not isinstance(token, str):
        return said
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    more = _asked(there.tells_at, headers, None)
    if more.get("sub") != said["sub"]:
        raise trouble("sso.answer", "userinfo is about somebody else")
    return {**more, **said}


def _asked(address: str, headers: Mapping[str, str], body: bytes | None) -> dict[str, Any]:
    try:
        answer = ask(address, headers, body)
    except Unreachable as failure:
        raise trouble("sso.unreachable", str(failure)) from failure
    if answer.status != _FINE:
        raise trouble("sso.provider", f"{address}: {answer.status}")
    return record_of(answer.body.decode(errors="replace"))


def _claims(provider: Provider, there: Discovered, said: Mapping[str, Any]) -> Claims:
    subject, email = said["sub"], said.get("email")
    is_plain = isinstance(subject, str) and clean(subject) == subject
    if not is_plain or not 0 < len(subject) <= _LONGEST:
        raise trouble("sso.answer", "the subject is strange")
    groups = _named(said, provider.groups) or []
    listed = groups if isinstance(groups, list) else [groups]
    return Claims(
        there.issuer, subject, email.strip() if isinstance(email, str) else "",
        _is_verified(said.get("email_verified")), str(said.get("name") or "")[:120],
        [group for group in listed if isinstance(group, str)][:_MOST_GROUPS],
    )  # fmt: skip


def _is_verified(said: object) -> bool | None:
    return None if said is None else said is True or said == "true"


def _named(said: Mapping[str, Any], path: str) -> object:
    """Return a claim by its name, or by the way to it as in ``realm_access.roles``."""
    if path in said:
        return said[path]
    found: Any = said
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
