"""A plan as it is kept: looked at, and trimmed."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from tongxin.center.accounts.actions import check_may_map
from tongxin.center.federation.models import Connection
from tongxin.center.federation.rules import mapping, metadata
from tongxin.center.federation.values import SCOPES, Kind, Plan
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.outgoing import is_secure
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import check
from tongxin.center.kit.text import clean

_DOMAIN = re.compile(r"(?=.{4,200}$)([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
_SHORT = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])")
_WORDS = re.compile(r"\s+")
WELL_KNOWN = "/.well-known/openid-configuration"
_METADATA = {
    "xml": _("This is no XML that can be read, or it declares entities."),
    "provider": _("These metadata do not describe exactly one identity provider."),
    "address": _("These metadata offer no log-in by redirect."),
    "keys": _("These metadata hold no key to check signatures with."),
}


def columns(actor: Actor, kind: Kind, plan: Plan, connection_id: int) -> dict[str, Any]:
    """Return a plan's columns, but for the secret. Raises Refused, as ``connection.create`` says."""
    if plan.lets_owners_in:
        check(actor, "workspace.own")
    roles = {one.role for one in plan.mapped} | ({plan.otherwise} - {None})
    check_may_map(actor, [role for role in roles if role is not None])
    groups = [(_line(one.group), mapping.role_text(one.role)) for one in plan.mapped]
    return {
        "name": _name(plan), "address": _address(kind, plan), "metadata": _metadata(kind, plan),
        "client_id": _line(plan.client_id), "scopes": _scopes(plan), "groups": _line(plan.groups),
        "mapped": [[group, role] for group, role in groups if group],
        "otherwise": mapping.role_text(plan.otherwise),
        "short_name": _short_name(plan, connection_id), "domains": _domains(plan),
        "takes_new": plan.takes_new, "is_required": plan.is_required,
        "has_second_step": plan.has_second_step, "lets_owners_in": plan.lets_owners_in,
    }  # fmt: skip


def lacks_something(kept: Connection) -> bool:
    """Whether a connection cannot let anybody in yet."""
    if kept.kind == Kind.OIDC:
        return not (kept.address and kept.client_id)
    return not (kept.address or kept.metadata)


def unreadable(why: str) -> Refused:
    """Say what is wrong with a provider's metadata."""
    return Refused("connection.metadata", _METADATA[why])


def _name(plan: Plan) -> str:
    if not (name := _line(plan.name)):
        raise Refused("connection.name", _("The connection needs a name."))
    return name


def _address(kind: Kind, plan: Plan) -> str:
    address = clean(plan.address).strip()
    if address and not is_secure(address):
        raise Refused("connection.address", _("The provider's address has to begin with https://."))
    return address.removesuffix(WELL_KNOWN) if kind is Kind.OIDC else address


def _metadata(kind: Kind, plan: Plan) -> str:
    if kind is Kind.OIDC or not (xml := clean(plan.metadata).strip()):
        return ""
    try:
        metadata.read(xml)
    except ValueError as error:
        raise unreadable(str(error)) from None
    return xml


def _scopes(plan: Plan) -> str:
    asked = clean(plan.scopes).split() or SCOPES.split()
    return " ".join(dict.fromkeys(["openid", *asked]))[:200]


def _domains(plan: Plan) -> list[str]:
    found = list(dict.fromkeys(clean(one).strip().lower().lstrip("@") for one in plan.domains))
    named = [one for one in found if one]
    if wrong := next((one for one in named if not _DOMAIN.fullmatch(one)), ""):
        detail = _("“%(domain)s” is no domain of e-mail addresses.") % {"domain": wrong[:60]}
        raise Refused("connection.domain", detail)
    return named


def _short_name(plan: Plan, connection_id: int) -> str:
    if not (name := clean(plan.short_name).strip().lower()):
        return ""
    if not _SHORT.fullmatch(name):
        detail = _("A short name has 2 to 40 letters a to z, digits and hyphens.")
        raise Refused("connection.short_name", detail)
    here = Connection.objects.filter(removed_at=None, short_name__iexact=name)
    if here.exclude(pk=connection_id).exists():
        taken = _("This short name is taken; choose another.")
        raise Refused("connection.taken", taken, Reason.CONFLICT)
    return name


def _line(text: str) -> str:
    return _WORDS.sub(" ", clean(text)).strip()
