"""Which connections there are, whom they know, and where a log-in page leads."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongxin.center.accounts.values import Role
from tongxin.center.federation.actions.plans import unreadable
from tongxin.center.federation.models import Connection, Link
from tongxin.center.federation.rules import metadata
from tongxin.center.federation.rules.mapping import domain_of, role_of
from tongxin.center.federation.values import (
    ConnectionRow,
    Kind,
    Linked,
    Mapped,
    Metadata,
    Plan,
    Provider,
    Way,
)
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import ConnectionId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import query

NEEDS = "workspace.write"
_MOST = 500
_WAY = ("key", "name", "workspace_id", "workspace__name")


@query("connection.list", needs=NEEDS)
def connections(*, actor: Actor) -> Sequence[ConnectionRow]:
    """Return the workspace's connections to identity providers, oldest first; never their secrets."""
    here = Connection.objects.filter(workspace_id=actor.workspace_id, removed_at=None)
    return [_row(one) for one in here.order_by("pk")]


@query("connection.links", needs=NEEDS)
def links(*, actor: Actor, connection_id: ConnectionId) -> Sequence[Linked]:
    """Return the members whom a provider knows, who came last first; at most 500."""
    here = Link.objects.filter(
        connection_id=connection_id, connection__workspace_id=actor.workspace_id,
        member__removed_at=None,
    )  # fmt: skip
    columns = (
        "member_id",
        "member__user__name",
        "member__user__email",
        "subject",
        "linked_at",
        "last_at",
    )
    return [Linked(*row) for row in here.order_by("-last_at", "pk").values_list(*columns)[:_MOST]]


def connection(*, actor: Actor, connection_id: int) -> ConnectionRow:
    """Return one connection of the workspace. Raises Refused: ``connection.missing``."""
    found = next((row for row in connections(actor=actor) if row.id == connection_id), None)
    if found is None:
        raise Refused("connection.missing", _("There is no such connection."), Reason.MISSING)
    return found


def provider(*, key: str) -> Provider | None:
    """Return what the protocols need of a connection, by the key in its addresses; None for none."""
    found = Connection.objects.filter(key=key, removed_at=None).select_related("workspace").first()
    if found is None:
        return None
    taken: Mapping[str, Any] = {
        name: getattr(found, name)
        for name in ("id", "workspace_id", "key", "is_on", "has_second_step", "name", "address",
                     "metadata", "client_id", "secret", "scopes", "groups")
    }  # fmt: skip
    return Provider(**taken, kind=Kind(found.kind), workspace_name=found.workspace.name)


def ways(*, said: str) -> Sequence[Way]:
    """Return the connections that an e-mail address, or a short name, leads to; those that are on."""
    said = said.strip().lower()
    here = Connection.objects.filter(removed_at=None, is_on=True).order_by("pk")
    wanted = (
        here.filter(domains__contains=[domain_of(said)])
        if "@" in said
        else here.filter(short_name=said)
    )
    return [Way(*row) for row in wanted.values_list(*_WAY)[:20]] if said else []


def ways_into(*, workspace_ids: Collection[int]) -> Sequence[Way]:
    """Return the connections that lead into these workspaces; those that are on."""
    here = Connection.objects.filter(
        removed_at=None, is_on=True, workspace_id__in=list(workspace_ids)
    )
    return [Way(*row) for row in here.order_by("pk").values_list(*_WAY)]


def names_of(*, connection_ids: Collection[int]) -> Mapping[int, str]:
    """Return what connections are called."""
    here = Connection.objects.filter(pk__in=list(connection_ids)).order_by("pk")
    return dict(here.values_list("pk", "name"))


def names_in(*, workspace_id: int) -> Mapping[int, str]:
    """Return what a workspace's connections are called, those that were removed as well."""
    here = Connection.objects.filter(workspace_id=workspace_id).order_by("pk")
    return dict(here.values_list("pk", "name"))


def read_metadata(xml: str) -> Metadata:
    """Return what a SAML provider's metadata say. Raises Refused: ``connection.metadata``."""
    try:
        return metadata.read(xml)
    except ValueError as error:
        raise unreadable(str(error)) from None


def _row(kept: Connection) -> ConnectionRow:
    plan = Plan(
        name=kept.name, address=kept.address, metadata=kept.metadata, client_id=kept.client_id,
        scopes=kept.scopes, groups=kept.groups,
        mapped=[Mapped(group, role_of(role) or Role.LIGHT) for group, role in kept.mapped],
        otherwise=role_of(kept.otherwise), short_name=kept.short_name, domains=kept.domains,
        takes_new=kept.takes_new, is_required=kept.is_required, has_second_step=kept.has_second_step,
        lets_owners_in=kept.lets_owners_in,
    )  # fmt: skip
    return ConnectionRow(
        kept.pk, kept.key, Kind(kept.kind), kept.is_on, bool(kept.secret), kept.made_at, plan
    )
