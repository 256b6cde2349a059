"""Where an answer goes, what may still be said there, and by which other way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.center.kit.actor import Actor
from tongxin.center.people.values import EMAIL, PHONE
from tongxin.faces.desk.given import number
from tongxin.faces.desk.rows import name_or_code
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.pages import clock, day, render
from tongxin.service.channels.ports import Failure
from tongxin.service.channels.queries import capabilities
from tongxin.service.channels.values import MESSAGE, Window
from tongxin.service.conversations import actions, queries
from tongxin.service.conversations.queries import ConversationRow, OriginRow, WayRow
from tongxin.service.team.actions import call

DONE = 204
_ADDRESSES = frozenset({EMAIL, PHONE})


@dataclass(frozen=True)
class Answering:
    """Whom an answer reaches: the person by one of their ways, or others who were merged into it."""

    name: str
    ways: Sequence[WayRow]
    numbers: Sequence[WayRow]  # at which they may be called
    others: Sequence[OriginRow]
    now: datetime

    @property
    def way(self) -> WayRow | None:
        """How the person is answered by itself."""
        return next((way for way in self.ways if way.is_next), None)

    @property
    def better(self) -> Sequence[WayRow]:
        """The ways to try where the usual one is closed."""
        others = (way for way in self.ways if not way.is_next and way.suspect_since is None)
        return [way for way in others if way.window.is_open and not _held(way)][:3]

    @property
    def limit(self) -> str:
        """What the channel still allows, in words; empty where there is no limit."""
        if self.way is None:
            return ""
        said = _("Nobody reads messages here: call them.")
        if not self.way.writes:
            return said
        if self.way.suspect_since:
            return _doubt(self.way)
        return _held(self.way) or limit_of(self.way.window, self.now)

    @property
    def closed(self) -> str:
        """Since when the window is closed, in words, whatever else holds the way; empty where nobody knows."""
        if self.way is None or self.way.window.is_open or self.way.window.open_until is None:
            return ""
        return limit_of(self.way.window, self.now)

    @property
    def is_mail(self) -> bool:
        """Whether an answer goes to everybody whom the last mail went to."""
        return self.way is not None and capabilities(self.way.channel).threads

    @property
    def has_templates(self) -> bool:
        """Whether one may choose from what the channel's vendor has approved."""
        way = self.way
        return way is not None and way.writes and capabilities(way.channel).lists_templates

    @property
    def is_closed(self) -> bool:
        if self.way is None:
            return False
        is_open = self.way.writes and self.way.window.is_open and not _held(self.way)
        return not is_open or self.way.suspect_since is not None

    @property
    def is_choice(self) -> bool:
        return len(self.ways) > 1 or bool(self.others)


def answering_of(
    actor: Actor, row: ConversationRow, origins: Sequence[OriginRow], now: datetime
) -> Answering:
    """Return where answers of a conversation go; who was merged into it and is somebody else comes last."""
    others = [one for one in origins if one.is_merged and one.person_id != row.person_id]
    found = queries.ways(actor=actor, conversation_id=row.id, now=now)
    ways, numbers = [w for w in found if w.writes or w.is_next], [w for w in found if w.calls]
    return Answering(name_or_code(row.person_name, row.person_id), ways, numbers, others, now)


def _doubt(way: WayRow) -> str:
    """Return what to do where nothing arrives; people have other addresses, but not elsewhere in one channel."""
    if way.kind in _ADDRESSES:
        return _(
            "What was sent to this address came back. Ask for another, or answer by another way."
        )
    return _("The channel no longer reaches them. Answer by another way, or wait until they write.")


def _held(way: WayRow) -> str:
    """Return why nothing goes out of a way's inbox; empty where it does, or will in a moment."""
    said = {
        Failure.AUTH: _("The channel does not accept our account; somebody has to mend that. What you write waits."),
        Failure.TRANSIENT: _("The channel cannot be reached now. What you write waits."),
    }  # fmt: skip
    return said.get(Failure(way.held_for), "") if way.held_for else ""


def limit_of(window: Window, now: datetime) -> str:
    """Return in words how many messages one may still write, until when, or why none."""
    if window.open_until is None:
        return "" if window.is_open else _("They have to write first.")
    when = {"when": f"{day(window.open_until)} {clock(window.open_until)}"}
    if not window.is_open:
        return _closed(window, when, now)
    if window.left is None:
        return _("Open until %(when)s") % when
    told = {**when, "left": window.left, "limit": window.limit}
    return (
        ngettext(
            "%(left)s of %(limit)s messages left, until %(when)s",
            "%(left)s of %(limit)s messages left, until %(when)s",
            window.left,
        )
        % told
    )


def _closed(window: Window, when: dict[str, str], now: datetime) -> str:
    used_up = window.open_until is not None and now < window.open_until
    if used_up and window.after == MESSAGE:
        told = {"limit": window.limit}
        return _("%(limit)s of %(limit)s messages used, until they write again.") % told
    return _("Closed since %(when)s, until they write again.") % when


@require_POST
@members_only("conversation.write")
def ring(request: HttpRequest, conversation: str) -> HttpResponse:
    """Ring one's own telephone, and then the person's."""
    call(
        actor=seat_of(request).actor, conversation_id=number("conv", conversation),
        inbox_id=number("inb", request.POST.get("inbox", "")),
        identity_id=number("idn", request.POST.get("identity", "")), now=timezone.now(),
    )  # fmt: skip
    return HttpResponse(status=DONE)


@require_http_methods(["GET", "POST"])
@members_only("conversation.read")
def ways(request: HttpRequest, conversation: str) -> HttpResponse:
    """Show where an answer goes; or go on at another address."""
    actor, pk, now = seat_of(request).actor, number("conv", conversation), timezone.now()
    if request.method == "POST":
        inbox_id = number("inb", request.POST.get("inbox", ""))
        identity_id = number("idn", request.POST.get("identity", ""))
        actions.switch(
            actor=actor, conversation_id=pk, inbox_id=inbox_id, identity_id=identity_id, now=now
        )
        return HttpResponse(status=DONE)
    queries.place_of(actor=actor, conversation_id=pk)  # else there is nothing here
    [row] = queries.by_ids(actor=actor, conversation_ids=[pk])
    merged = queries.origins(conversation_id=row.id, named=[])
    return render(request, "desk/ways.html", {"answering": answering_of(actor, row, merged, now)})
