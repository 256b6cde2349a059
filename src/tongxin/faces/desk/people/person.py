"""One person, on a page of their own."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from tongxin.faces.desk import screen
from tongxin.faces.desk.rows import name_or_code
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import number
from tongxin.faces.doors.pages import render


@require_GET
@members_only("people.read")
def page(request: HttpRequest, person: str) -> HttpResponse:
    """Show everything we know of somebody."""
    card = screen.person_card(seat_of(request).actor, number("per", person), most=20)
    values = {"card": card, "name_or_code": name_or_code}
    return render(request, "desk/people/person.html", values)
