"""Connections to identity providers, and what these say of somebody."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from tongxin.center.accounts.values import Role
from tongxin.center.kit.ids import ConnectionId, MemberId, RoleId

MOST = 20  # connections of a workspace
MOST_MAPPED = 200
MOST_DOMAINS = 50
SCOPES = "openid email profile"

Short = Annotated[str, Field(max_length=200)]
Address = Annotated[str, Field(max_length=1000)]


class Kind(StrEnum):
    """The language in which a provider speaks to us."""

    OIDC = "oidc"
    SAML = "saml"


@dataclass(frozen=True)
class Mapped:
    """Who is in this group (as the provider writes it) has this role."""

    group: Short
    role: Role | RoleId


@dataclass(frozen=True)
class Plan:
    """How a connection goes.

    ``address``: of OIDC the issuer (or its discovery document), of SAML the metadata (or ``metadata``
    holds the XML itself). ``client_id``, ``secret`` (null: as it was), ``scopes``: OIDC's.
    ``groups``: the claim or attribute that names groups. ``mapped``: the first that fits gives the role;
    ``otherwise``: the role of whom none fits (null: they are refused). Where nothing is mapped, members
    keep the role they have. ``short_name`` and ``domains`` find the connection at log-in; an e-mail in
    these domains counts as verified where the provider says nothing about that. ``takes_new``: who is
    new becomes a member. ``is_required``: members other than owners come in by no other way.
    ``has_second_step``: the provider asks for it. ``lets_owners_in``: owners may use it, too.
    """

    name: Annotated[str, Field(max_length=120)]
    address: Address = ""
    metadata: Annotated[str, Field(max_length=200_000)] = ""
    client_id: Annotated[str, Field(max_length=300)] = ""
    secret: Annotated[str, Field(max_length=1000)] | None = field(default=None, repr=False)
    scopes: Short = SCOPES
    groups: Short = "groups"
    mapped: Annotated[Sequence[Mapped], Field(max_length=MOST_MAPPED)] = ()
    otherwise: Role | RoleId | None = Role.AGENT
    short_name: Annotated[str, Field(max_length=40)] = ""
    domains: Annotated[Sequence[Short], Field(max_length=MOST_DOMAINS)] = ()
    takes_new: bool = False
    is_required: bool = False
    has_second_step: bool = False
    lets_owners_in: bool = False


@dataclass(frozen=True)
class ConnectionRow:
    """A connection, its secret left out. ``key`` stands in its addresses."""

    id: ConnectionId
    key: str
    kind: Kind
    is_on: bool
    has_secret: bool
    made_at: datetime
    plan: Plan


@dataclass(frozen=True)
class Linked:
    """A member whom a provider knows, and by what (``subject``)."""

    member_id: MemberId
    name: str
    email: str
    subject: str
    linked_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Provider:
    """What the protocols need of a connection, its secret included: for the doors only."""

    id: int
    workspace_id: int
    workspace_name: str
    key: str
    kind: Kind
    is_on: bool
    has_second_step: bool
    name: str
    address: str
    metadata: str = field(repr=False)
    client_id: str
    secret: str = field(repr=False)
    scopes: str
    groups: str


@dataclass(frozen=True)
class Way:
    """A connection as the log-in page offers it."""

    key: str
    name: str
    workspace_id: int
    workspace_name: str


@dataclass(frozen=True)
class Claims:
    """What a provider said of somebody, proved by the protocol. ``is_verified``: null where it said nothing."""

    issuer: str
    subject: str
    email: str = ""
    is_verified: bool | None = None
    name: str = ""
    groups: Sequence[str] = ()


@dataclass(frozen=True)
class Entered:
    """Whom a provider's word lets in, and whether it did the second step for them."""

    user_id: int
    member_id: int
    connection_id: int
    second_step: bool


@dataclass(frozen=True)
class Metadata:
    """What a SAML provider's metadata say: where to ask, and the keys (base64 DER) it signs with."""

    entity_id: str
    address: str
    certificates: Sequence[str]
