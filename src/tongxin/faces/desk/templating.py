"""Answer with what the vendor has approved: choose a template, fill its holes, send it."""

import re
from collections.abc import Sequence
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.text import fold
from tongxin.faces.desk.given import number
from tongxin.faces.desk.rows import name_or_code
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.pages import render
from tongxin.service.channels.queries import templates
from tongxin.service.channels.values import TemplateRow
from tongxin.service.conversations import actions, queries

WRITE = "conversation.write"
DONE = 204
_VALUE = "value:"  # before the name of a hole, so that none is another field's


@require_http_methods(["GET", "POST"])
@members_only(WRITE)
def choose(request: HttpRequest, conversation: str) -> HttpResponse:
    """Show which templates there are, or one with its holes; or send it."""
    actor, pk = seat_of(request).actor, number("conv", conversation)
    if request.method == "POST":
        return _sent(request, pk)
    ways = queries.ways(actor=actor, conversation_id=pk, now=timezone.now())
    way = next((way for way in ways if way.is_next), None)
    there = templates(actor=actor, inbox_id=way.inbox_id) if way else ()
    context = {"address": public_id("conv", pk), "way": way, "is_empty": not there}
    if wanted := request.GET.get("template", ""):
        chosen = _chosen(there, number("tpl", wanted))
        more = {
            "chosen": chosen,
            "parts": parts_of(chosen),
            "mark": _VALUE,
            "client_id": uuid4().hex,
        }
        return render(request, "desk/template.html", {**context, **more, "to": _name(actor, pk)})
    found = fitting(there, request.GET.get("q", ""))
    page = "desk/templates_found.html" if "q" in request.GET else "desk/templates.html"
    return render(request, page, {**context, "found": found})


def fitting(there: Sequence[TemplateRow], text: str) -> list[TemplateRow]:
    """Return the templates in which every word stands."""
    words = fold(text[:60]).split()
    return [
        t for t in there if all(word in fold(f"{t.name} {t.language} {t.text}") for word in words)
    ]


def parts_of(chosen: TemplateRow) -> list[tuple[str, str]]:
    """Return a template's text cut at its holes: pairs of text and the hole after it ("" at the end)."""
    names = "|".join(re.escape(hole) for hole in chosen.holes)
    cut = re.split(rf"\{{\{{({names})\}}\}}", chosen.text) if names else [chosen.text]
    return list(zip(cut[::2], [*cut[1::2], ""], strict=True))


def _sent(request: HttpRequest, pk: int) -> HttpResponse:
    given = request.POST
    seen = given.get("seen", "")
    actions.send_template(
        actor=seat_of(request).actor, conversation_id=pk,
        template_id=number("tpl", given.get("template", "")),
        values={name.removeprefix(_VALUE): given[name] for name in given if name.startswith(_VALUE)},
        client_id=given.get("client_id") or None,
        last_seen_message_id=number("msg", seen) if seen else None, now=timezone.now(),
    )  # fmt: skip
    return HttpResponse(status=DONE)


def _chosen(there: Sequence[TemplateRow], template_id: int) -> TemplateRow:
    chosen = next((one for one in there if one.id == template_id), None)
    if chosen is None:
        raise Refused("template.missing", _("There is no such template any more."), Reason.MISSING)
    return chosen


def _name(actor: Actor, pk: int) -> str:
    [row] = queries.by_ids(actor=actor, conversation_ids=[pk])
    return name_or_code(row.person_name, row.person_id)
