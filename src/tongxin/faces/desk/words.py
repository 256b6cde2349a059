"""Facts in sentences, as a thread and a timeline tell them."""

from collections.abc import Callable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongxin.center.timeline.queries import EventRow
from tongxin.faces.desk.personal import LATE, PLAIN, SENTENCES, WELL, Names, tagged
from tongxin.faces.desk.ringing import happened
from tongxin.faces.desk.sections import status_names
from tongxin.faces.doors.pages import clock, day
from tongxin.service.conversations.values import Back, Owner, Status
from tongxin.service.team.values import Why, WhyRow


def sentence(event: EventRow, names: Names) -> tuple[str, str]:
    """Return what happened in words, and how it is marked: ``well``, ``late`` or plain."""
    tells = _SENTENCES.get(event.kind)
    return tells(event, names) if tells else (event.kind, PLAIN)


def _who(event: EventRow, names: Names) -> str:
    return names.get(event.actor, "")


def _opened(event: EventRow, names: Names) -> tuple[str, str]:
    return _("Conversation opened"), PLAIN


def _assigned(event: EventRow, names: Names) -> tuple[str, str]:
    member_id = event.data["member_id"]
    if member_id is None:
        return _unassigned(event, names)
    member = names.get(f"member:{member_id}", "")
    if event.data["automatic"]:
        return _("Assigned to %(member)s automatically") % {"member": member}, PLAIN
    if event.actor == f"member:{member_id}":
        return _("%(member)s took it") % {"member": member}, PLAIN
    return _("%(who)s assigned it to %(member)s") % {
        "who": _who(event, names),
        "member": member,
    }, PLAIN


def _unassigned(event: EventRow, names: Names) -> tuple[str, str]:
    reason = event.data.get("reason")
    if reason == Back.IDLE:
        owner = names.get(f"member:{event.data['before']}", "")
        return _("Back in the queue: %(owner)s left it without an answer") % {"owner": owner}, LATE
    if reason == Back.MOVED:
        return _("It has no owner in its new queue"), PLAIN
    if event.actor.startswith("house:"):
        return _("Back in the queue: its owner is not there"), PLAIN
    return _("%(who)s put it back into the queue") % {"who": _who(event, names)}, PLAIN


def _moved(event: EventRow, names: Names) -> tuple[str, str]:
    queue = names.get(f"queue:{event.data['queue_id']}", _("Everyone"))
    who = _who(event, names)
    if not who:
        return _("Moved to the queue “%(queue)s”") % {"queue": queue}, PLAIN
    return _("%(who)s moved it to the queue “%(queue)s”") % {"who": who, "queue": queue}, PLAIN


def _handed(event: EventRow, names: Names) -> tuple[str, str]:
    data = event.data
    usual = _("the assistant") if data["to"] == Owner.ASSISTANT else _("Everyone")
    to = names.get(f"member:{data['member_id']}", names.get(f"queue:{data['queue_id']}", usual))
    return _("%(who)s handed it over to %(to)s: %(reason)s") % {
        "who": _who(event, names),
        "to": usual if data["to"] == Owner.ASSISTANT else to,
        "reason": data["reason"],
    }, PLAIN


def _snoozed(event: EventRow, names: Names) -> tuple[str, str]:
    until = event.data["until"]
    if until is None:
        return _("%(who)s snoozed it until the next reply") % {"who": _who(event, names)}, PLAIN
    at = datetime.fromisoformat(until)
    when = f"{day_ahead(at)} {clock(at)}"
    return _("%(who)s snoozed it until %(when)s") % {"who": _who(event, names), "when": when}, PLAIN


def _woke(event: EventRow, names: Names) -> tuple[str, str]:
    if event.data["because"] == "reply":
        return _("Back: the person replied"), PLAIN
    return _("Back: the time has come"), PLAIN


def _resolved(event: EventRow, names: Names) -> tuple[str, str]:
    who = _who(event, names)
    return (_("%(who)s resolved it") % {"who": who} if who else _("Resolved")), WELL


def _reopened(event: EventRow, names: Names) -> tuple[str, str]:
    if event.actor.startswith("person:"):
        return _("Reopened: the person wrote again"), PLAIN
    return _("%(who)s reopened it") % {"who": _who(event, names)}, PLAIN


def _status(event: EventRow, names: Names) -> tuple[str, str]:
    data = event.data
    usual = status_names()[Status(data["status"])]
    name = names.get(f"status:{data['status_id']}", usual)
    told = _("%(who)s set the status: %(name)s") % {"who": _who(event, names), "name": name}
    return told, WELL if data["status"] == Status.RESOLVED else PLAIN


def _wrapped(event: EventRow, names: Names) -> tuple[str, str]:
    topic = names.get(f"topic:{event.data['topic_id']}", "–")
    return _("%(who)s wrapped it up: %(topic)s") % {
        "who": _who(event, names),
        "topic": topic,
    }, PLAIN


def _rated(event: EventRow, names: Names) -> tuple[str, str]:
    solved = _("solved") if event.data["solved"] else _("not solved")
    told = _("Rated %(score)s of 5 · %(solved)s") % {"score": event.data["score"], "solved": solved}
    return told, WELL if event.data["solved"] and event.data["score"] > 3 else LATE  # noqa: PLR2004


def _merged_talk(event: EventRow, names: Names) -> tuple[str, str]:
    who, number = _who(event, names), event.data["number"]
    return _("%(who)s merged #%(number)s into this") % {"who": who, "number": number}, PLAIN


def _unmerged_talk(event: EventRow, names: Names) -> tuple[str, str]:
    who, number = _who(event, names), event.data["number"]
    told = _("%(who)s undid the merge: #%(number)s is by itself again")
    return told % {"who": who, "number": number}, PLAIN


def _split(event: EventRow, names: Names) -> tuple[str, str]:
    who, number = _who(event, names), event.data["number"]
    return _("%(who)s split off #%(number)s") % {"who": who, "number": number}, PLAIN


def _unsplit(event: EventRow, names: Names) -> tuple[str, str]:
    who, number = _who(event, names), event.data["number"]
    return _("%(who)s undid the split: #%(number)s is back") % {"who": who, "number": number}, PLAIN


def _human(event: EventRow, names: Names) -> tuple[str, str]:
    return _("Asks for a human"), LATE


def _mailed(event: EventRow, names: Names) -> tuple[str, str]:
    address = names.get(f"identity:{event.data['identity_id']}", "")
    told = ngettext(
        "%(count)s unread message went to %(address)s by mail",
        "%(count)s unread messages went to %(address)s by mail",
        event.data["messages"],
    )
    return told % {"count": event.data["messages"], "address": address}, PLAIN


def _switched(event: EventRow, names: Names) -> tuple[str, str]:
    inbox = names.get(f"inbox:{event.data['inbox_id']}", "–")
    address = names.get(f"identity:{event.data['identity_id']}", "")
    told = {"who": _who(event, names), "inbox": f"{inbox} {address}".strip()}
    return _("%(who)s goes on by %(inbox)s") % told, PLAIN


def day_ahead(at: datetime) -> str:
    """Return a day to come in words."""
    return day(at)


_SENTENCES: dict[str, Callable[[EventRow, Names], tuple[str, str]]] = {
    "conversation.opened": _opened,
    "conversation.assigned": _assigned,
    "conversation.moved": _moved,
    "conversation.handed_over": _handed,
    "conversation.snoozed": _snoozed,
    "conversation.woke": _woke,
    "conversation.resolved": _resolved,
    "conversation.reopened": _reopened,
    "conversation.status_changed": _status,
    "conversation.wrapped_up": _wrapped,
    "conversation.rated": _rated,
    "conversation.tagged": tagged,
    "conversation.human_requested": _human,
    "conversation.event": happened,
    "conversation.merged": _merged_talk,
    "conversation.unmerged": _unmerged_talk,
    "conversation.split": _split,
    "conversation.unsplit": _unsplit,
    "conversation.switched": _switched,
    "conversation.mailed": _mailed,
    **SENTENCES,
}


def told_why(row: WhyRow) -> str:
    """Say why nobody has a conversation that waits, and what comes next."""
    said = {
        Why.SOON: _("it is handed out in a moment"),
        Why.BY_HAND: _("this inbox is shared out by hand"),
        Why.NO_MEMBERS: _("its queue has no members"),
        Why.NOBODY_ONLINE: _("nobody is online"),
        Why.NOBODY_SKILLED: ngettext(
            "the one who is online lacks the skills",
            "none of the %(count)s online has the skills",
            row.online,
        ),
        Why.NO_ROOM: ngettext(
            "the one who could take it is full",
            "all %(count)s who could take it are full",
            row.skilled,
        ),
    }
    if row.queue_name and not row.is_late:
        said[Why.NOBODY_ONLINE] = _("nobody of “%(queue)s” is online")
    counts = {Why.NOBODY_SKILLED: row.online, Why.NO_ROOM: row.skilled}
    told = said[row.why] % {"count": counts.get(row.why, 0), "queue": row.queue_name}
    return " · ".join([told, *_to_come(row)])


def _to_come(row: WhyRow) -> list[str]:
    """Say when others are offered it, and when its queue opens."""
    told = []
    if row.offered_at is not None:
        told.append(_("offered to others: %(when)s") % {"when": _when(row.offered_at)})
    if row.opens_at is not None:
        told.append(_("closed, opens: %(when)s") % {"when": _when(row.opens_at)})
    return told


def _when(at: datetime) -> str:
    return f"{day_ahead(at)} {clock(at)}"
