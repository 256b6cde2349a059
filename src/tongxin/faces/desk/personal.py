"""Facts about people in sentences."""

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.center.timeline.queries import EventRow

Names = Mapping[str, str]
WELL, LATE, PLAIN = "well", "late", ""
_BLOCKED = "blocked"
_DONE: Mapping[str, Promise] = {  # as channels call what their people do
    "subscribe": gettext_lazy("Follows us"),
    "start": gettext_lazy("Opened the chat"),
    "enter": gettext_lazy("Opened the chat"),
    "scan": gettext_lazy("Scanned a code"),
    "menu": gettext_lazy("Used the menu"),
    _BLOCKED: gettext_lazy("Takes no more messages from us"),
}


def tagged(event: EventRow, names: Names) -> tuple[str, str]:
    added, removed = event.data["added"], event.data["removed"]
    parts = [f"+ {name}" for name in added] + [f"− {name}" for name in removed]
    return _("Tags: %(tags)s") % {"tags": ", ".join(parts)}, PLAIN


def _met(event: EventRow, names: Names) -> tuple[str, str]:
    return _("First contact"), PLAIN


def _added(event: EventRow, names: Names) -> tuple[str, str]:
    return _("Added from a file"), PLAIN


def _merged(event: EventRow, names: Names) -> tuple[str, str]:
    if event.data.get("reason") == "chosen":
        return _("Merged: two records became one"), PLAIN
    return _("Recognized: two records became one"), PLAIN


def _claimed(event: EventRow, names: Names) -> tuple[str, str]:
    return _("Left an e-mail address"), PLAIN


def _verified(event: EventRow, names: Names) -> tuple[str, str]:
    return _("Account verified"), WELL


def _suspected(event: EventRow, names: Names) -> tuple[str, str]:
    return _("What was sent to one of their addresses came back"), LATE


def _joined(event: EventRow, names: Names) -> tuple[str, str]:
    return _("Belongs to %(name)s") % {"name": event.data["name"]}, PLAIN


def _left(event: EventRow, names: Names) -> tuple[str, str]:
    return _("Left %(name)s") % {"name": event.data["name"]}, PLAIN


def _described(event: EventRow, names: Names) -> tuple[str, str]:
    known = [str(value) for value in event.data["attributes"].values() if value is not None]
    return _("Noted: %(values)s") % {"values": ", ".join(known) or "–"}, PLAIN


def _blocked(event: EventRow, names: Names) -> tuple[str, str]:
    reason = event.data["reason"]
    return (_("Blocked: %(reason)s") % {"reason": reason} if reason else _("Blocked")), LATE


def _unblocked(event: EventRow, names: Names) -> tuple[str, str]:
    return _("No longer blocked"), PLAIN


def _consented(event: EventRow, names: Names) -> tuple[str, str]:
    if event.data["granted"]:
        return _("Allowed us to write: %(proof)s") % {"proof": event.data["proof"]}, WELL
    return _("Wants no more of it: %(proof)s") % {"proof": event.data["proof"]}, LATE


def _preferred(event: EventRow, names: Names) -> tuple[str, str]:
    return _("Said how they like to be reached"), PLAIN


def _parted(event: EventRow, names: Names) -> tuple[str, str]:
    return _("A merge was undone: two records again"), PLAIN


def _did(event: EventRow, names: Names) -> tuple[str, str]:
    what, source = event.data["event"], event.data["source"]
    done = str(_DONE.get(what, what))
    mark = LATE if what == _BLOCKED else PLAIN
    return (f"{done} · {source}" if source else done), mark


SENTENCES: Mapping[str, Callable[[EventRow, Names], tuple[str, str]]] = {
    "channel.event": _did,
    "person.met": _met,
    "person.added": _added,
    "person.merged": _merged,
    "person.joined": _joined,
    "person.left": _left,
    "person.described": _described,
    "person.unmerged": _parted,
    "person.tagged": tagged,
    "person.blocked": _blocked,
    "person.unblocked": _unblocked,
    "consent.changed": _consented,
    "preference.changed": _preferred,
    "identity.claimed": _claimed,
    "identity.verified": _verified,
    "identity.suspected": _suspected,
}
