"""Questions about what happened."""

from tongxin.center.timeline.queries.audit import (
    AuditRow,
    Wanted,
    audit,
    retention,
    taken,
    verified,
)
from tongxin.center.timeline.queries.reading import (
    EventRow,
    SetAsideRow,
    history,
    of_person,
    of_subjects,
    set_aside,
    touched,
)

__all__ = [
    "AuditRow",
    "EventRow",
    "SetAsideRow",
    "Wanted",
    "audit",
    "history",
    "of_person",
    "of_subjects",
    "retention",
    "set_aside",
    "taken",
    "touched",
    "verified",
]
