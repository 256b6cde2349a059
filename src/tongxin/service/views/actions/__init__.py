"""Verbs about views and jobs, one family a file."""

from tongxin.service.views.actions.exporting import MOST_EXPORTED, export
from tongxin.service.views.actions.jobs import begin, cancel, work
from tongxin.service.views.actions.keeping import SHARE, arrange, change, create, pin, remove

__all__ = [
    "MOST_EXPORTED",
    "SHARE",
    "arrange",
    "begin",
    "cancel",
    "change",
    "create",
    "export",
    "pin",
    "remove",
    "work",
]
