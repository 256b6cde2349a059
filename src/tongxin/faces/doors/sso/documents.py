"""What providers publish: fetched once an hour, or anew where a key is not among the known."""

import json
from hashlib import blake2b
from typing import Any

from django.core.cache import cache

from tongxin.center.kit.outgoing import Unreachable, ask, is_secure
from tongxin.faces.doors.sso.trouble import trouble

_KEPT, _PAUSE = 3600, 60  # seconds
_FINE = 200


def fetched(address: str, *, fresh: bool = False) -> str:
    """Return a document. ``fresh``: not the one we keep, at most once a minute.

    Raises Refused: ``sso.address``, ``sso.unreachable``, ``sso.document``.
    """
    key = _key(address)
    kept = cache.get(key)
    if kept is not None and not (fresh and cache.add(f"{key}-again", 1, _PAUSE)):
        return str(kept)
    found = _fetch(address)
    cache.set(key, found, _KEPT)
    return found


def forget(address: str) -> None:
    """Fetch a document anew when it is wanted next."""
    cache.delete(_key(address))


def record_of(text: str) -> dict[str, Any]:
    """Return a JSON object. Raises Refused: ``sso.document``."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise trouble("sso.document") from None
    if not isinstance(found, dict):
        raise trouble("sso.document")
    return found


def _key(address: str) -> str:
    return "sso-" + blake2b(address.encode(), digest_size=20).hexdigest()


def _fetch(address: str) -> str:
    if not is_secure(address):
        raise trouble("sso.address", address)
    try:
        answer = ask(
            address, {"Accept": "application/json, application/samlmetadata+xml, */*;q=0.5"}
        )
    except Unreachable as failure:
        raise trouble("sso.unreachable", str(failure)) from failure
    if answer.status != _FINE:
        raise trouble("sso.document", f"{address} answered {answer.status}")
    try:
        return answer.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise trouble("sso.document") from None
