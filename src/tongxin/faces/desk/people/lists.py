"""Everybody we know: searched, filtered, page by page."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tongxin.center.kit.refusals import Refused
from tongxin.center.people.queries import people, person_tags
from tongxin.faces.desk.fields import defined
from tongxin.faces.desk.rows import name_or_code
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.pages import render


@require_GET
@members_only("people.read")
def page(request: HttpRequest) -> HttpResponse:
    """Show people, newest first; those who match what is asked."""
    actor = seat_of(request).actor
    text, tag = request.GET.get("q", "").strip()[:100], request.GET.get("tag", "").strip()[:90]
    where = conditions(request)
    values = {
        "text": text,
        "tag": tag,
        "tags": person_tags(actor=actor),
        "where": ", ".join(where),
        "attributes": [row for row in defined(actor) if row.thing.value == "person"],
        "name_or_code": name_or_code,
        "found": (),
    }
    status = 200
    try:
        values["found"] = people(
            actor=actor, text=text, where=where, tag=tag, cursor=request.GET.get("cursor")
        )
    except Refused as refused:
        values["error"], status = refused, 422
    return render(request, "desk/people/list.html", values, status)


@require_GET
@members_only("people.read")
def blocked(request: HttpRequest) -> HttpResponse:
    """Show whose messages we do not take."""
    found = people(actor=seat_of(request).actor, blocked=True, cursor=request.GET.get("cursor"))
    values = {"found": found, "name_or_code": name_or_code}
    return render(request, "desk/people/blocked.html", values)


def conditions(request: HttpRequest) -> list[str]:
    """Return the conditions that somebody typed, one after the other."""
    typed = request.GET.get("where", "").replace("，", ",").split(",")
    return [one.strip() for one in typed if one.strip()]
