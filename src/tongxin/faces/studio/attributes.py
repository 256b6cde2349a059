"""What a workspace wants to know of people, organizations and conversations."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.center.attributes import actions
from tongxin.center.attributes.queries import attributes
from tongxin.center.attributes.values import AttributeType, Thing
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Refused
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.acts import attempt, form_key, made_before, make_once, number
from tongxin.faces.doors.pages import render

NEEDS = "workspace.write"


@require_http_methods(["GET", "POST"])
@members_only(NEEDS)
def page(request: HttpRequest) -> HttpResponse:
    """List what is defined, archived ones below; define something more."""
    return _define(request) if request.method == "POST" else _shown(request)


@require_POST
@members_only(NEEDS)
def change(request: HttpRequest, attribute: str) -> HttpResponse:
    """Set a name and the options of a choice."""
    actor, attribute_id = seat_of(request).actor, number("atr", attribute)
    name, options = request.POST.get("name", ""), lines(request.POST.get("options", ""))
    attempt(
        request,
        lambda: actions.change(
            actor=actor, attribute_id=attribute_id, name=name, options=options, now=timezone.now()
        ),
        _("Saved."),
    )
    return redirect("studio:attributes")


@require_POST
@members_only(NEEDS)
def archive(request: HttpRequest, attribute: str) -> HttpResponse:
    """Hide an attribute; its values stay."""
    actor, ids = seat_of(request).actor, [number("atr", attribute)]
    attempt(
        request,
        lambda: actions.archive(actor=actor, attribute_ids=ids, now=timezone.now()),
        _("The attribute is archived. Its values are kept."),
    )
    return redirect("studio:attributes")


@require_POST
@members_only(NEEDS)
def restore(request: HttpRequest, attribute: str) -> HttpResponse:
    """Show an attribute again."""
    actor, ids = seat_of(request).actor, [number("atr", attribute)]
    attempt(
        request,
        lambda: actions.restore(actor=actor, attribute_ids=ids, now=timezone.now()),
        _("The attribute is back, with its values."),
    )
    return redirect("studio:attributes")


def lines(text: str) -> list[str]:
    """Return the lines of a field that have something in them."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _define(request: HttpRequest) -> HttpResponse:
    actor = seat_of(request).actor
    given = {field: request.POST.get(field, "") for field in ("thing", "name", "type", "key")}
    options = request.POST.get("options", "")
    if given["thing"] not in set(Thing) or given["type"] not in set(AttributeType):
        return redirect("studio:attributes")

    def make() -> str:
        made = actions.define(
            actor=actor, thing=Thing(given["thing"]), name=given["name"],
            type=AttributeType(given["type"]), key=given["key"].strip(), options=lines(options),
            now=timezone.now(),
        )  # fmt: skip
        return public_id("atr", made)

    try:
        made = make_once(request, make)
    except Refused as refused:
        more = {"given": {**given, "options": options}, "error": refused}
        return _shown(request, 422, **more)
    if made is None:
        messages.info(request, made_before())
    else:
        messages.success(request, _("The attribute is there."))
    return redirect("studio:attributes")


def _shown(request: HttpRequest, status: int = 200, **more: object) -> HttpResponse:
    found = attributes(actor=seat_of(request).actor, with_archived=True)
    values = {
        "groups": [
            (label, [row for row in found if row.thing is thing and not row.is_archived])
            for thing, label in things()
        ],
        "archived": [row for row in found if row.is_archived],
        "things": things(),
        "thing_names": dict(things()),
        "types": types(),
        "type_names": dict(types()),
        "form_key": form_key(),
        **more,
    }
    return render(request, "studio/attributes.html", values, status)


def things() -> list[tuple[Thing, str]]:
    return [
        (Thing.PERSON, _("People")),
        (Thing.ORGANIZATION, _("Organizations")),
        (Thing.CONVERSATION, _("Conversations")),
    ]


def types() -> list[tuple[AttributeType, str]]:
    return [
        (AttributeType.TEXT, _("Text")),
        (AttributeType.NUMBER, pgettext("a kind of value", "Number")),
        (AttributeType.BOOLEAN, _("Yes or no")),
        (AttributeType.DATE, _("Date")),
        (AttributeType.CHOICE, _("Choice")),
        (AttributeType.LINK, _("Link")),
    ]
