"""Records that may be one person: side by side, merged by a member or told apart, and parted again."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tongxin.center.people import actions, queries
from tongxin.faces.desk.fields import defined
from tongxin.faces.desk.people.acts import WRITE
from tongxin.faces.desk.people.person import ways
from tongxin.faces.desk.rows import name_or_code
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import attempt, number
from tongxin.faces.doors.pages import render

READ = "people.read"


@require_GET
@members_only(READ)
def page(request: HttpRequest) -> HttpResponse:
    """List the pairs that were found."""
    found = queries.duplicates(actor=seat_of(request).actor, cursor=request.GET.get("cursor"))
    values = {"found": found, "reasons": reasons(), "name_or_code": name_or_code}
    return render(request, "desk/people/duplicates.html", values)


@require_GET
@members_only(READ)
def compare(request: HttpRequest, person: str, other: str) -> HttpResponse:
    """Show two people side by side, and what merging them would mean."""
    actor = seat_of(request).actor
    told = queries.compare(
        actor=actor, person_id=number("per", person), other_id=number("per", other)
    )
    names = {f"attribute.{row.key}": row.name for row in defined(actor) if row.thing == "person"}
    values = {
        "told": told,
        "duplicate": request.GET.get("d", ""),
        "label": lambda field: (field_names() | names).get(field, field.partition(".")[2] or field),
        "shown": shown,
        "name_or_code": name_or_code,
    }
    return render(request, "desk/people/compare.html", values)


@require_POST
@members_only(WRITE)
def merge(request: HttpRequest, person: str, other: str) -> HttpResponse:
    """Merge the other into the one who stays, with what was chosen."""
    actor, into_id, other_id = (
        seat_of(request).actor,
        number("per", person),
        number("per", other),
    )
    keep = request.POST.getlist("keep")[:200]
    attempt(
        request,
        lambda: actions.merge(
            actor=actor, person_ids=[other_id], into_id=into_id, keep=keep, now=timezone.now()
        ),
        _("They are one person now. It can be undone here at any time."),
    )
    return redirect("desk:person_page", person)


@require_POST
@members_only(WRITE)
def dismiss(request: HttpRequest, duplicate: str) -> HttpResponse:
    """Say that they are two."""
    actor, ids = seat_of(request).actor, [number("dup", duplicate)]
    attempt(
        request,
        lambda: actions.dismiss(actor=actor, duplicate_ids=ids, now=timezone.now()),
        _("They stay two people and are not proposed again."),
    )
    return redirect("desk:duplicates")


@require_POST
@members_only(WRITE)
def part(request: HttpRequest, person: str, merge: str) -> HttpResponse:
    """Undo a merge."""
    actor, ids = seat_of(request).actor, [number("mrg", merge)]
    attempt(
        request,
        lambda: actions.unmerge(actor=actor, merge_ids=ids, now=timezone.now()),
        _("They are two people again, each with what was theirs."),
    )
    return redirect("desk:person_page", person)


def reasons() -> Mapping[str, str]:
    return {
        "external": _("Same account"),
        "email": _("Same e-mail"),
        "phone": _("Same phone"),
        "address": _("Same name and address"),
    }


def field_names() -> dict[str, str]:
    return {
        "name": _("Name"),
        "language": _("Language"),
        "preferred_way": _("Way"),
        "quiet_from": _("Quiet from"),
        "quiet_until": _("Quiet until"),
    }


def shown(field: str, value: Any) -> str:  # noqa: ANN401 - whatever a field may hold
    """Return what a field says, in words."""
    if field == "preferred_way":
        return ways().get(value, "")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "" if value is None else str(value)
