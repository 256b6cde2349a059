"""Rooms of colleagues in other chats: which are connected, and what they are told."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongxin.center.kit.ids import public_id
from tongxin.center.kit.plugins import Manifest
from tongxin.center.kit.refusals import Refused
from tongxin.center.kit.text import whole_number
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import attempt, form_key, made_before, make_once, number
from tongxin.faces.doors.pages import render
from tongxin.faces.studio.settings_form import fields_of, read_settings, try_and_tell
from tongxin.service.outposts import actions, queries
from tongxin.service.outposts.values import OutpostRow, Want

NEEDS = "inbox.write"


@require_safe
@members_only(NEEDS)
def page(request: HttpRequest) -> HttpResponse:
    """List the connected rooms, and the chats that could be."""
    found = queries.outposts(actor=seat_of(request).actor)
    return render(request, "studio/outposts.html", {"outposts": found, "kinds": queries.kinds()})


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def new(request: HttpRequest, plugin: str) -> HttpResponse:
    """Connect a room by the form that its manifest describes."""
    if (manifest := queries.kinds().get(plugin)) is None:
        raise Http404
    given = _given(request, manifest) if request.method == "POST" else _AT_FIRST
    if request.method != "POST":
        return _form(request, manifest, given)

    def make() -> str:
        made = actions.create(
            actor=seat_of(request).actor, plugin=plugin, **given, now=timezone.now()
        )
        return public_id("out", made)

    try:
        made = make_once(request, make)
    except Refused as refused:
        return _form(request, manifest, given, error=refused, status=422)
    if made is None:
        messages.info(request, made_before())
        return redirect("studio:outposts")
    messages.success(request, _("The room is connected."))
    return redirect("studio:outpost", made)


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def one(request: HttpRequest, outpost: str) -> HttpResponse:
    """Show a room, or change it."""
    actor, outpost_id = seat_of(request).actor, number("out", outpost)
    found = queries.outpost(actor=actor, outpost_id=outpost_id)
    manifest = queries.kinds().get(found.plugin)
    if request.method == "POST":
        given = _given(request, manifest)
        attempt(
            request,
            lambda: actions.change(
                actor=actor, outpost_id=outpost_id, **given, enabled="enabled" in request.POST,
                now=timezone.now(),
            ),
            _("Saved."),
        )  # fmt: skip
        return redirect("studio:outpost", outpost)
    given = {
        "name": found.name, "settings": found.settings, "wants": found.wants, "minutes": found.minutes,
    }  # fmt: skip
    address = request.build_absolute_uri(f"/outposts/{found.key}/")
    return _form(request, manifest, given, outpost=found, address=address)


@require_POST
@members_only(NEEDS)
def try_out(request: HttpRequest, outpost: str) -> HttpResponse:
    """Say a word in the room."""
    actor, outpost_id = seat_of(request).actor, number("out", outpost)
    try_and_tell(request, lambda: actions.try_out(actor=actor, outpost_id=outpost_id))
    return redirect("studio:outpost", outpost)


@require_POST
@members_only(NEEDS)
def remove(request: HttpRequest, outpost: str) -> HttpResponse:
    """Forget a room."""
    actor, ids = seat_of(request).actor, [number("out", outpost)]
    attempt(
        request,
        lambda: actions.remove(actor=actor, outpost_ids=ids, now=timezone.now()),
        _("The room is told nothing any more."),
    )
    return redirect("studio:outposts")


_AT_FIRST: Mapping[str, Any] = {
    "name": "", "settings": {}, "wants": [Want.WAITING.value, Want.MENTION.value], "minutes": 10,
}  # fmt: skip


def _given(request: HttpRequest, manifest: Manifest | None) -> dict[str, Any]:
    sent = request.POST
    return {
        "name": sent.get("name", ""),
        "settings": read_settings(manifest, sent),
        "wants": sent.getlist("wants"),
        "minutes": whole_number(sent.get("minutes", "")) or 0,
    }


def _form(
    request: HttpRequest, manifest: Manifest | None, given: Mapping[str, Any], *, status: int = 200,
    outpost: OutpostRow | None = None, **more: object,
) -> HttpResponse:  # fmt: skip
    kept = queries.secrets_kept(outpost_id=outpost.id) if outpost else ()
    values = {
        "manifest": manifest, "fields": fields_of(manifest, given["settings"], kept), "given": given,
        "occasions": _occasions(), "form_key": form_key(),
        "outpost": outpost, **more,
    }  # fmt: skip
    return render(request, "studio/outpost.html", values, status)


def _occasions() -> list[tuple[str, str]]:
    return [
        (Want.WAITING.value, _("Somebody waits, and nobody has them")),
        (Want.MENTION.value, _("A colleague is called by @name in a note")),
        (Want.REVIEW.value, _("A colleague is asked to review a reply")),
        (Want.HANDED.value, _("A conversation is handed over to a colleague")),
    ]
