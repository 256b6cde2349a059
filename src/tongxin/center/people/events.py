from dataclasses import dataclass
from typing import ClassVar

from tongxin.center.timeline.values import Fact


@dataclass(frozen=True, kw_only=True)
class PersonMet(Fact):
    """Somebody reached us for the first time."""

    kind: ClassVar[str] = "person.met"
    identity_kind: str


@dataclass(frozen=True, kw_only=True)
class PersonChanged(Fact):
    """What we call a person changed."""

    kind: ClassVar[str] = "person.changed"
    name: str


@dataclass(frozen=True, kw_only=True)
class PersonMerged(Fact):
    """Two records turned out to be one person: this one (the fact's person) stays."""

    kind: ClassVar[str] = "person.merged"
    source_person_id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class IdentityClaimed(Fact):
    """A person said that this address is theirs; nobody has proved it."""

    kind: ClassVar[str] = "identity.claimed"
    identity_id: int
    identity_kind: str


@dataclass(frozen=True, kw_only=True)
class IdentityVerified(Fact):
    """It was proved whose this address is."""

    kind: ClassVar[str] = "identity.verified"
    identity_id: int
    identity_kind: str
    proof: str
