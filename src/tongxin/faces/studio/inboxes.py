"""Which channels are connected, and how."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.plugins import Manifest, manifests
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.text import whole_number
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import attempt, form_key, made_before, make_once, number, words_in
from tongxin.faces.doors.pages import render
from tongxin.faces.studio.endings import days_in
from tongxin.faces.studio.settings_form import fields_of, read_settings, try_and_tell
from tongxin.faces.studio.wrapping import end_of
from tongxin.service.channels import actions, queries
from tongxin.service.channels.values import InboxRow
from tongxin.service.queues.actions import feed
from tongxin.service.queues.queries import queue_names
from tongxin.service.queues.values import Strategy
from tongxin.service.team.actions import set_routing
from tongxin.service.team.queries import routings

NEEDS = "inbox.write"


@require_safe
@members_only(NEEDS)
def page(request: HttpRequest) -> HttpResponse:
    """List the connected channels, and those that could be."""
    values = {"inboxes": queries.inboxes(actor=seat_of(request).actor), "channels": _channels()}
    return render(request, "studio/inboxes.html", values)


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def new(request: HttpRequest, channel: str) -> HttpResponse:
    """Connect a channel by the form that its manifest describes."""
    manifest = _channels().get(channel)
    if manifest is None:
        raise Http404
    if request.method == "POST":
        return _create(request, manifest)
    return _form(request, manifest, {})


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def one(request: HttpRequest, inbox: str) -> HttpResponse:
    """Show an inbox with its keys, or change it."""
    actor = seat_of(request).actor
    found = queries.inbox(actor=actor, inbox_id=number("inb", inbox))
    manifest = manifests().get(found.channel)
    if request.method == "POST":
        settings = read_settings(manifest, request.POST)
        name, enabled = request.POST.get("name", ""), "enabled" in request.POST
        attempt(
            request,
            lambda: actions.change_inbox(
                actor=actor, inbox_id=found.id, name=name, settings=settings, enabled=enabled,
                now=timezone.now(),
            ),
            _("Saved."),
        )  # fmt: skip
        return redirect("studio:inbox", inbox)
    values = {
        "inbox": found, "manifest": manifest,
        "fields": fields_of(manifest, found.settings, queries.secrets_kept(inbox_id=found.id)),
        "can": queries.capabilities(found.channel),
        "keys": queries.keys(actor=actor, inbox_id=found.id), "form_key": form_key(),
        "routing": routings(workspace_id=actor.workspace_id)[found.id], "strategies": _strategies(),
        "queues": [q for q in queue_names(workspace_id=actor.workspace_id) if q.is_open],
        "end": end_of(actor, found), "live": queries.carried_by_live(found.channel),
        "origin": request.build_absolute_uri("/"), **_templates(actor, found),
    }  # fmt: skip
    return render(request, "studio/inbox.html", values)


@require_POST
@members_only(NEEDS)
def try_out(request: HttpRequest, inbox: str) -> HttpResponse:
    """Try the inbox's settings against the service behind it."""
    actor, inbox_id = seat_of(request).actor, number("inb", inbox)
    try_and_tell(request, lambda: actions.try_out(actor=actor, inbox_id=inbox_id))
    return redirect("studio:inbox", inbox)


@require_POST
@members_only(NEEDS)
def set_up(request: HttpRequest, inbox: str) -> HttpResponse:
    """Tell the vendor where we are."""
    actor, inbox_id = seat_of(request).actor, number("inb", inbox)
    origin = request.build_absolute_uri("/")
    attempt(
        request,
        lambda: actions.set_up(actor=actor, inbox_id=inbox_id, origin=origin, now=timezone.now()),
        _("The service knows this address now."),
    )
    return redirect("studio:inbox", inbox)


@require_POST
@members_only(NEEDS)
def fetch_templates(request: HttpRequest, inbox: str) -> HttpResponse:
    """Ask the vendor which templates it has approved."""
    actor, inbox_id = seat_of(request).actor, number("inb", inbox)
    attempt(
        request,
        lambda: actions.fetch_templates(actor=actor, inbox_id=inbox_id, now=timezone.now()),
        _("These are the templates that are approved now."),
    )
    return redirect(reverse("studio:inbox", args=[inbox]) + "#templates")


@require_POST
@members_only(NEEDS)
def routing(request: HttpRequest, inbox: str) -> HttpResponse:
    """Set how the inbox's conversations find somebody."""
    actor, ids, given = seat_of(request).actor, [number("inb", inbox)], request.POST
    weight, strategy = whole_number(given.get("weight", "")), given.get("strategy", "")
    attempt(
        request,
        lambda: set_routing(
            actor=actor, inbox_ids=ids, is_automatic="is_automatic" in given, weight=weight or 0,
            strategy=Strategy(strategy) if strategy in set(Strategy) else Strategy.LEAST_BUSY,
            skills=words_in(given.get("skills", "")), now=timezone.now(),
        ),
        _("Saved."),
    )  # fmt: skip
    return redirect(reverse("studio:inbox", args=[inbox]) + "#routing")


@require_POST
@members_only(NEEDS)
def queue(request: HttpRequest, inbox: str) -> HttpResponse:
    """Choose where the inbox's new conversations wait."""
    actor, ids = seat_of(request).actor, [number("inb", inbox)]
    queue_id = number("que", request.POST.get("queue", ""))
    attempt(
        request,
        lambda: feed(actor=actor, inbox_ids=ids, queue_id=queue_id, now=timezone.now()),
        _("Saved."),
    )
    return redirect(reverse("studio:inbox", args=[inbox]) + "#queue")


@require_POST
@members_only(NEEDS)
def reopening(request: HttpRequest, inbox: str) -> HttpResponse:
    """Set for how long a message after the end goes on with the same conversation."""
    actor, ids, given = seat_of(request).actor, [number("inb", inbox)], request.POST
    days = days_in(given)
    attempt(
        request,
        lambda: actions.set_reopening(actor=actor, inbox_ids=ids, days=days, now=timezone.now()),
        _("Saved."),
    )
    return redirect(reverse("studio:inbox", args=[inbox]) + "#reopening")


@require_POST
@members_only(NEEDS)
def create_key(request: HttpRequest, inbox: str) -> HttpResponse:
    """Make another signing key."""
    actor, inbox_id = seat_of(request).actor, number("inb", inbox)
    make = lambda: actions.create_key(actor=actor, inbox_id=inbox_id, now=timezone.now()).kid  # noqa: E731
    attempt(request, lambda: make_once(request, make), _("There is a new key."))
    return redirect(reverse("studio:inbox", args=[inbox]) + "#keys")


@require_POST
@members_only(NEEDS)
def retire_key(request: HttpRequest, inbox: str) -> HttpResponse:
    """Make a signing key worthless."""
    actor, inbox_id, kids = (
        seat_of(request).actor,
        number("inb", inbox),
        [request.POST.get("kid", "")],
    )
    attempt(
        request,
        lambda: actions.retire_keys(actor=actor, inbox_id=inbox_id, kids=kids, now=timezone.now()),
        _("The key opens nothing any more."),
    )
    return redirect(reverse("studio:inbox", args=[inbox]) + "#keys")


def _templates(actor: Actor, found: InboxRow) -> dict[str, object]:
    """Return what the inbox's vendor has approved, and when it was asked."""
    if not queries.capabilities(found.channel).lists_templates:
        return {}
    there = queries.templates(actor=actor, inbox_id=found.id)
    return {"templates": there, "templates_at": queries.templates_at(inbox_id=found.id)}


def _create(request: HttpRequest, manifest: Manifest) -> HttpResponse:
    actor, name = seat_of(request).actor, request.POST.get("name", "")
    settings = read_settings(manifest, request.POST)

    def make() -> str:
        made = actions.create_inbox(
            actor=actor, channel=manifest.name, name=name, settings=settings, now=timezone.now()
        )
        return public_id("inb", made)

    try:
        made = make_once(request, make)
    except Refused as refused:
        return _form(request, manifest, settings, name=name, error=refused, status=422)
    if made is None:
        messages.info(request, made_before())
        return redirect("studio:inboxes")
    messages.success(request, _("The channel is connected."))
    return redirect("studio:inbox", made)


def _form(
    request: HttpRequest,
    manifest: Manifest,
    settings: Mapping[str, Any],
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    values = {
        "manifest": manifest,
        "fields": fields_of(manifest, settings),
        "form_key": form_key(),
        **more,
    }
    return render(request, "studio/inbox_new.html", values, status)


def _strategies() -> list[tuple[str, str]]:
    return [
        (Strategy.LEAST_BUSY.value, _("Whoever is least busy")),
        (Strategy.IN_TURN.value, _("Everybody in turn")),
    ]


def _channels() -> dict[str, Manifest]:
    return {name: manifest for name, manifest in manifests().items() if manifest.kind == "channel"}
