from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from tongxin.center.timeline.values import Fact


@dataclass(frozen=True, kw_only=True)
class PersonMet(Fact):
    """Somebody reached us for the first time."""

    kind: ClassVar[str] = "person.met"
    identity_kind: str


@dataclass(frozen=True, kw_only=True)
class PersonAdded(Fact):
    """A member wrote down somebody who has not reached us yet, as from a file."""

    kind: ClassVar[str] = "person.added"
    name: str


@dataclass(frozen=True, kw_only=True)
class PersonRemoved(Fact):
    """Somebody who was added by mistake, and of whom nothing else is known, is here no more."""

    kind: ClassVar[str] = "person.removed"


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
class IdentityWithdrawn(Fact):
    """A claimed address was noted by mistake and is gone."""

    kind: ClassVar[str] = "identity.withdrawn"
    identity_id: int
    identity_kind: str


@dataclass(frozen=True, kw_only=True)
class IdentityRevealed(Fact):
    """Somebody who sees addresses masked looked at this one."""

    kind: ClassVar[str] = "identity.revealed"
    identity_id: int
    identity_kind: str


@dataclass(frozen=True, kw_only=True)
class IdentitySuspected(Fact):
    """What was sent to this address came back: there may be nobody."""

    kind: ClassVar[str] = "identity.suspected"
    identity_id: int
    identity_kind: str


@dataclass(frozen=True, kw_only=True)
class IdentityCleared(Fact):
    """Somebody wrote from this address: it is suspect no more."""

    kind: ClassVar[str] = "identity.cleared"
    identity_id: int
    identity_kind: str


@dataclass(frozen=True, kw_only=True)
class IdentityVerified(Fact):
    """It was proved whose this address is."""

    kind: ClassVar[str] = "identity.verified"
    identity_id: int
    identity_kind: str
    proof: str


@dataclass(frozen=True, kw_only=True)
class PersonDescribed(Fact):
    """What we know of a person changed: attributes by key, null where one was taken away."""

    kind: ClassVar[str] = "person.described"
    attributes: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class PersonJoined(Fact):
    """A person belongs to an organization from now on."""

    kind: ClassVar[str] = "person.joined"
    organization_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class PersonLeft(Fact):
    """A person belongs to an organization no longer."""

    kind: ClassVar[str] = "person.left"
    organization_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class OrganizationFact(Fact):
    """Something that happened to an organization."""

    organization_id: int


@dataclass(frozen=True, kw_only=True)
class OrganizationCreated(OrganizationFact):
    """There is a new organization."""

    kind: ClassVar[str] = "organization.created"
    name: str
    domains: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OrganizationChanged(OrganizationFact):
    """The name or the domains of an organization changed."""

    kind: ClassVar[str] = "organization.changed"
    name: str
    domains: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OrganizationDescribed(OrganizationFact):
    """What we know of an organization changed: attributes by key, null where one was taken away."""

    kind: ClassVar[str] = "organization.described"
    attributes: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class OrganizationArchived(OrganizationFact):
    """An organization is in no list any more."""

    kind: ClassVar[str] = "organization.archived"


@dataclass(frozen=True, kw_only=True)
class OrganizationRestored(OrganizationFact):
    """An archived organization is back."""

    kind: ClassVar[str] = "organization.restored"


@dataclass(frozen=True, kw_only=True)
class PersonTagged(Fact):
    """Tags were put on a person or taken off; ``group:name`` where they have a group."""

    kind: ClassVar[str] = "person.tagged"
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PersonBlocked(Fact):
    """We take no more messages from a person."""

    kind: ClassVar[str] = "person.blocked"
    reason: str


@dataclass(frozen=True, kw_only=True)
class PersonUnblocked(Fact):
    """We take messages from a person again."""

    kind: ClassVar[str] = "person.unblocked"


@dataclass(frozen=True, kw_only=True)
class ConsentChanged(Fact):
    """A person allows to be written to for a purpose, or no longer, and how we know."""

    kind: ClassVar[str] = "consent.changed"
    way: str
    purpose: str
    granted: bool
    proof: str


@dataclass(frozen=True, kw_only=True)
class ConsentWithdrawn(Fact):
    """A word about consent was written down by mistake and counts no more; the one before it does."""

    kind: ClassVar[str] = "consent.withdrawn"
    way: str
    purpose: str
    granted: bool


@dataclass(frozen=True, kw_only=True)
class PreferenceChanged(Fact):
    """How a person likes to be reached changed."""

    kind: ClassVar[str] = "preference.changed"
    language: str
    way: str
    quiet_from: str
    quiet_until: str


@dataclass(frozen=True, kw_only=True)
class PersonUnmerged(Fact):
    """A merge into this person was wrong: the other record is a person of its own again."""

    kind: ClassVar[str] = "person.unmerged"
    source_person_id: int


@dataclass(frozen=True, kw_only=True)
class DuplicateFound(Fact):
    """Two people may be one: they share an account, an e-mail, a phone, or name and postal address."""

    kind: ClassVar[str] = "duplicate.found"
    duplicate_id: int
    other_person_id: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class DuplicateDismissed(Fact):
    """A member says that two people are not the same."""

    kind: ClassVar[str] = "duplicate.dismissed"
    duplicate_id: int
    other_person_id: int
