"""What is asked when an inbox's conversations are settled."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongxin.center.kit.actor import Actor
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import attempt, number
from tongxin.faces.studio.endings import EndForm, end_form, ending_of
from tongxin.service.channels.values import InboxRow
from tongxin.service.conversations import actions, queries
from tongxin.service.conversations.queries import FormRow
from tongxin.service.conversations.values import Asks


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


def end_of(actor: Actor, inbox: InboxRow) -> EndForm:
    """Return what an inbox says of the end of its conversations, for its forms."""
    nothing = FormRow(inbox.id, Asks.NO, is_strict=False, keys=())
    forms = queries.wrap_up_forms(actor=actor)
    form = next((f for f in forms if f.inbox_id == inbox.id), nothing)
    said = ending_of(form.asks, is_strict=form.is_strict, keys=form.keys, days=inbox.reopen_days)
    return end_form(actor, said, of_queue=False)
