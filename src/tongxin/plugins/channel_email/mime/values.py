"""What a mail says once it has been read: plain frozen values."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

Reason = Literal["automatic", "bounce", "list", "bulk", "no_reply", "null_return_path", "loop"]
BounceKind = Literal["failed", "delayed", "delivered", "complaint"]


class Address(NamedTuple):
    """A mailbox as a header names it; either may be empty."""

    name: str = ""
    address: str = ""


NOBODY = Address()


@dataclass(frozen=True)
class Attachment:
    """A file that came along.

    ``name`` is never empty and has no control characters, but may be anything else: whoever writes
    it to a disk chooses a name of their own. ``content_id`` is what the HTML calls it by (``cid:``).
    """

    name: str
    type: str
    content: bytes = field(repr=False)
    content_id: str = ""
    inline: bool = False


@dataclass(frozen=True)
class Failure:
    """One address that a mail of ours did not reach, or reached late."""

    address: str
    status: str = ""
    permanent: bool = True
    diagnostic: str = ""


@dataclass(frozen=True)
class Bounce:
    """What a mail server reports about a mail of ours.

    ``original_id`` is the Message-ID of the mail it is about, without angles, or empty.
    """

    kind: BounceKind
    failures: tuple[Failure, ...] = ()
    original_id: str = ""

    @property
    def recipients(self) -> tuple[str, ...]:
        return tuple(failure.address for failure in self.failures if failure.address)

    @property
    def status(self) -> str:
        return next((failure.status for failure in self.failures if failure.status), "")

    @property
    def diagnostic(self) -> str:
        return next((failure.diagnostic for failure in self.failures if failure.diagnostic), "")

    @property
    def permanent(self) -> bool:
        return self.kind == "failed" and any(failure.permanent for failure in self.failures)


@dataclass(frozen=True)
class Mail:
    """A mail, whatever arrived.

    Identifiers (``message_id``, ``references``, ``in_reply_to``) stand without angles. ``text`` is
    made of the HTML where no plain text came; ``html`` is raw and has to be cleaned where it is
    shown. ``date`` is what its sender's clock said, ``received`` what that of the last server on its
    way did (RFC 5321, 4.4: each puts its line on top). ``visible_reply`` is ``text`` without quotes
    and signature. ``unanswerable`` says why no machine may answer this mail; who writes by hand may.
    """

    subject: str = ""
    sender: Address = NOBODY
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    date: datetime | None = None
    received: datetime | None = None
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    list_id: str = ""
    authentication: tuple[str, ...] = ()
    text: str = ""
    html: str = ""
    visible_reply: str = ""
    attachments: tuple[Attachment, ...] = ()
    is_auto: bool = False
    bounce: Bounce | None = None
    unanswerable: frozenset[Reason] = frozenset()

    @property
    def answerable(self) -> bool:
        """Whether a machine may answer it by itself."""
        return not self.unanswerable
