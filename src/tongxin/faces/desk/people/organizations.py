"""Organizations: the list, and each with its people and conversations."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tongxin.center.attributes.values import Thing
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Refused
from tongxin.center.people import actions, queries
from tongxin.faces.desk.fields import defined, fields, sent
from tongxin.faces.desk.people.acts import WRITE
from tongxin.faces.desk.people.lists import conditions
from tongxin.faces.desk.rows import name_or_code
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import attempt, form_key, made_before, make_once, number
from tongxin.faces.doors.pages import render
from tongxin.service.conversations.queries import of_organization

READ = "people.read"


@require_http_methods(["GET", "POST"])
@members_only(READ)
def page(request: HttpRequest) -> HttpResponse:
    """List organizations; add one."""
    return _create(request) if request.method == "POST" else _listed(request)


@require_GET
@members_only(READ)
def one(request: HttpRequest, organization: str) -> HttpResponse:
    """Show an organization with its people and what was said with them."""
    actor = seat_of(request).actor
    found = queries.organization(actor=actor, organization_id=number("org", organization))
    cursor = request.GET.get("cursor")
    values = {
        "organization": found,
        "fields": fields(defined(actor), Thing.ORGANIZATION, found.attributes),
        "people": queries.people(actor=actor, organization_id=found.id, cursor=cursor, limit=20),
        "conversations": of_organization(actor=actor, organization_id=found.id, limit=10),
        "name_or_code": name_or_code,
    }
    return render(request, "desk/people/organization.html", values)


@require_POST
@members_only(WRITE)
def change(request: HttpRequest, organization: str) -> HttpResponse:
    """Set name, domains and attributes in one go."""
    actor, organization_id = seat_of(request).actor, number("org", organization)
    name, domains = request.POST.get("name", ""), request.POST.get("domains", "").split()

    @transaction.atomic
    def act() -> None:
        now = timezone.now()
        actions.change_organization(
            actor=actor, organization_id=organization_id, name=name, domains=domains, now=now
        )
        actions.describe_organizations(
            actor=actor, organization_ids=[organization_id], attributes=sent(request.POST), now=now
        )

    attempt(request, act, _("Saved."))
    return redirect("desk:organization", organization)


@require_POST
@members_only(WRITE)
def archive(request: HttpRequest, organization: str) -> HttpResponse:
    """Take it out of the lists."""
    actor, ids = seat_of(request).actor, [number("org", organization)]
    attempt(
        request,
        lambda: actions.archive_organizations(
            actor=actor, organization_ids=ids, now=timezone.now()
        ),
        _("The organization is archived."),
    )
    return redirect("desk:organization", organization)


@require_POST
@members_only(WRITE)
def restore(request: HttpRequest, organization: str) -> HttpResponse:
    """Bring it back into the lists."""
    actor, ids = seat_of(request).actor, [number("org", organization)]
    attempt(
        request,
        lambda: actions.restore_organizations(
            actor=actor, organization_ids=ids, now=timezone.now()
        ),
        _("The organization is back."),
    )
    return redirect("desk:organization", organization)


def _create(request: HttpRequest) -> HttpResponse:
    actor, name = seat_of(request).actor, request.POST.get("name", "")
    domains = request.POST.get("domains", "")

    def make() -> str:
        made = actions.create_organization(
            actor=actor, name=name, domains=domains.split(), now=timezone.now()
        )
        return public_id("org", made)

    try:
        made = make_once(request, make)
    except Refused as refused:
        given = {"name": name, "domains": domains}
        return _listed(request, 422, given=given, error=refused)
    if made is None:
        messages.info(request, made_before())
        return redirect("desk:organizations")
    messages.success(request, _("The organization is there."))
    return redirect("desk:organization", made)


def _listed(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    actor = seat_of(request).actor
    archived = "archived" in request.GET
    text, where = request.GET.get("q", "").strip()[:100], conditions(request)
    values = {"text": text, "archived": archived, "form_key": form_key(), "found": (), **more}
    try:
        values["found"] = queries.organizations(
            actor=actor, text=text, where=where, archived=archived, cursor=request.GET.get("cursor")
        )
    except Refused as refused:
        values["error"], status = refused, 422
    return render(request, "desk/people/organizations.html", values, status)
