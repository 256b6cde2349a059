"""Who is there, how work finds them, and why some of it does not."""

from tongxin.service.team.queries.front import Front, PhoneRow, phones
from tongxin.service.team.queries.live import QueueNow, queues_now
from tongxin.service.team.queries.presence import (
    PresenceRow,
    at_a_glance,
    beside,
    desks,
    presences,
    routing,
    routings,
    state_of,
    why_unassigned,
)
from tongxin.service.team.queries.sheets import SheetRow, sheets

__all__ = [
    "Front",
    "PhoneRow",
    "PresenceRow",
    "QueueNow",
    "SheetRow",
    "at_a_glance",
    "beside",
    "desks",
    "phones",
    "presences",
    "queues_now",
    "routing",
    "routings",
    "sheets",
    "state_of",
    "why_unassigned",
]
