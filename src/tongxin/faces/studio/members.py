"""Who works here."""

from secrets import token_urlsafe

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.center.accounts.actions import add_member, change_role, remove_members
from tongxin.center.accounts.queries import is_password, members, roles
from tongxin.center.accounts.values import Role
from tongxin.center.kit.ids import PREFIXES, internal_id, public_id
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.text import whole_number
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import attempt, form_key, made_before, make_once, number, words_in
from tongxin.faces.doors.pages import render
from tongxin.service.team.actions import set_capacity, set_phone, set_skills
from tongxin.service.team.queries import phones, presences

NEEDS = "member.write"


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def page(request: HttpRequest) -> HttpResponse:
    """Show who works here; let somebody in, and show their one-time password this once."""
    if request.method == "POST":
        return _add(request)
    return _shown(request)


@require_POST
@members_only(NEEDS)
def role(request: HttpRequest, member: str) -> HttpResponse:
    """Give a member another role."""
    actor, wanted = seat_of(request).actor, role_in(request.POST.get("role", ""))
    if wanted is not None:
        ids = [number("mem", member)]
        attempt(
            request,
            lambda: change_role(actor=actor, member_ids=ids, role=wanted, now=timezone.now()),
            _("Saved."),
        )
    return redirect("studio:members")


@require_POST
@members_only(NEEDS)
def capacity(request: HttpRequest, member: str) -> HttpResponse:
    """Set how much a member holds at once."""
    actor, wanted = seat_of(request).actor, request.POST.get("capacity", "")
    many = whole_number(wanted)
    ids = [number("mem", member)]
    attempt(
        request,
        lambda: set_capacity(
            actor=actor, member_ids=ids, capacity=-1 if many is None else many, now=timezone.now()
        ),
        _("Saved."),
    )
    return redirect("studio:members")


@require_POST
@members_only(NEEDS)
def phone(request: HttpRequest, member: str) -> HttpResponse:
    """Set at which number a member is rung when somebody calls."""
    actor, ids = seat_of(request).actor, [number("mem", member)]
    wanted = request.POST.get("phone", "")
    attempt(
        request,
        lambda: set_phone(actor=actor, member_ids=ids, phone=wanted, now=timezone.now()),
        _("Saved."),
    )
    return redirect("studio:members")


@require_POST
@members_only(NEEDS)
def skills(request: HttpRequest, member: str) -> HttpResponse:
    """Set what a member can do, and which languages they speak."""
    actor, ids = seat_of(request).actor, [number("mem", member)]
    known, spoken = (words_in(request.POST.get(name, "")) for name in ("skills", "languages"))
    attempt(
        request,
        lambda: set_skills(
            actor=actor, member_ids=ids, skills=known, languages=spoken, now=timezone.now()
        ),
        _("Saved."),
    )
    return redirect("studio:members")


@require_POST
@members_only(NEEDS)
def remove(request: HttpRequest, member: str) -> HttpResponse:
    """See a member off."""
    actor, ids = seat_of(request).actor, [number("mem", member)]
    attempt(
        request,
        lambda: remove_members(actor=actor, member_ids=ids, now=timezone.now()),
        _("The member was removed. Their conversations are back in the queue."),
    )
    return redirect("studio:members")


def _add(request: HttpRequest) -> HttpResponse:
    actor, password = seat_of(request).actor, token_urlsafe(9)
    given = {name: request.POST.get(name, "") for name in ("email", "name", "role")}
    role_given = role_in(given["role"])
    if role_given is None:
        return redirect("studio:members")

    def add() -> str:
        added = add_member(
            actor=actor, email=given["email"], name=given["name"], role=role_given,
            password=password, now=timezone.now(),
        )  # fmt: skip
        return password if is_password(member_id=added, password=password) else ""

    try:
        shown = make_once(request, add)
    except Refused as refused:
        return _shown(request, given=given, error=refused, status=422)
    if shown is None:
        messages.info(request, made_before())
        return redirect("studio:members")
    return _shown(request, added={"email": given["email"], "password": shown})


def _shown(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    actor = seat_of(request).actor
    here = members(actor=actor)
    known = [(_value(row.role, row.id), row.name) for row in roles(actor=actor)]
    values = {
        "members": here,
        "presences": {presence.member_id: presence for presence in presences(actor=actor)},
        "phones": {one.member_id: one.phone for one in phones(actor=actor)},
        "roles": known,
        "held": {member.id: _value(member.role, member.role_id) for member in here},
        "count": ngettext("%(number)s member", "%(number)s members", len(here))
        % {"number": len(here)},
        "form_key": form_key(),
        **more,
    }
    return render(request, "studio/members.html", values, status)


def _value(role: Role, role_id: int | None) -> str:
    """Return how a form names a role: ours by name, the workspace's own by its id."""
    return public_id(PREFIXES["role"], role_id) if role_id else role.value


def role_in(text: str) -> Role | int | None:
    """Return the role that a form names; None where it names none."""
    if text in set(Role):
        return Role(text)
    try:
        return internal_id(PREFIXES["role"], text)
    except ValueError:
        return None
