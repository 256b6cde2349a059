"""What one does with a person: from the card beside a conversation, or from the person's own page."""

from collections.abc import Callable

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongxin.center.kit.text import fold
from tongxin.center.people import actions
from tongxin.center.people.queries import organizations
from tongxin.center.people.values import Purpose, Way
from tongxin.faces.desk.fields import sent
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import attempt, number

WRITE = "people.write"
DONE = 204


@require_POST
@members_only(WRITE)
def rename(request: HttpRequest, person: str) -> HttpResponse:
    """Set what we call them."""
    actor, ids, name = seat_of(request).actor, [number("per", person)], request.POST.get("name", "")
    act = lambda: actions.change(actor=actor, person_ids=ids, name=name, now=timezone.now())  # noqa: E731
    return did(request, act, _("Saved."), person)


@require_POST
@members_only(WRITE)
def describe(request: HttpRequest, person: str) -> HttpResponse:
    """Set custom attributes."""
    actor, ids, given = seat_of(request).actor, [number("per", person)], sent(request.POST)
    act = lambda: actions.describe(  # noqa: E731
        actor=actor, person_ids=ids, attributes=given, now=timezone.now()
    )
    return did(request, act, _("Saved."), person)


@require_POST
@members_only(WRITE)
def join(request: HttpRequest, person: str) -> HttpResponse:
    """Put them into an organization by its name; one that nobody has heard of is made."""
    actor, person_id = seat_of(request).actor, number("per", person)
    name = " ".join(request.POST.get("organization", "").split())

    @transaction.atomic
    def act() -> None:
        now = timezone.now()
        known = organizations(actor=actor, text=name)
        same = [row.id for row in known if fold(row.name) == fold(name)]
        made = same[0] if same else actions.create_organization(actor=actor, name=name, now=now)
        actions.join(actor=actor, person_ids=[person_id], organization_id=made, now=now)

    return did(request, act, _("They belong to it now."), person)


@require_POST
@members_only(WRITE)
def leave(request: HttpRequest, person: str) -> HttpResponse:
    """Take them out of an organization."""
    actor, ids = seat_of(request).actor, [number("per", person)]
    organization_id = number("org", request.POST.get("organization", ""))
    act = lambda: actions.leave(  # noqa: E731
        actor=actor, person_ids=ids, organization_id=organization_id, now=timezone.now()
    )
    return did(request, act, _("They belong to it no longer."), person)


@require_POST
@members_only(WRITE)
def tag(request: HttpRequest, person: str) -> HttpResponse:
    """Put a tag on them, or take one off."""
    actor, ids = seat_of(request).actor, [number("per", person)]
    add = [name for name in request.POST.getlist("add") if name.strip()]
    remove = request.POST.getlist("remove")
    act = lambda: actions.tag(  # noqa: E731
        actor=actor, person_ids=ids, add=add, remove=remove, now=timezone.now()
    )
    return did(request, act, _("Saved."), person)


@require_POST
@members_only(WRITE)
def block(request: HttpRequest, person: str) -> HttpResponse:
    """Take no more messages from them."""
    actor, ids, reason = (
        seat_of(request).actor,
        [number("per", person)],
        request.POST.get("reason", ""),
    )
    act = lambda: actions.block(  # noqa: E731
        actor=actor, person_ids=ids, reason=reason, now=timezone.now()
    )
    return did(request, act, _("Blocked. What was open is settled."), person)


@require_POST
@members_only(WRITE)
def unblock(request: HttpRequest, person: str) -> HttpResponse:
    """Take messages from them again."""
    actor, ids = seat_of(request).actor, [number("per", person)]
    act = lambda: actions.unblock(actor=actor, person_ids=ids, now=timezone.now())  # noqa: E731
    return did(request, act, _("They can write to you again."), person)


@require_POST
@members_only(WRITE)
def consent(request: HttpRequest, person: str) -> HttpResponse:
    """Write down what they allow, or take back."""
    actor, ids, sent_form = seat_of(request).actor, [number("per", person)], request.POST
    way, purpose = sent_form.get("way", ""), sent_form.get("purpose", "")
    if way in set(Way) and purpose in set(Purpose):
        attempt(
            request,
            lambda: actions.record_consent(
                actor=actor, person_ids=ids, way=Way(way), purpose=Purpose(purpose),
                granted=sent_form.get("granted") == "yes", proof=sent_form.get("proof", ""),
                now=timezone.now(),
            ),
            _("Written down."),
        )  # fmt: skip
    return redirect("desk:person_page", person)


@require_POST
@members_only(WRITE)
def prefer(request: HttpRequest, person: str) -> HttpResponse:
    """Set how they like to be reached."""
    actor, ids, wanted = seat_of(request).actor, [number("per", person)], request.POST
    way = wanted.get("way", "")
    if way in set(Way):
        attempt(
            request,
            lambda: actions.prefer(
                actor=actor, person_ids=ids, way=Way(way), language=wanted.get("language", ""),
                quiet_from=wanted.get("quiet_from", "")[:5],
                quiet_until=wanted.get("quiet_until", "")[:5], now=timezone.now(),
            ),
            _("Saved."),
        )  # fmt: skip
    return redirect("desk:person_page", person)


@require_POST
@members_only("contact.reveal")
def reveal(request: HttpRequest, identity: str) -> HttpResponse:
    """Show one address in full; that one looked is remembered."""
    ids = [number("idn", identity)]
    found = actions.reveal(actor=seat_of(request).actor, identity_ids=ids, now=timezone.now())
    if not found:
        raise Http404
    return HttpResponse(found[0].value, content_type="text/plain; charset=utf-8")


@require_POST
@members_only(WRITE)
def note_address(request: HttpRequest, person: str) -> HttpResponse:
    """Note an e-mail address, a phone number or a postal address."""
    actor, ids, given = seat_of(request).actor, [number("per", person)], request.POST
    kind, value = given.get("kind", ""), given.get("value", "")

    def act() -> None:
        if kind in set(actions.Claimable):
            actions.note_address(
                actor=actor, person_ids=ids, kind=actions.Claimable(kind), value=value,
                now=timezone.now(),
            )  # fmt: skip

    return did(request, act, _("Noted, as claimed."), person)


def did(request: HttpRequest, act: Callable[[], object], done: str, person: str) -> HttpResponse:
    """Do it: for a script with an empty answer, for a form with a sentence on the person's page."""
    if request.headers.get("HX-Request"):
        act()
        return HttpResponse(status=DONE)
    attempt(request, act, done)
    return redirect("desk:person_page", person)
