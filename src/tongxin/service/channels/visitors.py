"""Web visitors: the token a browser keeps, and what a company's server signs for.

A visitor token is ``inbox id.kind.value.day.signature``: a bearer secret (the value of an anonymous
visitor has 128 random bits), checked without asking the database.
"""

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from secrets import token_urlsafe
from typing import Any

import jwt
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.text import clean
from tongxin.center.people import queries as people
from tongxin.center.people.values import EXTERNAL, Address
from tongxin.service.channels.queries import secret_of
from tongxin.service.channels.values import InboxRow

WEBCHAT = "webchat"
_GOOD_FOR = {WEBCHAT: timedelta(days=365), EXTERNAL: timedelta(days=7)}
LONGEST_SUBJECT = 128  # it is a part of other names: of messages, of who gave a file
_KID = re.compile(r"[\w-]{1,32}", re.ASCII)
_LEEWAY = 30
_PARTS = 5


@dataclass(frozen=True)
class Visitor:
    """Who is at the other end of a widget."""

    inbox_id: int
    address: Address

    @cached_property
    def spot(self) -> tuple[int, str, str]:
        """Where they stand, in the words of a wire: asked for at each frame."""
        return self.inbox_id, self.address.kind, self.address.value

    @property
    def is_verified(self) -> bool:
        return self.address.kind == EXTERNAL

    @property
    def label(self) -> str:
        """How stored files name their uploader."""
        return f"visitor:{self.address.kind}:{self.address.value}"[:200]


@dataclass(frozen=True)
class Claim:
    """What the company's server signed: an account, and what it is called."""

    subject: str
    name: str
    email: str


def newcomer(inbox_id: int) -> Visitor:
    return Visitor(inbox_id, Address(WEBCHAT, token_urlsafe(16)))


def account(inbox_id: int, claim: Claim) -> Visitor:
    return Visitor(inbox_id, Address(EXTERNAL, claim.subject, claim.name))


def issue(visitor: Visitor, *, now: datetime) -> str:
    """Return the token by which this visitor is known from now on."""
    value = base64.urlsafe_b64encode(visitor.address.value.encode()).decode().rstrip("=")
    text = f"{visitor.inbox_id}.{visitor.address.kind}.{value}.{now.date().toordinal()}"
    return f"{text}.{_signature(text)}"


def read(token: str, inbox: InboxRow, *, now: datetime) -> Visitor:
    """Return the visitor behind a token. Raises Refused: ``visitor.token``."""
    text, _dot, signature = token.rpartition(".")
    parts = text.split(".")
    if (
        not token.isascii()
        or len(parts) != _PARTS - 1
        or not hmac.compare_digest(signature.encode(), _signature(text).encode())
    ):
        raise not_valid()
    inbox_id, kind, value, day = parts
    issued = date.fromordinal(int(day))
    if int(inbox_id) != inbox.id or now.date() > issued + _GOOD_FOR[kind]:
        raise not_valid()
    padded = value + "=" * (-len(value) % 4)
    return Visitor(inbox.id, Address(kind, base64.urlsafe_b64decode(padded).decode()))


def is_retired(visitor: Visitor, inbox: InboxRow) -> bool:
    """Whether a good token opens nothing any more, because its visitor has logged in since."""
    address = visitor.address
    return not visitor.is_verified and people.is_retired(
        workspace_id=inbox.workspace_id, kind=address.kind, value=address.value
    )


def read_claim(signed: str, inbox: InboxRow) -> Claim:
    """Return what a JWT says, once its signature (HS256, by ``kid``) and ``exp`` hold.

    Raises Refused: ``visitor.claim``.
    """
    try:
        kid = str(jwt.get_unverified_header(signed).get("kid", ""))
        secret = secret_of(inbox_id=inbox.id, kid=kid) if _KID.fullmatch(kid) else None
        if secret is None:
            raise _not_proved()
        said = jwt.decode(
            signed, secret, algorithms=["HS256"], leeway=_LEEWAY,
            options={"require": ["exp", "sub"], "verify_aud": False},
        )  # fmt: skip
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
        raise _not_proved() from None
    return _claim(said)


def sign(*, kid: str, secret: str, subject: str, name: str, expires: datetime) -> str:
    """Sign an identity as a company's server would (for the demo shop and for tests)."""
    said = {"sub": subject, "name": name, "exp": expires}
    return jwt.encode(said, secret, algorithm="HS256", headers={"kid": kid})


def _claim(said: dict[str, Any]) -> Claim:
    subject = said["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise _not_proved()
    if subject != clean(subject):
        raise _not_proved()
    name, email = (clean(str(said.get(what) or "")) for what in ("name", "email"))
    return Claim(subject, name[:120], email[:250])


def _signature(text: str) -> str:
    return hmac.new(_key(), text.encode(), "sha256").hexdigest()[:40]


@cache
def _key() -> bytes:
    return salted_hmac("tongxin.visitor", "key", algorithm="sha256").digest()


def not_valid() -> Refused:
    """Return the refusal of a visitor's token."""
    return Refused("visitor.token", _("This chat session is not valid any more."), Reason.FORBIDDEN)


def _not_proved() -> Refused:
    return Refused("visitor.claim", _("This log-in could not be verified."), Reason.FORBIDDEN)
