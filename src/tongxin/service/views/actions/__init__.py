"""Verbs about views and jobs, one family a file."""

from tongxin.service.views.actions.jobs import begin, cancel, work
from tongxin.service.views.actions.keeping import SHARE, arrange, change, create, pin, remove

__all__ = ["SHARE", "arrange", "begin", "cancel", "change", "create", "pin", "remove", "work"]
