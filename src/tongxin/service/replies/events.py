from dataclasses import dataclass
from typing import ClassVar

from tongxin.center.timeline.values import Fact


@dataclass(frozen=True, kw_only=True)
class CannedFact(Fact):
    """Something that happened to a canned reply."""

    canned_id: int


@dataclass(frozen=True, kw_only=True)
class CannedCreated(CannedFact):
    """Ready words were written; ``shared`` where everybody has them."""

    kind: ClassVar[str] = "canned.created"
    shared: bool


@dataclass(frozen=True, kw_only=True)
class CannedChanged(CannedFact):
    """Ready words say something else, or are called otherwise."""

    kind: ClassVar[str] = "canned.changed"
    shared: bool


@dataclass(frozen=True, kw_only=True)
class CannedArchived(CannedFact):
    """Ready words are offered no more."""

    kind: ClassVar[str] = "canned.archived"


@dataclass(frozen=True, kw_only=True)
class CannedRestored(CannedFact):
    """Ready words are offered again."""

    kind: ClassVar[str] = "canned.restored"


@dataclass(frozen=True, kw_only=True)
class HeldFact(Fact):
    """Something that happened to words that rest until their time."""

    conversation_id: int
    held_id: int


@dataclass(frozen=True, kw_only=True)
class ReplyHeld(HeldFact):
    """Words to a person rest until ``due`` (RFC 3339): for seconds, or ``scheduled``."""

    kind: ClassVar[str] = "reply.held"
    due: str
    scheduled: bool


@dataclass(frozen=True, kw_only=True)
class ReplyRescheduled(HeldFact):
    """Words that rest leave at another time."""

    kind: ClassVar[str] = "reply.rescheduled"
    due: str


@dataclass(frozen=True, kw_only=True)
class ReplyCancelled(HeldFact):
    """Words that rested were taken back, or the person wrote before their time."""

    kind: ClassVar[str] = "reply.cancelled"


@dataclass(frozen=True, kw_only=True)
class ReplyInterrupted(HeldFact):
    """The person wrote before their time: a member decides whether the words still fit."""

    kind: ClassVar[str] = "reply.interrupted"
    author_id: int | None


@dataclass(frozen=True, kw_only=True)
class ReplyStuck(HeldFact):
    """Words could not leave at their time; ``error`` says why."""

    kind: ClassVar[str] = "reply.stuck"
    error: str


@dataclass(frozen=True, kw_only=True)
class ReplyOffered(HeldFact):
    """Words are offered for review, to one member or (null) to whoever may approve."""

    kind: ClassVar[str] = "reply.offered"
    reviewer_id: int | None


@dataclass(frozen=True, kw_only=True)
class ReplyApproved(HeldFact):
    """A colleague approved of words: they leave now."""

    kind: ClassVar[str] = "reply.approved"


@dataclass(frozen=True, kw_only=True)
class ReplyReturned(HeldFact):
    """A colleague returned words to their author, with a remark."""

    kind: ClassVar[str] = "reply.returned"
    author_id: int | None
    remark: str


@dataclass(frozen=True, kw_only=True)
class MacroFact(Fact):
    """Something that happened to a macro."""

    macro_id: int


@dataclass(frozen=True, kw_only=True)
class MacroCreated(MacroFact):
    """Several steps can be done by one click from now on."""

    kind: ClassVar[str] = "macro.created"
    shared: bool


@dataclass(frozen=True, kw_only=True)
class MacroChanged(MacroFact):
    """A macro does something else, or is called otherwise."""

    kind: ClassVar[str] = "macro.changed"
    shared: bool


@dataclass(frozen=True, kw_only=True)
class MacroArchived(MacroFact):
    """A macro is offered no more."""

    kind: ClassVar[str] = "macro.archived"
