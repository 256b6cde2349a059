"""What the roles may, who has them, and roles of one's own."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.center.accounts.actions import (
    CHOOSABLE,
    change_role_itself,
    define_role,
    remove_roles,
    require_second_step,
)
from tongxin.center.accounts.queries import RoleRow, roles
from tongxin.center.accounts.values import GROUP_NAMES, LIGHT, SAID, SENTENCES, Role
from tongxin.center.kit.actor import Actor, Reach
from tongxin.center.kit.refusals import Refused
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import attempt, form_key, made_before, make_once, number
from tongxin.faces.doors.pages import render

NEEDS = "member.write"
REACHES = {
    Reach.ALL: gettext_lazy("All conversations"),
    Reach.OPEN: gettext_lazy("Their own, and those that nobody has yet"),
    Reach.TEAM: gettext_lazy("Their own, and everything in their queues"),
    Reach.OWN: gettext_lazy("Only their own"),
}


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def page(request: HttpRequest) -> HttpResponse:
    """List the roles with who has them; make one."""
    if request.method == "GET":
        return _listed(request)
    actor, given = seat_of(request).actor, _given(request)
    try:
        made = make_once(
            request, lambda: str(define_role(actor=actor, **given, now=timezone.now()))
        )
    except Refused as refused:
        return _listed(request, 422, given=given, error=refused)
    told = made_before() if made is None else _("The role can be given now.")
    messages.success(request, told)
    return redirect("studio:roles")


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def one(request: HttpRequest, role: str) -> HttpResponse:
    """Show one role of the workspace's own, or change it."""
    actor, role_id = seat_of(request).actor, number("rol", role)
    found = next((row for row in roles(actor=actor) if row.id == role_id), None)
    if found is None:
        raise Http404
    if request.method == "GET":
        return _edited(request, found)
    given = _given(request)
    try:
        change_role_itself(actor=actor, role_id=role_id, **given, now=timezone.now())
    except Refused as refused:
        return _edited(request, found, 422, given=given, error=refused)
    messages.success(request, _("Saved."))
    return redirect("studio:roles")


@require_POST
@members_only(NEEDS)
def second_step(request: HttpRequest) -> HttpResponse:
    """Ask for a second step of log-in from whoever has a role, or no longer."""
    actor, given = seat_of(request).actor, request.POST.get("role", "")
    wanted = Role(given) if given in set(Role) else number("rol", given)
    required = request.POST.get("required") == "yes"
    attempt(
        request,
        lambda: require_second_step(
            actor=actor, role=wanted, required=required, now=timezone.now()
        ),
        _("Saved."),
    )
    return redirect("studio:roles")


@require_POST
@members_only(NEEDS)
def remove(request: HttpRequest, role: str) -> HttpResponse:
    """Remove a role that nobody has."""
    actor, ids = seat_of(request).actor, [number("rol", role)]
    attempt(
        request,
        lambda: remove_roles(actor=actor, role_ids=ids, now=timezone.now()),
        _("The role was removed."),
    )
    return redirect("studio:roles")


def _given(request: HttpRequest) -> dict[str, Any]:
    reach = request.POST.get("reach", "")
    return {
        "name": request.POST.get("name", ""),
        "permissions": request.POST.getlist("permissions"),
        "reach": Reach(reach) if reach in set(Reach) else Reach.OWN,
    }


def _listed(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    actor = seat_of(request).actor
    given = {"name": "", "permissions": sorted(LIGHT & actor.permissions), "reach": Reach.ALL}
    values = {
        "roles": roles(actor=actor),
        "sentences": SENTENCES,
        "given": given,
        **_form(actor),
        **more,
    }
    return render(request, "studio/roles.html", values, status)


def _edited(
    request: HttpRequest, found: RoleRow, status: int = 200, **more: object
) -> HttpResponse:
    given = {"name": found.name, "permissions": found.permissions, "reach": found.reach}
    values = {"role": found, "given": given, **_form(seat_of(request).actor), **more}
    return render(request, "studio/role.html", values, status)


def _form(actor: Actor) -> dict[str, object]:
    """Return what the editor offers: in groups, and what one cannot give is greyed."""
    groups = [
        (GROUP_NAMES[group], [(name, text) for name, text in said.items() if name in CHOOSABLE])
        for group, said in SAID.items()
    ]
    return {
        "groups": groups, "reaches": list(REACHES.items()), "reach_names": REACHES,
        "form_key": form_key(),
    }  # fmt: skip
