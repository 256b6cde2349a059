"""The bodies of calls: flat XML, or JSON."""

import json
from typing import Any
from xml.etree.ElementTree import ParseError, fromstring

from tongxin.sdk import malformed


def fields_of(body: bytes) -> dict[str, Any]:
    """Return a body's fields, of XML all as text. Raises Refused (``hook.malformed``)."""
    if body.lstrip()[:1] == b"{":
        return _of_json(body)
    if b"<!" in body.replace(b"<![CDATA[", b""):  # no entity is declared here, so none can grow
        raise malformed()
    try:
        root = fromstring(body)  # noqa: S314 - see above
    except (ParseError, ValueError, LookupError):
        raise malformed() from None
    return {child.tag: child.text or "" for child in root if not len(child)}


def _of_json(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
        json.dumps(said, allow_nan=False)
    except (ValueError, RecursionError):
        raise malformed() from None
    if not isinstance(said, dict):
        raise malformed()
    return said
