"""What the desk shows: the whole page, or the fragment of it that changed."""

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from django.core.signing import TimestampSigner
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from tongxin.center.kit import files
from tongxin.center.kit.ids import internal_id, public_id
from tongxin.center.kit.refusals import Reason, Refused
from tongxin.center.kit.text import whole_number
from tongxin.faces.desk import screen
from tongxin.faces.desk.commands import shortcuts, told_to_scripts
from tongxin.faces.desk.editing import column_names
from tongxin.faces.desk.lists import ListPane, counted, list_head, list_pane
from tongxin.faces.desk.rows import TINTS, draw, draw_all, name_or_code, sight
from tongxin.faces.desk.sections import Asked, status_names
from tongxin.faces.desk.words import day_ahead, told_why
from tongxin.faces.doors.actors import LOG_IN, members_only, seat_of
from tongxin.faces.doors.middleware import live_url
from tongxin.faces.doors.pages import Holes, framed, kept, render
from tongxin.service.conversations.queries import View
from tongxin.service.views.queries import number_in, shelf

READ = "conversation.read"
TICKET_SALT = "tongxin.desk"
_MESSAGE = "msg"


@require_GET
@members_only(READ)
def home(request: HttpRequest) -> HttpResponse:
    """Go to the view that the member's desk opens with."""
    at_hand = shelf(actor=seat_of(request).actor)
    gone = number_in(at_hand.start) is not None and at_hand.start not in {
        public_id("view", view.id) for view in at_hand.views
    }
    return redirect("desk:view", view=View.WAITING.value if gone else at_hand.start)


@require_GET
@members_only(READ)
def view(request: HttpRequest, view: str, conversation: str = "") -> HttpResponse:
    """Show a view's list and, if one is chosen, a conversation."""
    actor = seat_of(request).actor
    asked = Asked(view, sort=request.GET.get("sort", ""))
    pane = list_pane(actor, asked, timezone.now())
    return _page(request, pane, None, conversation)


@require_GET
@members_only(READ)
def rows(request: HttpRequest, view: str) -> HttpResponse:
    """Return the list's rows: the first page with the counts, or the page after a cursor."""
    given = request.GET
    asked = Asked(
        view, given.get("cursor") or None, given.get("section", ""), given.get("sort", "")
    )
    pane = list_pane(seat_of(request).actor, asked, timezone.now())
    chosen = request.GET.get("chosen", "")
    return render(
        request, "desk/rows.html", _context(request, pane=pane, chosen=_id_or_zero("conv", chosen))
    )


@require_GET
@members_only(READ)
def search(request: HttpRequest) -> HttpResponse:
    """Show what a search found, in place of the list."""
    text = request.GET.get("q", "").strip()[:100]
    found = screen.search_pane(seat_of(request).actor, text)
    if request.headers.get("HX-Request"):
        return render(request, "desk/found.html", _context(request, found=found, chosen=0))
    pane = list_pane(seat_of(request).actor, Asked(View.ALL), timezone.now())
    return _page(request, pane, found, request.GET.get("c", ""))


@require_GET
@members_only(READ)
def thread(request: HttpRequest, conversation: str) -> HttpResponse:
    """Return the thread with the person card."""
    return render(request, "desk/thread.html", _context(request, **_chosen(request, conversation)))


@require_GET
@members_only(READ)
def talk(request: HttpRequest, conversation: str) -> HttpResponse:
    """Return what was said: the latest, or what came before a message."""
    before = request.GET.get("before", "")
    limit = request.GET.get("limit", "")
    pane = screen.thread_pane(
        seat_of(request),
        _id("conv", conversation),
        _id(_MESSAGE, before) if before else None,
        whole_number(limit) or 50,
    )
    return render(request, "desk/talk.html", _context(request, open=pane, earlier=bool(before)))


@require_GET
@members_only(READ)
def head(request: HttpRequest, conversation: str) -> HttpResponse:
    """Return the thread's head: status, owner, tags and what can be done."""
    pane = screen.thread_pane(seat_of(request), _id("conv", conversation))
    return render(request, "desk/head.html", _context(request, open=pane))


@require_GET
@members_only("people.read")
def person(request: HttpRequest, person: str) -> HttpResponse:
    talk = _id_or_zero("conv", request.GET.get("c", ""))
    card = screen.person_card(seat_of(request).actor, _id("per", person), talk)
    return render(request, "desk/person.html", _context(request, card=card, chosen=talk))


@require_POST
@members_only(READ)
def ticket(request: HttpRequest) -> HttpResponse:
    """Give this desk a ticket for the wire, good for a minute."""
    who = f"{seat_of(request).actor.id}.{request.session.get(LOG_IN, 0)}"
    signed = TimestampSigner(salt=TICKET_SALT).sign(who)
    url = live_url(request.get_host()).replace("http", "ws", 1) + "/desk/socket"
    return JsonResponse({"ticket": signed, "url": url})


def file_url(file_id: int) -> str:
    """Return a file's signed address."""
    return f"/files/{files.ticket(file_id, now=timezone.now())}"


def _page(
    request: HttpRequest, pane: ListPane, found: screen.SearchPane | None, conversation: str
) -> HttpResponse:
    """Return the whole desk: a view's list, or what was found, and beside it what is open."""
    chosen = _chosen(request, conversation)
    place = f"{_('Search') if found else pane.title} · {seat_of(request).workspace_name}"
    talk = chosen["open"].thread.conversation if chosen["open"] else None
    title = f"{screen.display_name(talk)} · #{talk.number} · {place}" if talk else place
    jobs = "" if found else " ".join(public_id("job", pk) for pk in pane.shelf.running)
    texts = {
        "title": title, "place": place, "view": pane.name, "sort": request.GET.get("sort", ""),
        "running": jobs, "is_open": "yes" if talk else "no", "find": found.text if found else "",
        "counts": counted(pane, found),
    }  # fmt: skip
    fragments = {"list": "desk/found.html" if found else "desk/list.html"}
    if talk:
        fragments["open"] = "desk/thread.html"
    else:
        has_rows = bool(found or pane.rows)
        texts["open"] = kept("desk/nothing.html", has_rows=has_rows, is_connected=pane.is_connected)
    return framed(
        request, "desk/page.html", Holes("desk", texts, fragments),
        _context(request, pane=pane, found=found, **chosen), density=pane.shelf.density.value,
        panes=pane.shelf.panes, layout=pane.plan.layout.value, commands=told_to_scripts,
        words=script_words, help=shortcuts,
    )  # fmt: skip


def _context(request: HttpRequest, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    helpers: dict[str, Callable[..., Any]] = {
        "display_name": screen.display_name,
        "name_or_code": name_or_code,
        "file_url": file_url,
        "day_ahead": day_ahead,
        "told_why": told_why,
        "sight": partial(sight, seat_of(request).actor.id),
        "draw": draw,
        "draw_all": draw_all,
        "counts": counted,
        "list_head": list_head,
        "status_names": status_names,
        "column_names": column_names,
    }
    return {
        "now": timezone.now(),
        "accept": ACCEPT,
        "tints": TINTS,
        **helpers,
        **more,
    }


def _chosen(request: HttpRequest, conversation: str) -> dict[str, Any]:
    if not conversation:
        return {"open": None, "card": None, "chosen": 0}
    seat = seat_of(request)
    pane = screen.thread_pane(seat, _id("conv", conversation))
    talk = pane.thread.conversation
    card = screen.person_beside(seat.actor, talk.person_id, talk.id, pane.thread.attributes)
    return {"open": pane, "card": card, "chosen": talk.id}


def _id(prefix: str, given: str) -> int:
    try:
        return internal_id(prefix, given)
    except ValueError:
        raise Refused(
            "conversation.missing", _("There is no such conversation."), Reason.MISSING
        ) from None


def _id_or_zero(prefix: str, given: str) -> int:
    try:
        return internal_id(prefix, given)
    except ValueError:
        return 0


def script_words() -> Markup:
    """Return what the desk's scripts say, as JSON."""
    return _script_words(get_language() or "")


@cache
def _script_words(_language: str) -> Markup:
    words = {
        "now": _("now"),
        "waits": _("Somebody waits"),
        "minutes": _("%(count)s min"),
        "hours": _("%(count)s h"),
        "days": _("%(count)s d"),
        "views": _("%(names)s looks at this too"),
        "types": _("%(names)s is writing a reply"),
        "saved": _("Draft saved"),
        "sending": _("Sending"),
        "failed": _("Not sent"),
        "again": _("Send again"),
        "offline": _("No connection. What you write is kept; it is sent when you are back."),
        "error": _("That did not work."),
        "uploading": _("Uploading"),
        "remove": _("Remove"),
        "resolved": _("Resolved"),
        "rings": _("Your telephone rings. Pick up, and you are connected."),
        "undo": _("Undo"),
        "note": _("Note"),
        "picked": _("%(count)s selected"),
        "removed": _("View removed"),
        "results": _("%(count)s results"),
        "nothing": _("Nothing found"),
        "not_here": _("Open a conversation first."),
        "not_there": _("There is nothing now to do this with."),
        "not_picked": _("Select conversations first."),
        "merged": _("Merged"),
        "early": _("What you write waits for what is coming."),
        "merged_away": _("This conversation was merged into another."),
        "split": _("Split off"),
        "to_split": _("%(count)s chosen"),
        "to_choose": _("Choose the messages that go on by themselves"),
        "command": _("Command"),
        "a_view": _("View"),
        "a_conversation": _("Conversation"),
        **writing_words(),
    }
    return htmlsafe_json_dumps(words)


def writing_words() -> dict[str, str]:
    """Return what the composer says, and the button beside whoever calls."""
    return {
        "too_large": _("Files may have at most %(size)s MB here."),
        "no_files": _("This channel takes no files."),
        "wrong_file": _("This channel does not take such a file. It takes: %(kinds)s."),
        "too_long": _("longer than this channel takes"),
        "open_it": _("Open it"),
        "scheduled": _("Scheduled."),
        "offered": _("Offered for review."),
        "recalled": _("Recalled"),
        "write_again": _("Write it again"),
        "ran": _("%(name)s: done"),
        "moved": _("Moved to %(name)s"),
        "unfilled": _("Fill in first: %(names)s"),
        "bold": _("bold"),
        "italic": _("italic"),
        "code": _("code"),
        "link": _("text"),
        "item": _("item"),
        "file": _("[file]"),
    }


ACCEPT = ",".join(f".{extension}" for extension in files.TYPES)
