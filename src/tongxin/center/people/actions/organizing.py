"""Organizations, and who belongs to them."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import OrganizationId, PersonId
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.registry import action
from tongxin.center.kit.turns import take_turns
from tongxin.center.people.actions.belonging import TURN, join_each, leave_each
from tongxin.center.people.events import (
    OrganizationArchived,
    OrganizationChanged,
    OrganizationCreated,
    OrganizationRestored,
)
from tongxin.center.people.models import Organization, OrganizationDomain
from tongxin.center.people.rules import domain_of
from tongxin.center.timeline.actions import record
from tongxin.center.timeline.values import About, about

_LONGEST_NAME, _MOST_DOMAINS = 120, 20


@action("organization.create", needs="people.write")
def create_organization(
    *, actor: Actor, name: str, domains: Sequence[str] = (), now: datetime
) -> OrganizationId:
    """Add an organization with the domains of its e-mail addresses and sites.

    Raises Refused: ``organization.name`` (1 to 120 characters), ``organization.exists``,
    ``organization.domain``, ``organization.domain_taken``.
    """
    name, wanted = _name(name), _domains(domains)
    _check_free(actor, name, wanted)
    made = Organization.objects.create(workspace_id=actor.workspace_id, name=name, made_at=now)
    _add_domains(made, wanted)
    where = _about(actor, made.pk, now)
    told = OrganizationCreated(**where, organization_id=made.pk, name=name, domains=tuple(wanted))
    record([told])
    return made.pk


@action("organization.change", needs="people.write")
def change_organization(
    *,
    actor: Actor,
    organization_id: OrganizationId,
    name: str,
    domains: Sequence[str] = (),
    now: datetime,
) -> int:
    """Set an organization's name and domains; returns 1 where something changed.

    Raises Refused: ``organization.missing``, ``organization.name``, ``organization.exists``,
    ``organization.domain``, ``organization.domain_taken``.
    """
    name, wanted = _name(name), _domains(domains)
    found = held_organization(actor, organization_id)
    theirs = OrganizationDomain.objects.filter(organization=found)
    before = sorted(theirs.values_list("domain", flat=True))
    if (found.name, before) == (name, wanted):
        return 0
    _check_free(actor, name, wanted, but=found.pk)
    Organization.objects.filter(pk=found.pk).update(name=name)
    theirs.exclude(domain__in=wanted).delete()
    _add_domains(found, [domain for domain in wanted if domain not in before])
    where = _about(actor, found.pk, now)
    told = OrganizationChanged(**where, organization_id=found.pk, name=name, domains=tuple(wanted))
    record([told])
    return 1


@action("organization.archive", needs="people.write")
def archive_organizations(
    *, actor: Actor, organization_ids: Sequence[OrganizationId], now: datetime
) -> int:
    """Take organizations out of every list and keep all that belongs to them; returns how many."""
    mine = Organization.objects.filter(workspace_id=actor.workspace_id, pk__in=organization_ids)
    ids = _held(mine.filter(archived_at=None))
    Organization.objects.filter(pk__in=ids).update(archived_at=now)
    record(OrganizationArchived(**_about(actor, pk, now), organization_id=pk) for pk in ids)
    return len(ids)


@action("organization.restore", needs="people.write")
def restore_organizations(
    *, actor: Actor, organization_ids: Sequence[OrganizationId], now: datetime
) -> int:
    """Bring archived organizations back with their people; returns how many were archived."""
    mine = Organization.objects.filter(workspace_id=actor.workspace_id, pk__in=organization_ids)
    ids = _held(mine.exclude(archived_at=None))
    Organization.objects.filter(pk__in=ids).update(archived_at=None)
    record(OrganizationRestored(**_about(actor, pk, now), organization_id=pk) for pk in ids)
    return len(ids)


@action("person.join", needs="people.write")
def join(
    *, actor: Actor, person_ids: Sequence[PersonId], organization_id: OrganizationId, now: datetime
) -> int:
    """Put people into an organization, beside those they are in; returns how many were not in it.

    Raises Refused: ``organization.missing``.
    """
    found = held_organization(actor, organization_id)
    return len(join_each(actor, [(pk, found.pk) for pk in person_ids], now))


@action("person.leave", needs="people.write")
def leave(
    *, actor: Actor, person_ids: Sequence[PersonId], organization_id: OrganizationId, now: datetime
) -> int:
    """Take people out of an organization; returns how many were in it.

    Raises Refused: ``organization.missing``.
    """
    found = held_organization(actor, organization_id)
    return len(leave_each(actor, [(pk, found.pk) for pk in person_ids], now))


def held_organization(actor: Actor, organization_id: int) -> Organization:
    """Return an organization, locked. Raises Refused: ``organization.missing``."""
    mine = Organization.objects.filter(workspace_id=actor.workspace_id, pk=organization_id)
    if (found := mine.select_for_update(no_key=True).first()) is None:
        raise missing_organization()
    return found


def missing_organization() -> Refused:
    return Refused("organization.missing", _("There is no such organization."), Reason.MISSING)


def _check_free(actor: Actor, name: str, domains: Sequence[str], but: int = 0) -> None:
    """Whoever would take a name or a domain takes turns, so that the refusal is ours."""
    take_turns(TURN, [actor.workspace_id])
    others = Organization.objects.filter(workspace_id=actor.workspace_id).exclude(pk=but)
    if others.filter(name__iexact=name).exists():
        raise Refused(
            "organization.exists", _("There is an organization of this name."), Reason.CONFLICT
        )
    taken = OrganizationDomain.objects.filter(
        workspace_id=actor.workspace_id, domain__in=domains
    ).exclude(organization_id=but)
    if taken.exists():
        raise Refused(
            "organization.domain_taken",
            _("A domain belongs to another organization."),
            Reason.CONFLICT,
        )


def _add_domains(organization: Organization, domains: Sequence[str]) -> None:
    OrganizationDomain.objects.bulk_create(
        OrganizationDomain(
            workspace_id=organization.workspace_id, organization=organization, domain=domain
        )
        for domain in domains
    )


def _held(found: QuerySet[Organization]) -> list[int]:
    return list(found.select_for_update().order_by("pk").values_list("pk", flat=True))


def _about(actor: Actor, organization_id: int, now: datetime) -> About:
    return about(actor.workspace_id, actor.label, "organization", organization_id, now)


def _name(given: str) -> str:
    name = " ".join(given.split())
    if not 0 < len(name) <= _LONGEST_NAME:
        raise Refused("organization.name", _("A name has 1 to 120 characters."))
    return name


def _domains(given: Sequence[str]) -> list[str]:
    try:
        domains = sorted({domain_of(text) for text in given})
    except ValueError:
        raise Refused("organization.domain", _("A domain is like example.com.")) from None
    if len(domains) > _MOST_DOMAINS:
        raise Refused("organization.domain", _("A domain is like example.com."))
    return domains
