"""Connections to identity providers: who may come in by their company's log-in, and as what."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.center.accounts.queries import roles
from tongxin.center.accounts.values import Role
from tongxin.center.federation import actions, queries
from tongxin.center.federation.values import ConnectionRow, Kind, Mapped, Plan
from tongxin.center.kit.ids import PREFIXES, public_id
from tongxin.center.kit.refusals import Refused
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import (
    attempt,
    form_key,
    made_before,
    make_once,
    number,
    tell,
    words_in,
)
from tongxin.faces.doors.pages import render
from tongxin.faces.doors.sso.trying import tried
from tongxin.faces.doors.sso.views import back_address, direct_address, places
from tongxin.faces.studio.members import role_in

NEEDS = "workspace.write"
KINDS = {Kind.OIDC: gettext_lazy("OpenID Connect"), Kind.SAML: gettext_lazy("SAML 2.0")}
_BLANK = 2  # lines of the mapping to fill in
_TEXTS = ("name", "address", "metadata", "client_id", "scopes", "groups", "short_name")
_SWITCHES = ("takes_new", "is_required", "has_second_step", "lets_owners_in")


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def page(request: HttpRequest) -> HttpResponse:
    """List the connections; make one."""
    actor = seat_of(request).actor
    if request.method == "GET":
        return _listed(request)
    given = request.POST.get("kind", "")
    kind = Kind(given) if given in set(Kind) else Kind.OIDC
    plan = Plan(name=request.POST.get("name", "").strip()[:120] or str(KINDS[kind]))

    def make() -> str:
        return public_id(
            PREFIXES["connection"],
            actions.create(actor=actor, kind=kind, plan=plan, now=timezone.now()),
        )

    try:
        made = make_once(request, make)
    except Refused as refused:
        return _listed(request, 422, error=refused)
    if made is None:
        messages.info(request, made_before())
        return redirect("studio:sso")
    return redirect("studio:sso_one", made)


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def one(request: HttpRequest, connection: str) -> HttpResponse:
    """Show a connection, or change it. ``up`` moves a line of the mapping one up, and saves."""
    row = _row(request, connection)
    if request.method == "GET":
        return _shown(request, row, row.plan)
    plan = _plan(request.POST, row)
    try:
        actions.change(
            actor=seat_of(request).actor, connection_id=row.id, plan=plan, now=timezone.now()
        )
    except Refused as refused:
        return _shown(request, row, plan, 422, error=refused)
    messages.success(request, _("Saved."))
    return redirect("studio:sso_one", connection)


@require_POST
@members_only(NEEDS)
def attempt_it(request: HttpRequest, connection: str) -> HttpResponse:
    """Ask the provider for what it publishes, and say what is wrong."""
    row = _row(request, connection)
    provider = queries.provider(key=row.key)
    try:
        if not provider or not (provider.address or provider.metadata):
            raise actions.incomplete()
        messages.success(request, tried(provider, timezone.now()))
    except Refused as refused:
        tell(request, refused)
    return redirect("studio:sso_one", connection)


@require_POST
@members_only(NEEDS)
def switch(request: HttpRequest, connection: str) -> HttpResponse:
    """Let members in by a connection, or no longer."""
    row, is_on = _row(request, connection), request.POST.get("on") == "yes"
    actor = seat_of(request).actor
    attempt(
        request,
        lambda: actions.switch(
            actor=actor, connection_ids=[row.id], is_on=is_on, now=timezone.now()
        ),
        _("It is switched on.") if is_on else _("It is switched off; its sessions have ended."),
    )
    return redirect("studio:sso_one", connection)


@require_POST
@members_only(NEEDS)
def remove(request: HttpRequest, connection: str) -> HttpResponse:
    """Throw a connection away."""
    row, actor = _row(request, connection), seat_of(request).actor
    attempt(
        request,
        lambda: actions.remove(actor=actor, connection_ids=[row.id], now=timezone.now()),
        _("The connection was removed; its sessions have ended."),
    )
    return redirect("studio:sso")


@require_POST
@members_only(NEEDS)
def unlink(request: HttpRequest, connection: str) -> HttpResponse:
    """Forget whom the provider means by a subject."""
    row, actor = _row(request, connection), seat_of(request).actor
    ids = [number("mem", request.POST.get("member", ""))]
    attempt(
        request,
        lambda: actions.unlink(
            actor=actor, connection_id=row.id, member_ids=ids, now=timezone.now()
        ),
        _("Unlinked. The next log-in links them anew, by their e-mail."),
    )
    return redirect("studio:sso_one", connection)


def _row(request: HttpRequest, connection: str) -> ConnectionRow:
    return queries.connection(actor=seat_of(request).actor, connection_id=number("sso", connection))


def _listed(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    found = queries.connections(actor=seat_of(request).actor)
    values = {"connections": found, "kinds": KINDS, "form_key": form_key(), **more}
    return render(request, "studio/sso.html", values, status)


def _shown(
    request: HttpRequest, row: ConnectionRow, plan: Plan, status: int = 200, **more: object
) -> HttpResponse:
    actor = seat_of(request).actor
    known = [(_value(one.id or one.role), one.name) for one in roles(actor=actor)]
    ours = places(request, row.key)
    values = {
        "row": row, "plan": plan, "kind": KINDS[row.kind], "is_oidc": row.kind is Kind.OIDC,
        "roles": [(value, name) for value, name in known if value != Role.OWNER.value],
        "lines": [*((one.group, _value(one.role)) for one in plan.mapped), *[("", "")] * _BLANK],
        "otherwise": _value(plan.otherwise), "back": back_address(request, row.key), "ours": ours,
        "direct": direct_address(request, row.key),
        "linked": queries.links(actor=actor, connection_id=row.id), **more,
    }  # fmt: skip
    return render(request, "studio/sso_one.html", values, status)


def _plan(form: QueryDict, row: ConnectionRow) -> Plan:
    """Return what a form says; a secret that was not typed anew stays."""
    texts: dict[str, Any] = {name: form.get(name, "")[:200_000] for name in _TEXTS}
    switches: dict[str, Any] = {name: name in form for name in _SWITCHES}
    lines = zip(form.getlist("group"), form.getlist("role"), strict=False)
    mapped = [(group.strip()[:200], role_in(role)) for group, role in lines if group.strip()]
    known = [Mapped(group, role) for group, role in mapped if role is not None]
    up = form.get("up", "")
    if up.isdecimal() and 0 < int(up[:4]) < len(known):
        at = int(up[:4])
        known[at - 1], known[at] = known[at], known[at - 1]
    return replace(
        row.plan, **texts, **switches, mapped=known[:200], otherwise=role_in(form.get("otherwise", "")),
        secret="" if "no_secret" in form else form.get("secret", "")[:1000] or None,
        domains=words_in(form.get("domains", ""))[:50],
    )  # fmt: skip


def _value(role: Role | int | None) -> str:
    """Return how a form names a role: ours by name, the workspace's own by its id."""
    if role is None:
        return ""
    return role.value if isinstance(role, Role) else public_id(PREFIXES["role"], role)
