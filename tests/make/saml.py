"""A stand-in of a SAML provider: it signs with xmlsec, and bends what it says in every way asked for."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

ENTITY = "https://login.example/saml"
RSA_SHA1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"
SHA_256 = "http://www.w3.org/2001/04/xmlenc#sha256"
_NAMES = 'xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"'


@dataclass(frozen=True)
class Identity:
    """A key and its certificate, as PEM."""

    key: str
    certificate: str

    @property
    def der(self) -> str:
        return "".join(self.certificate.strip().splitlines()[1:-1])


@cache
def identity(name: str = "login.example") -> Identity:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
        .serial_number(7).add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .not_valid_before(begins).not_valid_after(begins + timedelta(days=3650))
        .sign(key, SHA256())
    )  # fmt: skip
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return Identity(pem, made.public_bytes(Encoding.PEM).decode())


def metadata(entity: str = ENTITY, **more: str) -> str:
    """Return what the provider says of itself."""
    certificate = more.get("certificate", identity().der)
    address = more.get("address", "https://login.example/sso")
    binding = more.get("binding", "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect")
    return f"""<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="{entity}">
<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
<md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
<ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
<md:SingleSignOnService Binding="{binding}" Location="{address}"/>
</md:IDPSSODescriptor></md:EntityDescriptor>"""


@dataclass(frozen=True)
class Said:
    """What the provider says of somebody, and how."""

    request: str
    acs: str
    audience: str
    name: str = "mei-1"
    attributes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    issuer: str = ENTITY
    name_format: str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
    status: str = "urn:oasis:names:tc:SAML:2.0:status:Success"
    in_response_to: str | None = None
    confirmed_for: str | None = None
    recipient: str | None = None
    begins: timedelta = timedelta(minutes=-1)
    ends: timedelta = timedelta(minutes=5)
    assertion_id: str = ""

    def but(self, **more: Any) -> "Said":
        return replace(self, **more)


def asked(address: str) -> tuple[str, str]:
    """Return the id of a request and its relay state, as the provider reads them in its address."""
    query = parse_qs(urlsplit(address).query)
    xml = zlib.decompress(b64decode(query["SAMLRequest"][0]), -15)
    return ET.fromstring(xml).attrib["ID"], query["RelayState"][0]  # noqa: S314 - ours


def assertion(said: Said) -> str:
    now = datetime.now(UTC)
    begins, ends = (_time(now + delta) for delta in (said.begins, said.ends))
    audience = (
        f"<saml:AudienceRestriction><saml:Audience>{said.audience}</saml:Audience></saml:AudienceRestriction>"
        if said.audience
        else ""
    )
    told = "".join(
        f'<saml:Attribute Name="{name}">'
        + "".join(f"<saml:AttributeValue>{escape(v)}</saml:AttributeValue>" for v in values)
        + "</saml:Attribute>"
        for name, values in said.attributes.items()
    )
    name = said.assertion_id or "_" + token_hex(16)
    confirmed = said.request if said.confirmed_for is None else said.confirmed_for
    answers = f'InResponseTo="{confirmed}" ' if confirmed else ""
    recipient = said.acs if said.recipient is None else said.recipient
    to = f'Recipient="{recipient}" ' if recipient else ""
    return (
        f'<saml:Assertion {_NAMES} ID="{name}" IssueInstant="{_time(now)}" Version="2.0">'
        f"<saml:Issuer>{said.issuer}</saml:Issuer><saml:Subject>"
        f'<saml:NameID Format="{said.name_format}">{said.name}</saml:NameID>'
        '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">'
        f'<saml:SubjectConfirmationData {answers}{to}NotOnOrAfter="{ends}"/></saml:SubjectConfirmation>'
        f'</saml:Subject><saml:Conditions NotBefore="{begins}" NotOnOrAfter="{ends}">{audience}</saml:Conditions>'
        f'<saml:AuthnStatement AuthnInstant="{_time(now)}"><saml:AuthnContext><saml:AuthnContextClassRef>'
        "urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>"
        f"</saml:AuthnStatement><saml:AttributeStatement>{told}</saml:AttributeStatement></saml:Assertion>"
    )


def response(said: Said, inside: str) -> str:
    answers = said.request if said.in_response_to is None else said.in_response_to
    to = f'InResponseTo="{answers}" ' if answers else ""
    return (
        f'<samlp:Response {_NAMES} ID="_{token_hex(16)}" Version="2.0" IssueInstant="{_time(datetime.now(UTC))}" '
        f'Destination="{said.acs}" {to}><saml:Issuer>{said.issuer}</saml:Issuer>'
        f'<samlp:Status><samlp:StatusCode Value="{said.status}"/></samlp:Status>{inside}</samlp:Response>'
    )


def signed(
    xml: str, by: Identity | None = None, *, how: str = RSA_SHA256, digest: str = SHA_256
) -> str:
    from onelogin.saml2.utils import OneLogin_Saml2_Utils

    key = by or identity()
    made = OneLogin_Saml2_Utils.add_sign(xml, key.key, key.certificate, False, how, digest)
    return bytes(made).decode()


def usual(said: Said) -> str:
    """A response whose assertion is signed."""
    return response(said, signed(assertion(said)))


def wholly(said: Said) -> str:
    """A response that is signed as a whole."""
    return signed(response(said, assertion(said)))


def packed(xml: str) -> str:
    return b64encode(xml.encode()).decode()


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


Bent = Callable[[Said], str]
