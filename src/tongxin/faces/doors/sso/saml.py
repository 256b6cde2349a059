"""SAML 2.0: asked by redirect, answered by a post that we asked for, signed by a key we know.

python3-saml and xmlsec are large: they are loaded when somebody first logs in this way. What they do not
insist on is looked at here, in what is signed: audience, recipient, our own request, a time, once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any
from urllib.parse import urlencode, urlsplit

from tongxin.center.federation.actions import take_once
from tongxin.center.federation.queries import read_metadata
from tongxin.center.federation.values import Claims, Metadata, Provider
from tongxin.center.kit.outgoing import is_secure
from tongxin.center.kit.refusals import Refused
from tongxin.faces.doors.sso.documents import fetched
from tongxin.faces.doors.sso.trips import Trip
from tongxin.faces.doors.sso.trouble import trouble

SKEW = 120  # seconds that a clock may be off
LONGEST = 500_000  # characters of an answer
_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
_REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
_UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
_TRANSIENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"
_DATA = (
    "/saml:Subject/saml:SubjectConfirmation[@Method='urn:oasis:names:tc:SAML:2.0:cm:bearer']"
    "/saml:SubjectConfirmationData"
)
_EMAIL = ("email", "mail", "emailaddress", "urn:oid:0.9.2342.19200300.100.1.3",
          "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress")  # fmt: skip
_NAME = ("displayname", "name", "cn", "urn:oid:2.16.840.1.113730.3.1.241",
         "http://schemas.microsoft.com/identity/claims/displayname",
         "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name")  # fmt: skip
_OURS = """<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity}">
  <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" \
protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
    <md:AssertionConsumerService Binding="{binding}" Location="{acs}" index="0" isDefault="true"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
"""


@dataclass(frozen=True)
class Places:
    """What we are called at a provider: our entity id, and where answers are posted."""

    entity: str
    acs: str


def our_metadata(places: Places) -> str:
    """Return what a provider reads of us."""
    return _OURS.format(entity=escape(places.entity), acs=escape(places.acs), binding=_POST)


def theirs(provider: Provider, *, fresh: bool = False) -> Metadata:
    """Return what a provider says of itself. Raises Refused."""
    found = read_metadata(provider.metadata or fetched(provider.address, fresh=fresh))
    if not is_secure(found.address):
        raise trouble("sso.address")
    return found


def address_for(provider: Provider, trip: Trip, places: Places) -> tuple[str, str]:
    """Return where the browser is sent to log in, and the id of what we ask."""
    from onelogin.saml2.authn_request import OneLogin_Saml2_Authn_Request  # noqa: PLC0415 - large

    there = theirs(provider)
    asked = OneLogin_Saml2_Authn_Request(_settings(there, places))
    query = urlencode({"SAMLRequest": asked.get_request(), "RelayState": trip.state})
    return there.address + ("&" if "?" in there.address else "?") + query, str(asked.get_id())


def proved(
    provider: Provider, encoded: str, trip: Trip, places: Places, now: datetime
) -> Claims:  # fmt: skip
    """Return whom the provider proved, by the answer that the browser brought. Raises Refused."""
    if not encoded or len(encoded) > LONGEST:
        raise trouble("sso.answer")
    try:
        return _proved(provider, theirs(provider), encoded, trip, places, now)
    except Refused as refused:
        if refused.code != "sso.signature" or provider.metadata:
            raise
    return _proved(provider, theirs(provider, fresh=True), encoded, trip, places, now)


def _proved(
    provider: Provider, there: Metadata, encoded: str, trip: Trip, places: Places, now: datetime
) -> Claims:  # fmt: skip
    from onelogin.saml2.errors import OneLogin_Saml2_ValidationError  # noqa: PLC0415 - large

    try:
        answer = _checked(encoded, there, places, trip)
        _check_signed(answer, trip, places, now)
        name, claims = answer.get_assertion_id(), _claims(provider, there, answer)
    except Refused:
        raise
    except OneLogin_Saml2_ValidationError as error:
        raise trouble(_code_of(error, OneLogin_Saml2_ValidationError), str(error)) from None
    except Exception as error:  # noqa: BLE001 - lxml, xmlsec and base64 each have their own
        raise trouble("sso.answer", repr(error)) from None
    until = now + timedelta(days=1)
    if not take_once(purpose="saml", name=f"{provider.id} {name}", until=until, now=now):
        raise trouble("sso.replay")
    return claims


def _checked(encoded: str, there: Metadata, places: Places, trip: Trip) -> Any:  # noqa: ANN401
    """Return an answer whose form, signature, issuer and status are right."""
    from onelogin.saml2.constants import OneLogin_Saml2_Constants  # noqa: PLC0415 - large
    from onelogin.saml2.response import OneLogin_Saml2_Response  # noqa: PLC0415

    OneLogin_Saml2_Constants.ALLOWED_CLOCK_DRIFT = SKEW
    acs = urlsplit(places.acs)
    request: dict[str, Any] = {"https": "on" if acs.scheme == "https" else "off", "http_host": acs.netloc,
               "script_name": acs.path, "get_data": {}, "post_data": {}}  # fmt: skip
    answer = OneLogin_Saml2_Response(_settings(there, places), encoded)
    answer.is_valid(request, request_id=trip.request_id, raise_exceptions=True)
    return answer


def _code_of(error: Any, known: Any) -> str:  # noqa: ANN401 - untyped
    codes = {
        "sso.signature": ("INVALID_SIGNATURE", "NO_SIGNATURE_FOUND", "NO_SIGNED_ASSERTION",
                          "NO_SIGNED_MESSAGE", "WRONG_SIGNED_ELEMENT", "UNEXPECTED_SIGNED_ELEMENTS",
                          "WRONG_NUMBER_OF_SIGNATURES_IN_RESPONSE", "DUPLICATED_ID_IN_SIGNED_ELEMENTS",
                          "WRONG_NUMBER_OF_ASSERTIONS", "DEPRECATED_SIGNATURE_METHOD",
                          "DEPRECATED_DIGEST_METHOD", "ID_NOT_FOUND_IN_SIGNED_ELEMENT",
                          "DUPLICATED_REFERENCE_IN_SIGNED_ELEMENTS", "INVALID_SIGNED_ELEMENT"),
        "sso.expired": ("RESPONSE_EXPIRED", "ASSERTION_EXPIRED", "ASSERTION_TOO_EARLY", "SESSION_EXPIRED"),
        "sso.state": ("WRONG_INRESPONSETO",),
        "sso.cancelled": ("STATUS_CODE_IS_NOT_SUCCESS",),
    }  # fmt: skip
    numbers = {getattr(known, name, None): code for code, names in codes.items() for name in names}
    return numbers.get(error.code, "sso.answer")


def _check_signed(answer: Any, trip: Trip, places: Places, now: datetime) -> None:  # noqa: ANN401
    """Look at what the signature covers. Raises Refused."""
    if places.entity not in answer.get_audiences():
        raise trouble("sso.answer", "no audience, or another")
    if answer.get_in_response_to() != trip.request_id:
        raise trouble("sso.state", "asked by somebody else, or by nobody")
    data = answer._query_assertion(_DATA)  # noqa: SLF001 - it reads only what is signed
    fitting = [one for one in data if one.get("InResponseTo") == trip.request_id]
    if not fitting:
        raise trouble("sso.state", "the assertion answers another request, or none")
    if not any(one.get("Recipient") == places.acs and _is_now(one, now) for one in fitting):
        raise trouble("sso.answer", "for another recipient, or without an end")


def _is_now(data: Any, now: datetime) -> bool:  # noqa: ANN401
    try:
        until = datetime.fromisoformat(str(data.get("NotOnOrAfter")))
    except ValueError:
        return False
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return now < until + timedelta(seconds=SKEW)


def _claims(provider: Provider, there: Metadata, answer: Any) -> Claims:  # noqa: ANN401
    subject = str(answer.get_nameid() or "")
    if not 0 < len(subject) <= 300 or answer.get_nameid_format() == _TRANSIENT:  # noqa: PLR2004
        raise trouble("sso.answer", "no lasting name for who it is")
    told: Mapping[str, Sequence[str | None]] = answer.get_attributes()
    email = _first(told, _EMAIL) or (subject if "@" in subject else "")
    return Claims(
        there.entity_id, subject, email.strip(), None, _first(told, _NAME)[:120],
        [group for group in told.get(provider.groups, ()) if group],
    )  # fmt: skip


def _first(told: Mapping[str, Sequence[str | None]], names: Sequence[str]) -> str:
    lower = {name.lower(): values for name, values in told.items()}
    return next(
        (str(v) for name in names for v in lower.get(name, ()) if isinstance(v, str) and v), ""
    )


def _settings(there: Metadata, places: Places) -> Any:  # noqa: ANN401
    from onelogin.saml2.settings import OneLogin_Saml2_Settings  # noqa: PLC0415 - large

    return OneLogin_Saml2_Settings({
        "strict": True, "debug": False,
        "sp": {"entityId": places.entity, "NameIDFormat": _UNSPECIFIED,
               "assertionConsumerService": {"url": places.acs, "binding": _POST}},
        "idp": {"entityId": there.entity_id,
                "singleSignOnService": {"url": there.address, "binding": _REDIRECT},
                "x509certMulti": {"signing": list(there.certificates)}},
        "security": {"wantAssertionsSigned": False,  # the whole answer may be signed instead
                     "wantAttributeStatement": False, "requestedAuthnContext": False,
                     "rejectDeprecatedAlgorithm": True, "allowRepeatAttributeName": True,
                     "allowSingleLabelDomains": True,
                     "rejectUnsolicitedResponsesWithInResponseTo": True},
    })  # fmt: skip
