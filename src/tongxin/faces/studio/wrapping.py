"""What is asked when an inbox's conversations are settled."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongxin.center.attributes.queries import AttributeRow, attributes
from tongxin.center.attributes.values import Thing
from tongxin.center.kit.actor import Actor
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import attempt, number
from tongxin.service.conversations import actions, queries
from tongxin.service.conversations.queries import FormRow
from tongxin.service.conversations.values import Asks


@dataclass(frozen=True)
class Asked:
    """What is asked, and what could be."""

    form: FormRow
    fields: list[AttributeRow]
    ways: list[tuple[Asks, str]]


@require_POST
@members_only("inbox.write")
def wrap_up(request: HttpRequest, inbox: str) -> HttpResponse:
    """Set what is asked."""
    actor, ids, given = seat_of(request).actor, [number("inb", inbox)], request.POST
    asks = Asks(given["asks"]) if given.get("asks") in set(Asks) else Asks.NO
    attempt(
        request,
        lambda: actions.set_wrap_up(
            actor=actor, inbox_ids=ids, asks=asks, is_strict="is_strict" in given,
            keys=given.getlist("keys"), now=timezone.now(),
        ),
        _("Saved."),
    )  # fmt: skip
    return redirect(reverse("studio:inbox", args=[inbox]) + "#wrap-up")


def asked_of(actor: Actor, inbox_id: int) -> Asked:
    """Return what is asked at the end of an inbox's conversations, for its form."""
    nothing = FormRow(inbox_id, Asks.NO, is_strict=False, keys=())
    forms = queries.wrap_up_forms(actor=actor)
    known = [row for row in attributes(actor=actor) if row.thing is Thing.CONVERSATION]
    ways = [
        (Asks.NO, _("Nothing is asked")),
        (Asks.MAY, _("It is asked, and may be left out")),
        (Asks.MUST, _("It is asked, and must be said")),
    ]
    return Asked(next((f for f in forms if f.inbox_id == inbox_id), nothing), known, ways)
