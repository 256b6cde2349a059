"""What channels need to hear: whether it is really the service, and what it says."""

import hashlib
import hmac
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ValidationError

from tongxin.center.kit.refusals import Refused

M = TypeVar("M", bound=BaseModel)
LONGEST_NAME = 200
_LONGEST_TIME = 15  # digits of milliseconds, for some thousand years
Json: TypeAlias = Any  # what a service says, before anybody has looked at it


def forged() -> Refused:
    """Return the refusal of a caller who is not the service."""
    return Refused("hook.forged", _("This call is not signed by the service."))


def malformed() -> Refused:
    """Return the refusal of what no delivery of the service looks like."""
    return Refused("hook.malformed", _("This is not a delivery of the service."))


def check_same(right: str | bytes, shown: str | bytes) -> None:
    """Compare in constant time what a caller shows; raise Refused (``hook.forged``), also where both are empty."""
    if not right or not hmac.compare_digest(_bytes(right), _bytes(shown)):
        raise forged()


def check_recent(at: str, came_at: datetime, most: float, per_second: int = 1) -> None:
    """Raise Refused (``hook.forged``) unless a time in digits is so many seconds away at most."""
    if not (at.isascii() and at.isdecimal() and len(at) <= _LONGEST_TIME):
        raise forged()
    if abs(came_at.timestamp() - int(at) / per_second) > most:
        raise forged()


def understood(model: type[M], said: bytes | dict[str, Any]) -> M:
    """Return a body, or an object out of it, in a model's shape. Raises Refused (``hook.malformed``)."""
    try:
        if isinstance(said, bytes):
            return model.model_validate_json(said)
        return model.model_validate(said)
    except (ValidationError, RecursionError):
        raise malformed() from None


def signed_words(*words: str) -> str:
    """Return the SHA-1 over words in alphabetical order, by which WeChat and Weibo sign."""
    return hashlib.sha1("".join(sorted(words)).encode("utf-8", "surrogatepass")).hexdigest()  # noqa: S324 - theirs


def short(name: str) -> str:
    """Return a message's name as it fits where names are kept; long ones by their hash, always the same."""
    if len(name) <= LONGEST_NAME:
        return name
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


def _bytes(text: str | bytes) -> bytes:
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
