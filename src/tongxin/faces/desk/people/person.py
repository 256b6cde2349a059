"""One person, on a page of their own."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tongxin.center.accounts.queries import members
from tongxin.center.people.queries import consents, merges
from tongxin.center.people.values import Purpose, Way
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
    actor = seat_of(request).actor
    values = {
        "card": card,
        "name_or_code": name_or_code,
        "consents": consents(actor=actor, person_id=card.person.id),
        "merges": merges(actor=actor, person_id=card.person.id),
        "ways": ways(),
        "purposes": purposes(),
        "members": {
            f"member:{row.id}": row.name for row in members(actor=actor, with_removed=True)
        },
    }
    return render(request, "desk/people/person.html", values)


def ways() -> dict[Way, str]:
    return {
        Way.ANY: _("Any way"),
        Way.CHAT: _("Chat"),
        Way.EMAIL: _("E-mail"),
        Way.SMS: _("Text message"),
        Way.PHONE: _("Phone"),
        Way.WECHAT: _("WeChat"),
        Way.POST: _("Letter"),
    }


def purposes() -> dict[Purpose, str]:
    return {
        Purpose.SERVICE: _("Service notices"),
        Purpose.MARKETING: _("Marketing"),
        Purpose.RESEARCH: _("Surveys and interviews"),
    }
