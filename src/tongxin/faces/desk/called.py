"""The bell: what one is called to look at."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from tongxin.center.accounts.queries import members
from tongxin.center.kit.actor import Actor
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.pages import render
from tongxin.service.notices import actions, queries
from tongxin.service.notices.queries import NoticeRow

READ = "conversation.read"


@dataclass(frozen=True)
class Called:
    """A notice, and who called."""

    row: NoticeRow
    author: str


@require_GET
@members_only(READ)
def page(request: HttpRequest) -> HttpResponse:
    """Show what one was called for: as a page, or as the list under the bell."""
    called = _called(seat_of(request).actor)
    part = request.headers.get("HX-Request")
    return render(
        request, "desk/called.html" if part else "desk/called_page.html", {"called": called}
    )


@require_GET
@members_only(READ)
def count(request: HttpRequest) -> HttpResponse:
    """Return how many wait, as the bell shows it."""
    return render(request, "doors/unread.html")


@require_POST
@members_only(READ)
def read(request: HttpRequest) -> HttpResponse:
    """Note that one has seen them all."""
    actor = seat_of(request).actor
    ids = [one.row.id for one in _called(actor) if one.row.read_at is None]
    actions.read(actor=actor, notice_ids=ids, now=timezone.now())
    return render(request, "desk/called.html", {"called": _called(actor)})


def _called(actor: Actor) -> list[Called]:
    names = {f"member:{m.id}": m.name for m in members(actor=actor, with_removed=True)}
    return [Called(row, names.get(row.author, "")) for row in queries.notices(actor=actor)]
