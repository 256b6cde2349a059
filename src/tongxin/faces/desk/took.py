"""What a conversation took, in words for the card beside it."""

from datetime import datetime

from django.utils.translation import gettext as _

from tongxin.center.kit.actor import Actor
from tongxin.service.conversations.queries import statistics_here

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def took(actor: Actor, conversation_id: int, now: datetime) -> list[tuple[str, str]]:
    """Return the lines of the card: what was measured, and how much; what did not happen is left out.

    The conversation is one that the actor has in front of them.
    """
    found = statistics_here(actor=actor, conversation_ids=[conversation_id], now=now)
    lines: list[tuple[str, str]] = []
    for row in found:
        times = [
            (_("First answer after"), row.time_to_first_response),
            (_("Usual answer after"), row.median_response_time),
            (_("Assigned after"), row.time_to_assignment),
            (_("At work"), row.adjusted_handling_time or None),
            (_("In hand, with pauses"), row.handling_time or None),
        ]
        lines += [(name, span(seconds)) for name, seconds in times if seconds is not None]
        counts = [
            (_("Messages and notes"), row.count_parts),
            (_("Assignments"), row.count_assignments),
            (_("Reopened"), row.count_reopens),
        ]
        lines += [(name, str(count)) for name, count in counts if count]
    return lines


def span(seconds: int) -> str:
    """Say how long: its two largest units."""
    if seconds < _MINUTE:
        return _("%(count)s s") % {"count": seconds}
    if seconds < _HOUR:
        return _("%(count)s min") % {"count": seconds // _MINUTE}
    if seconds < _DAY:
        hours, minutes = seconds // _HOUR, seconds % _HOUR // _MINUTE
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    days, hours = seconds // _DAY, seconds % _DAY // _HOUR
    return _("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
