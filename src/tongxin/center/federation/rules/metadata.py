"""What the metadata of a SAML provider say. Pure."""

import re
from typing import TYPE_CHECKING

from tongxin.center.federation.values import Metadata

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LONGEST = 200_000
_MD, _DS = "{urn:oasis:names:tc:SAML:2.0:metadata}", "{http://www.w3.org/2000/09/xmldsig#}"
_REDIRECT = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
_DECLARED = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


def read(xml: str) -> Metadata:
    """Return what a document says of one provider. Raises ValueError, whose text is ``xml``, ``provider``,
    ``address`` (it offers no way by redirect) or ``keys``.
    """  # noqa: D205
    from xml.etree import ElementTree as ET  # noqa: PLC0415 - seldom wanted

    if len(xml) > LONGEST or _DECLARED.search(xml):  # entities are bombs, or read our files
        raise ValueError("xml")
    try:
        root = ET.fromstring(xml.lstrip("\ufeff \r\n\t"))  # noqa: S314 - without declarations it is harmless
    except (ET.ParseError, ValueError, RecursionError):
        raise ValueError("xml") from None
    entities = [one for one in root.iter(f"{_MD}EntityDescriptor") if _described(one) is not None]
    if len(entities) != 1 or not (name := entities[0].get("entityID", "").strip()):
        raise ValueError("provider")
    described = _described(entities[0])
    assert described is not None  # noqa: S101 - looked at above
    return Metadata(name, _address(described), _certificates(described))


def _described(entity: "Element") -> "Element | None":
    return entity.find(f"{_MD}IDPSSODescriptor")


def _address(described: "Element") -> str:
    for service in described.findall(f"{_MD}SingleSignOnService"):
        if service.get("Binding") == _REDIRECT and (address := service.get("Location", "").strip()):
            return address
    raise ValueError("address")


def _certificates(described: "Element") -> list[str]:
    keys = [
        k for k in described.findall(f"{_MD}KeyDescriptor") if k.get("use") in {None, "signing"}
    ]
    texts = [text.text or "" for key in keys for text in key.iter(f"{_DS}X509Certificate")]
    found = [text for text in (_SPACE.sub("", text) for text in texts) if text]
    if not found:
        raise ValueError("keys")
    return list(dict.fromkeys(found))
