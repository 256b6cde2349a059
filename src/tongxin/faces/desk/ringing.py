"""Calls in sentences, as a thread tells how one went."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from tongxin.center.timeline.queries import EventRow

_LATE = frozenset({"unanswered", "call_back", "not_taken", "not_reached"})


def happened(event: EventRow, names: Mapping[str, str]) -> tuple[str, str]:
    """Return what happened in a conversation that is no message, and how it is marked."""
    what, details = event.data["event"], event.data["details"]
    values = {
        "queue": names.get(f"queue:{details.get('queue_id')}", _("Everyone")),
        "member": names.get(f"member:{details.get('member_id')}", ""),
        "key": details.get("key", ""),
        "length": _clock(details.get("seconds", 0)),
    }
    said = _sentences().get(what)
    return said % values if said else what, "late" if what in _LATE else ""


def _sentences() -> Mapping[str, str]:
    return {
        "chosen": _("Chose %(queue)s"),
        "pressed": _("Pressed %(key)s"),
        "waiting": _("Waits at the telephone"),
        "ringing": _("It rings at %(member)s"),
        "answered": _("%(member)s picked up"),
        "unanswered": _("%(member)s did not pick up"),
        "talked": _("Spoke with %(member)s for %(length)s"),
        "call_back": _("Wants to be called back"),
        "hung_up": _("Hung up after %(length)s"),
        "calling": _("%(member)s calls them"),
        "not_taken": _("%(member)s did not pick up"),
        "reached": _("They picked up"),
        "not_reached": _("They were not reached"),
    }


def _clock(seconds: object) -> str:
    whole = seconds if isinstance(seconds, int) else 0
    return f"{whole // 60}:{whole % 60:02}"
