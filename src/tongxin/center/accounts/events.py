from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from tongxin.center.timeline.values import Fact


@dataclass(frozen=True, kw_only=True)
class WorkspaceCreated(Fact):
    """A new world was made."""

    kind: ClassVar[str] = "workspace.created"
    name: str


@dataclass(frozen=True, kw_only=True)
class WorkspaceChanged(Fact):
    """Name, language or time zone of the workspace changed."""

    kind: ClassVar[str] = "workspace.changed"
    name: str
    language: str
    time_zone: str


@dataclass(frozen=True, kw_only=True)
class MemberAdded(Fact):
    """Somebody joined the workspace."""

    kind: ClassVar[str] = "member.added"
    member_id: int
    role: str
    role_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class RoleDefined(Fact):
    """The workspace made a role of its own: what it may, and which conversations it reaches."""

    kind: ClassVar[str] = "role.defined"
    role_id: int
    name: str
    permissions: Sequence[str]
    reach: str


@dataclass(frozen=True, kw_only=True)
class RoleChanged(Fact):
    """A role of the workspace's own may now do more, or less."""

    kind: ClassVar[str] = "role.changed"
    role_id: int
    name: str
    permissions: Sequence[str]
    reach: str


@dataclass(frozen=True, kw_only=True)
class RoleSecondStep(Fact):
    """Who has a role needs a second step to log in from now on, or no longer."""

    kind: ClassVar[str] = "role.second_step"
    role: str
    role_id: int | None
    required: bool


@dataclass(frozen=True, kw_only=True)
class MemberLoggedIn(Fact):
    """A member logged in, from somewhere."""

    kind: ClassVar[str] = "member.logged_in"
    member_id: int
    ip: str
    browser: str
    connection_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class MemberLoggedOut(Fact):
    """A member ended log-ins: of one browser, or of all others."""

    kind: ClassVar[str] = "member.logged_out"
    member_id: int
    browsers: int


@dataclass(frozen=True, kw_only=True)
class RoleRemoved(Fact):
    """A role of the workspace's own can be given no longer."""

    kind: ClassVar[str] = "role.removed"
    role_id: int


@dataclass(frozen=True, kw_only=True)
class MemberRoleChanged(Fact):
    """A member may now do more, or less."""

    kind: ClassVar[str] = "member.role_changed"
    member_id: int
    before: str
    role: str
    role_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class MemberRemoved(Fact):
    """Somebody left the workspace."""

    kind: ClassVar[str] = "member.removed"
    member_id: int


@dataclass(frozen=True, kw_only=True)
class TokenCreated(Fact):
    """A machine may act from now on."""

    kind: ClassVar[str] = "token.created"
    token_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class TokenRevoked(Fact):
    """A machine may act no longer."""

    kind: ClassVar[str] = "token.revoked"
    token_id: int
