"""The bell: what one is called to look at, and how one hears of it."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tongxin.center.accounts.queries import members
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.webpush import public_key
from tongxin.faces.desk.given import number
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.pages import render
from tongxin.service.notices import actions, queries
from tongxin.service.notices.queries import NoticeRow, told
from tongxin.service.notices.values import WISHES, Occasion, Way

READ = "conversation.read"


@dataclass(frozen=True)
class Called:
    """A notice, and in a sentence who called for what."""

    row: NoticeRow
    told: str


@require_GET
@members_only(READ)
def page(request: HttpRequest) -> HttpResponse:
    """Show what one was called for: as a page, or as the list under the bell."""
    actor = seat_of(request).actor
    called = {"called": _called(actor)}
    if request.headers.get("HX-Request"):
        return render(request, "desk/called.html", called)
    reach = {
        "occasions": occasion_names(), "ways": way_names(), "wishes": queries.wishes(actor=actor),
        "possible": {f"{occasion}.{way}" for occasion, way in WISHES}, "devices": queries.devices(actor=actor),
        "push_key": public_key(),
    }  # fmt: skip
    return render(request, "desk/called_page.html", {**called, **reach})


@require_GET
@members_only(READ)
def count(request: HttpRequest) -> HttpResponse:
    """Return how many wait, as the bell shows it."""
    return render(
        request,
        "doors/unread.html",
        {"unread": queries.unread(member_id=seat_of(request).actor.id)},
    )


@require_POST
@members_only(READ)
def read(request: HttpRequest) -> HttpResponse:
    """Note that one has seen them all."""
    actor = seat_of(request).actor
    ids = [one.row.id for one in _called(actor) if one.row.read_at is None]
    actions.read(actor=actor, notice_ids=ids, now=timezone.now())
    return render(request, "desk/called.html", {"called": _called(actor)})


@require_POST
@members_only(READ)
def choose(request: HttpRequest) -> HttpResponse:
    """Keep how one wants to be reached."""
    wanted = request.POST.getlist("wish")
    actions.choose(actor=seat_of(request).actor, wishes=wanted, now=timezone.now())
    messages.success(request, _("Saved."))
    return redirect("desk:notices")


@require_POST
@members_only(READ)
def subscribe(request: HttpRequest) -> HttpResponse:
    """Let this browser take one's pushes."""
    given = request.POST
    push_id = actions.subscribe(
        actor=seat_of(request).actor,
        endpoint=given.get("endpoint", "")[:1000],
        p256dh=given.get("p256dh", ""),
        auth=given.get("auth", ""),
        device=given.get("device", ""),
        now=timezone.now(),
    )
    return JsonResponse({"id": public_id("push", push_id)})


@require_POST
@members_only(READ)
def unsubscribe(request: HttpRequest, device: str) -> HttpResponse:
    """Push nothing to a browser any more."""
    ids = [number("push", device)]
    actions.unsubscribe(actor=seat_of(request).actor, push_ids=ids, now=timezone.now())
    return redirect("desk:notices")


def occasion_names() -> dict[str, str]:
    """Return what a member may want to hear of, in words."""
    return {
        Occasion.CALLED: _("A colleague calls you"),
        Occasion.MINE: _("Somebody you look after writes"),
        Occasion.WAITING: _("Somebody writes whom nobody has"),
    }


def way_names() -> dict[str, tuple[str, str]]:
    """Return the ways to hear of it: their icons and names."""
    return {
        Way.SOUND: ("volume-2", _("Sound")),
        Way.DESKTOP: ("monitor", _("Desktop")),
        Way.PUSH: ("smartphone", _("Push")),
        Way.MAIL: ("mail", _("Mail, gathered")),
    }


def _called(actor: Actor) -> list[Called]:
    names = {f"member:{m.id}": m.name for m in members(actor=actor, with_removed=True)}
    language = get_language() or ""
    return [
        Called(row, told(row.about, names.get(row.author, ""), row.number, language))
        for row in queries.notices(actor=actor)
    ]
