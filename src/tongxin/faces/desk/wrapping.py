"""What a conversation was about, asked when it is settled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongxin.center.attributes.values import Thing
from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import public_id
from tongxin.center.kit.refusals import Refused
from tongxin.faces.desk.fields import Field, defined, fields, sent
from tongxin.faces.desk.given import number
from tongxin.faces.desk.statuses import chosen
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.pages import render
from tongxin.service.conversations import actions, queries
from tongxin.service.conversations.queries import TopicRow, WrapUpRow
from tongxin.service.conversations.values import Asks


@dataclass(frozen=True)
class Wrapping:
    """What is asked at the end of a conversation, and what was said already."""

    asks: Asks
    keys: Sequence[str]
    topics: Sequence[TopicRow]
    said: WrapUpRow | None

    @property
    def topic(self) -> TopicRow | None:
        """What it was about, if somebody said so."""
        topic_id = self.said.topic_id if self.said else None
        return next((t for t in self.topics if t.id == topic_id), None)

    @property
    def offered(self) -> Sequence[TopicRow]:
        """What can be chosen: nothing below what is put away, but what was chosen stays."""
        away = {t.path for t in self.topics if not t.is_enabled}
        return [
            t for t in self.topics
            if t == self.topic or not any(t.path[:n] in away for n in range(1, len(t.path) + 1))
        ]  # fmt: skip


@require_http_methods(["GET", "POST"])
@members_only("conversation.write")
def wrap(request: HttpRequest, conversation: str) -> HttpResponse:
    """Show what is asked; or keep what was said and, if that is wanted, settle the conversation."""
    actor, pk = seat_of(request).actor, number("conv", conversation)
    if request.method == "POST":
        return _keep(request, actor, pk)
    place = queries.place_of(actor=actor, conversation_id=pk)
    said = queries.wrap_ups(actor=actor, conversation_ids=[pk])
    asked = wrapping(actor, place, said, to_choose=True)
    values = queries.attributes_of(actor=actor, conversation_id=pk)
    context: Mapping[str, Any] = {
        "asked": asked, "address": public_id("conv", pk), "settle": request.GET.get("settle", ""),
        "fields": _fields(actor, asked, values), "status": request.GET.get("status", ""),
    }  # fmt: skip
    return render(request, "desk/wrap.html", dict(context))


def wrapping(
    actor: Actor, place: tuple[int, int], said: Sequence[WrapUpRow], *, to_choose: bool = False
) -> Wrapping:
    """Return what is asked at the end of a conversation of this inbox and queue; topics only where they are needed."""
    form = queries.asked_at_end(actor=actor, inbox_id=place[0], queue_id=place[1])
    found = queries.topics(actor=actor, with_disabled=True) if said or to_choose else ()
    return Wrapping(form.asks, form.keys, found, said[0] if said else None)


@transaction.atomic
def _keep(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    given, now = request.POST, timezone.now()
    topic = given.get("topic", "")
    if not topic:
        raise Refused("wrap_up.required", _("Say first what it was about."))
    actions.wrap_up(
        actor=actor, conversation_ids=[pk], topic_id=number("top", topic), attributes=sent(given),
        text=given.get("text", ""), now=now,
    )  # fmt: skip
    if given.get("status"):
        status, status_id = chosen(given["status"])
        actions.set_status(
            actor=actor, conversation_ids=[pk], status=status, status_id=status_id, now=now
        )
    elif given.get("settle"):
        actions.resolve(actor=actor, conversation_ids=[pk], now=now)
    return HttpResponse(status=204)


def _fields(actor: Actor, asked: Wrapping, values: Mapping[str, Any]) -> list[Field]:
    known = {f.key: f for f in fields(defined(actor), Thing.CONVERSATION, values)}
    return [known[key] for key in asked.keys if key in known]
