from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from tongxin.center.timeline.values import Fact


@dataclass(frozen=True, kw_only=True)
class ConnectionCreated(Fact):
    """Members may be let in by an identity provider once this connection is switched on."""

    kind: ClassVar[str] = "connection.created"
    connection_id: int
    name: str
    protocol: str


@dataclass(frozen=True, kw_only=True)
class ConnectionChanged(Fact):
    """A connection goes otherwise: ``fields`` are what changed; secrets are never told."""

    kind: ClassVar[str] = "connection.changed"
    connection_id: int
    name: str
    fields: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class ConnectionSwitched(Fact):
    """A connection lets members in from now on, or no longer; then its sessions ended."""

    kind: ClassVar[str] = "connection.switched"
    connection_id: int
    is_on: bool


@dataclass(frozen=True, kw_only=True)
class ConnectionRemoved(Fact):
    """A connection was thrown away, with its links and its sessions; the members stay."""

    kind: ClassVar[str] = "connection.removed"
    connection_id: int


@dataclass(frozen=True, kw_only=True)
class ConnectionLinked(Fact):
    """A member is known by what their provider calls them (``known_as``) from now on."""

    kind: ClassVar[str] = "connection.linked"
    connection_id: int
    member_id: int
    known_as: str


@dataclass(frozen=True, kw_only=True)
class ConnectionUnlinked(Fact):
    """Whom a provider means by a subject was forgotten: the next log-in links anew, by e-mail."""

    kind: ClassVar[str] = "connection.unlinked"
    connection_id: int
    member_id: int


@dataclass(frozen=True, kw_only=True)
class ConnectionRefused(Fact):
    """A provider vouched for somebody whom we did not let in; ``code`` says why."""

    kind: ClassVar[str] = "connection.refused"
    connection_id: int
    code: str
    known_as: str
    email: str
