"""Everything one can do at the desk, in one table: shortcuts, the `?` list and the palette come from it."""

from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from tongxin.center.kit.actor import Actor
from tongxin.center.kit.ids import public_id
from tongxin.faces.desk.rows import name_or_code
from tongxin.faces.doors.actors import members_only, seat_of
from tongxin.faces.doors.pages import jinja
from tongxin.service.conversations.queries import ConversationRow, found_by_name

_FEWEST_LETTERS = 1


@dataclass(frozen=True)
class Command:
    """A thing to do: what the script calls it, its keys ("g w": one after the other), and its name.

    ``place``: the address it goes to, where it does no more. ``needs``: the permission, if it needs one.
    """

    id: str
    keys: str
    name: "str | Promise"
    place: str = ""
    needs: str = ""
    is_listed: bool = True  # in the palette; else it only has meaning where one is


WRITE, VIEW, PLUGIN = "conversation.write", "view.write", "plugin.read"
COMMANDS = (
    Command("next", "j", _("Next conversation")),
    Command("previous", "k", _("Previous conversation")),
    Command("reply", "r", _("Reply"), needs=WRITE),
    Command("note", "n", _("Note"), needs="note.write"),
    Command("send", "Enter", _("Send"), is_listed=False),
    Command("take", "t", _("Take"), needs="conversation.assign"),
    Command("assign", "a", _("Assign"), needs="conversation.assign"),
    Command("move", "y", _("Move to another queue"), needs="conversation.assign"),
    Command("hand", "h", _("Hand over"), needs="conversation.assign"),
    Command("snooze", "s", _("Snooze"), needs=WRITE),
    Command("settle", "e", _("Resolve or reopen"), needs=WRITE),
    Command("status", "c", _("Change the status"), needs=WRITE),
    Command("wrap", "w", _("Write the wrap-up"), needs=WRITE),
    Command("merge", "", _("Merge into another conversation"), needs=WRITE),
    Command("split", "", _("Split off messages"), needs=WRITE),
    Command("macro", "m", _("Run a macro"), needs=WRITE),
    Command("call", "", _("Call the person"), needs=WRITE),
    Command("canned", "", _("Insert a canned reply"), needs=WRITE),
    Command("templates", "", _("Choose a template"), needs=WRITE),
    Command("ready", "::", _("Canned replies, while one writes"), is_listed=False),
    Command("undo-send", "Ctrl+Z", _("Undo what was just sent"), is_listed=False),
    Command("undo", "z", _("Undo what was just done"), needs=WRITE),
    Command("bold", "Ctrl+B", _("Bold"), is_listed=False),
    Command("italic", "Ctrl+I", _("Italic"), is_listed=False),
    Command("code", "Ctrl+E", _("Code"), is_listed=False),
    Command("points", "Ctrl+Shift+8", _("List"), is_listed=False),
    Command("link", "Ctrl+Shift+K", _("Link"), is_listed=False),
    Command("line", "Shift+Enter", _("New line"), is_listed=False),
    Command("wake", "", _("Take back now"), needs=WRITE),
    Command("tag", "l", _("Add a tag"), needs=WRITE),
    Command("person", "p", _("Show the person")),
    Command("quote", "", _("Quote what they said last"), needs="note.write"),
    Command("edit", "", _("Edit what was said last"), needs=WRITE),
    Command("recall", "", _("Recall what was said last"), needs=WRITE),
    Command("emoji", "", _("Insert an emoji"), needs="note.write"),
    Command("attach", "", _("Attach files"), needs="note.write"),
    Command("later", "", _("Send later"), needs=WRITE),
    Command("pick", "x", _("Select or leave"), needs=WRITE),
    Command("pick-all", "X", _("Select all of the view"), needs=WRITE),
    Command("bulk-resolve", "", _("Resolve the selected conversations"), needs=WRITE),
    Command("bulk-assign", "", _("Assign the selected conversations"), needs="conversation.assign"),
    Command("bulk-move", "", _("Move the selected conversations"), needs="conversation.assign"),
    Command("bulk-snooze", "", _("Snooze the selected conversations"), needs=WRITE),
    Command("bulk-tag", "", _("Tag the selected conversations"), needs=WRITE),
    Command("bulk-status", "", _("Change the status of the selected conversations"), needs=WRITE),
    Command("bulk-reopen", "", _("Reopen the selected conversations"), needs=WRITE),
    Command("bulk-merge", "", _("Merge the selected conversations"), needs=WRITE),
    Command("view", "v", _("Save or change the view"), needs=VIEW),
    Command("export", "", _("Export the view"), needs="conversation.export"),
    Command("density", "", _("Change how close the rows are"), needs=VIEW),
    Command("panes", "", _("Two or three panes"), needs=VIEW),
    Command("card-left", "[", _("Move the card one column to the left")),
    Command("card-right", "]", _("Move the card one column to the right")),
    Command("back", "u", _("Back to the list")),
    Command("search", "/", _("Search")),
    Command("part", "F6", _("Next part of the desk"), is_listed=False),
    Command("palette", "Ctrl+K", _("All commands"), is_listed=False),
    Command("go-waiting", "g w", _("Go to Waiting longest"), "/desk/waiting/"),
    Command("go-mine", "g m", _("Go to Mine"), "/desk/mine/"),
    Command("go-unassigned", "g u", _("Go to Unassigned"), "/desk/unassigned/"),
    Command("go-snoozed", "g s", _("Go to Snoozed"), "/desk/snoozed/"),
    Command("go-all", "g a", _("Go to All"), "/desk/all/"),
    Command("go-notices", "g n", _("Go to Notices"), "/desk/notices/"),
    Command("go-people", "g p", _("Go to People"), "/desk/people/", "people.read"),
    Command("go-wall", "g l", _("Go to Live wall"), "/desk/wall/"),
    Command("go-saved", "g 1", _("Go to the first saved view"), is_listed=False),
    Command("online", "", _("Presence: online")),
    Command("away", "", _("Presence: away")),
    Command("offline", "", _("Presence: offline")),
    Command("light", "", _("Theme: light")),
    Command("dark", "", _("Theme: dark")),
    Command("chinese", "", _("Language: Chinese")),
    Command("english", "", _("Language: English")),
    Command("workspace", "", _("Settings: workspace"), "/studio/", PLUGIN),
    Command("members", "", _("Settings: members"), "/studio/members/", PLUGIN),
    Command("roles", "", _("Settings: roles"), "/studio/roles/", "member.write"),
    Command("inboxes", "", _("Settings: inboxes"), "/studio/inboxes/", PLUGIN),
    Command("queues", "", _("Settings: queues"), "/studio/queues/", "team.write"),
    Command("hours", "", _("Settings: business hours"), "/studio/hours/", "team.write"),
    Command("canned-replies", "", _("Settings: canned replies"), "/studio/replies/", WRITE),
    Command("macros", "", _("Settings: macros"), "/studio/macros/", WRITE),
    Command("statuses", "", _("Settings: statuses"), "/studio/statuses/", "workspace.write"),
    Command("topics", "", _("Settings: topics"), "/studio/topics/", "workspace.write"),
    Command("plugins", "", _("Settings: plugins"), "/studio/plugins/", PLUGIN),
    Command("tokens", "", _("Settings: tokens"), "/studio/tokens/", PLUGIN),
    Command("audit", "", _("Settings: audit log"), "/studio/audit/", "audit.read"),
    Command("aside", "", _("Settings: set-aside events"), "/studio/aside/", PLUGIN),
    Command("security", "", _("Log-in and security")),
    Command("log-out", "", _("Log out")),
    Command("developers", "", _("Developers"), "/developers/"),
    Command("leave", "Esc", _("Leave a field, close"), is_listed=False),
    Command("help", "?", _("All shortcuts")),
)
_NEEDS = {command.needs for command in COMMANDS if command.needs}


def told_to_scripts(actor: Actor) -> Markup:
    """Return what the scripts know of the commands one may give, as JSON; both languages find them."""
    given = frozenset(need for need in _NEEDS if actor.may(need))
    return _told_to_scripts(given, get_language() or "")


def shortcuts() -> Markup:
    """Return the `?` list of the commands that have keys, and the palette, as HTML."""
    return _shortcuts(get_language() or "")


@cache
def _told_to_scripts(given: frozenset[str], _language: str) -> Markup:
    mine = [c for c in COMMANDS if not c.needs or c.needs in given]
    with override("en"):
        english = [str(c.name) for c in mine]
    told = [
        {"id": c.id, "keys": c.keys, "name": str(c.name), "english": plain, "place": c.place,
         "listed": c.is_listed}
        for c, plain in zip(mine, english, strict=True)
    ]  # fmt: skip
    return htmlsafe_json_dumps(told)


@cache
def _shortcuts(_language: str) -> Markup:
    html = jinja("desk/help.html").render(commands=[c for c in COMMANDS if c.keys])
    return Markup(html)  # noqa: S704 - the template escapes


@require_GET
@members_only("conversation.read")
def find(request: HttpRequest) -> JsonResponse:
    """Return the conversations and people that a few letters, or a number, name."""
    text = request.GET.get("q", "").strip()[:60]
    actor = seat_of(request).actor
    found = found_by_name(actor=actor, text=text) if len(text) >= _FEWEST_LETTERS else ()
    return JsonResponse({"found": [_entry(row) for row in found]})


def _entry(row: ConversationRow) -> dict[str, str]:
    return {
        "name": name_or_code(row.person_name, row.person_id),
        "hint": f"#{row.number} · {row.subject or row.last_text}",
        "place": f"/desk/all/{public_id('conv', row.id)}/",
    }
